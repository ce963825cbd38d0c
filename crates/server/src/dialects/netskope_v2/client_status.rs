//! `GET /api/v2/events/datasearch/clientstatus`: the newest status of each device (netskope-v2 §9).

use axum::response::Response;
use serde::Serialize;
use site::DeviceRef;
use site::queries::client_status::{ClientStatus as Query, Page};
use wire::netskope_v2::SearchReply;

use super::status_params::{Search, Shown};
use super::status_rows::{FullRow, GroupRow, NarrowRow};
use super::status_schema::StatusRow;
use crate::auth::{ClientStatus, Viewer};
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::paging::Rows;
use crate::params::Params;
use crate::reply;

const PATH: &str = "/api/v2/events/datasearch/clientstatus";

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
    let answer = {
        let rows = rows.clone();
        move || answer(&search, &rows)
    };
    let heavy = rows.site.fleet.len() >= HEAVY_DEVICES;
    let (response, count) = if heavy { viewer.heavy(answer).await? } else { answer() };
    paging.keep(rows, page.offset, count, page.limit);
    Ok(response)
}

/// A page of the rows, and how many they are.
fn answer(search: &Search, rows: &Rows) -> (Response, usize) {
    let query = Query::new(&rows.site, search.window).matching(search.query.as_ref());
    if let Shown::Groups(fields) = &search.shown {
        let groups = query.grouped(fields, search.page);
        let groups: Vec<_> = groups.iter().map(|group| GroupRow { fields, group }).collect();
        return replied(groups);
    }
    let devices = page(search, rows, &query);
    let devices = devices.iter();
    match &search.shown {
        Shown::Fields(fields) => {
            replied(devices.map(|device| NarrowRow { rows: &query, device, fields }).collect())
        }
        _ => replied(devices.map(|device| FullRow { rows: &query, device }).collect()),
    }
}

/// A first page is picked out; any other is cut from all rows in order, which the pages after it use again.
fn page<'a>(search: &Search, rows: &'a Rows, query: &Query<'a>) -> Vec<DeviceRef<'a>> {
    let ordered = |page| match search.newest_first() {
        true => query.newest(page),
        false => query.ordered(&search.orders, page),
    };
    let Page { offset, limit } = search.page;
    if offset == 0 {
        return ordered(search.page);
    }
    let all = Page { offset: 0, limit: usize::MAX };
    let order = rows.in_order(|| ordered(all).iter().map(DeviceRef::number).collect());
    let numbers = order.iter().skip(offset).take(limit);
    numbers.filter_map(|number| rows.site.fleet.get(*number)).collect()
}

fn replied<R: Serialize>(rows: Vec<R>) -> (Response, usize) {
    let count = rows.len();
    (reply::ok(&SearchReply::from(rows)), count)
}
