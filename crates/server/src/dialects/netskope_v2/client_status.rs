//! `GET /api/v2/events/datasearch/clientstatus`: the newest status of each device (netskope-v2 §9).

use std::sync::atomic::{AtomicBool, Ordering};

use axum::response::Response;
use domain::Error;
use site::DeviceRef;
use site::queries::client_status::{ClientStatus as Query, Page};
use wire::netskope_v2::{SearchReply, SearchStatus};

use super::status_params::{Search, Shown};
use super::status_rows::{RowShape, write_group};
use super::status_schema::StatusRow;
use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::paging::Rows;
use crate::params::Params;
use crate::{json, reply};

const PATH: &str = "/api/v2/events/datasearch/clientstatus";
/// After so many rows it can be told how long all will be.
const SAMPLE: usize = 64;

/// Searches the status of devices
///
/// One row a device: its newest status inside the window. Rows are full records; with `fields` they are narrow, with
/// `groupbys` they are counts. Past the end there is an empty page.
#[utoipa::path(
    get,
    path = "/api/v2/events/datasearch/clientstatus",
    operation_id = "searchClientStatus",
    tag = "client status",
    security(("token" = ["client_status:view"])),
    params(Search),
    responses(
        (status = 200, description = "A page of rows.", body = SearchReply<StatusRow>),
        (status = 400, description = "A parameter cannot be understood; the message has `syntax error` and names it. Or history so old was pruned."),
    ),
)]
pub(super) async fn search(viewer: Viewer<ClientStatus>, params: Params) -> Result<Response, Failure> {
    let search = Search::of(&params)?;
    let (paging, page) = (viewer.paging(PATH, &params), search.page);
    let rows = match paging.resume(page.offset) {
        Some(rows) => rows,
        None => Rows::new(viewer.site_at(search.window.end()).await?),
    };
    let comparisons = search.query.as_ref().map_or(0, site::queries::language::Query::comparisons);
    let work = u64::from(rows.site.fleet.len()) * (1 + comparisons as u64);
    let heavy = work >= u64::from(HEAVY_DEVICES);
    let answer = {
        let rows = rows.clone();
        move |left: &AtomicBool| answer(&search, &rows, left)
    };
    let (response, count) =
        if heavy { viewer.search(answer).await? } else { answer(&AtomicBool::new(false)) }?;
    paging.keep(rows, page.offset, count, page.limit);
    Ok(response)
}

/// A page of the rows, and how many they are; nothing of worth once the caller has `left`.
fn answer(search: &Search, rows: &Rows, left: &AtomicBool) -> Result<(Response, usize), Failure> {
    let query = Query::new(&rows.site, search.window).matching(search.query.as_ref()).until(left);
    if let Shown::Groups(fields) = &search.shown {
        let groups = query.grouped(fields, search.page).map_err(|error| {
            Error::invalid("groupbys", "too_many_groups", format!("syntax error: groupbys: {error}"))
        })?;
        let write = |group: &_, json: &mut _| write_group(fields, group, json);
        return Ok((reply::written(written(&groups, write)), groups.len()));
    }
    let devices = page(search, rows, &query, left);
    let shape = match &search.shown {
        Shown::Fields(fields) => RowShape::narrow(fields),
        _ => RowShape::full(),
    };
    let write = |device: &_, json: &mut _| shape.write(&query, device, json);
    Ok((reply::written(written(&devices, write)), devices.len()))
}

/// The answer with these rows.
fn written<T>(rows: &[T], write: impl Fn(&T, &mut Vec<u8>)) -> Vec<u8> {
    let mut json = br#"{"result":["#.to_vec();
    for (place, row) in rows.iter().enumerate() {
        if place > 0 {
            json.push(b',');
        }
        if place == SAMPLE {
            json.reserve(json.len() / SAMPLE * rows.len());
        }
        write(row, &mut json);
    }
    json.extend_from_slice(br#"],"status":"#);
    json.extend(json::written(&SearchStatus::success(rows.len())));
    json.push(b'}');
    json
}

/// A first page is picked out; any other is cut from all rows in order, which the pages after it use again.
fn page<'a>(search: &Search, rows: &'a Rows, query: &Query<'a>, left: &AtomicBool) -> Vec<DeviceRef<'a>> {
    let Page { offset, limit } = search.page;
    if offset == 0 {
        return match search.newest_first() {
            true => query.newest(search.page),
            false => query.ordered(&search.orders, search.page),
        };
    }
    let order = rows.in_order(|| {
        let order = match search.newest_first() {
            true => query.all_newest(),
            false => query.all_ordered(&search.orders),
        };
        // One that was left half done is not kept for others.
        (!left.load(Ordering::Relaxed)).then_some(order)
    });
    let Some(order) = order else { return Vec::new() };
    let numbers = order.iter().skip(offset).take(limit);
    numbers.filter_map(|number| rows.site.fleet.get(*number)).collect()
}
