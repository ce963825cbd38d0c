//! `GET /api/v1/devices`: the devices of a site as a list (alloyscan, Devices).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::response::Response;
use domain::Error;
use site::queries::client_status::Page;
use site::queries::device_filter::{DeviceFilter, Found};
use site::queries::devices::{self, DeviceKey, DeviceOrder};
use wire::alloyscan::devices::ListedDevice;
use wire::management::List;

use super::device_filter::{self, Filters};
use super::device_shown;
use super::device_texts::ListedTexts;
use super::devices::as_of;
use super::devices_csv::{self, DeviceRows};
use super::paging::Paging;
use crate::auth::{Devices, Viewer};
use crate::csv::Accepts;
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::paging::Rows;
use crate::params::Params;
use crate::reply;

const PATH: &str = "/api/v1/devices";

/// Lists devices
///
/// Those for which all filters hold. The pages after a first one come from the state that it came from.
#[utoipa::path(
    get,
    path = "/api/v1/devices",
    operation_id = "listDevices",
    tag = "devices",
    security(("token" = ["devices:view"])),
    params(
        Paging,
        Filters,
        ("sort" = Option<String>, Query, description = "`name` (if absent), `lastSeen`, `type`, `ipAddress`, `serialNumber` or `classification` (the strongest first); with `-` before it the other way round. Those alike come in the order of their ids."),
        ("at" = Option<String>, Query, description = "As of this moment of the past: RFC 3339 or Unix seconds. Absent: now."),
    ),
    responses(
        (
            status = 200,
            description = "A page of devices. As CSV all of them, but for `offset` and `limit`, which may be any there; a cell that a spreadsheet would work out begins with an apostrophe.",
            content((List<ListedDevice<'_>> = "application/json"), (String = "text/csv")),
        ),
        (status = 400, description = "A parameter is out of its limits or names what the site does not have, or `at` is no moment of the past."),
        (status = 410, description = "History so old was pruned."),
    ),
)]
pub(super) async fn list(
    viewer: Viewer<Devices>,
    params: Params,
    accepts: Accepts,
) -> Result<Response, Failure> {
    params.each_once()?;
    let (page, order) = (part(&params, accepts)?, order(&params)?);
    let paging = viewer.paging(PATH, &params);
    let rows = match paging.resume(page.offset) {
        Some(rows) => rows,
        None => Rows::new(viewer.site_at(as_of(&viewer, &params)?).await?),
    };
    let filter = device_filter::of_params(&params, &rows.site)?;
    if accepts == Accepts::Csv {
        return export(&viewer, rows, filter, order, page).await;
    }
    let (response, given) = listed(&viewer, Arc::clone(&rows), filter, order, page).await?;
    paging.keep(rows, page.offset, given, page.limit);
    Ok(response)
}

/// Which part is asked for: of CSV, whatever it is.
fn part(params: &Params, accepts: Accepts) -> Result<Page, Failure> {
    if accepts == Accepts::Csv {
        let limit = params.limit(usize::MAX)?.unwrap_or(usize::MAX);
        return Ok(Page { offset: params.count("offset")?.unwrap_or(0), limit });
    }
    let Paging { offset, limit } = Paging::of(params)?;
    Ok(Page { offset, limit })
}

fn order(params: &Params) -> Result<DeviceOrder, Failure> {
    let Some(sort) = params.text("sort") else { return Ok(DeviceOrder::default()) };
    let (name, descending) = sort.strip_prefix('-').map_or((sort, false), |name| (name, true));
    let by = match name {
        "name" => DeviceKey::Name,
        "lastSeen" => DeviceKey::LastSeen,
        "type" => DeviceKey::Type,
        "ipAddress" => DeviceKey::IpAddress,
        "serialNumber" => DeviceKey::SerialNumber,
        "classification" => DeviceKey::Classification,
        _ => {
            let message = "sort must be one of name, lastSeen, type, ipAddress, serialNumber and classification, with - before it for the other way round";
            return Err(Error::invalid("sort", "unknown_order", message).into());
        }
    };
    Ok(DeviceOrder { by, descending })
}

/// A page, and how many devices are on it.
async fn listed(
    viewer: &Viewer<Devices>,
    rows: Arc<Rows>,
    filter: DeviceFilter,
    order: DeviceOrder,
    page: Page,
) -> Result<(Response, usize), Failure> {
    let heavy = rows.site.fleet.len() >= HEAVY_DEVICES;
    let answer = move |left: &AtomicBool| {
        let found = found(&rows, &filter, left)?;
        let devices = devices::page(&rows.site, &found, order, page, left);
        let texts: Vec<_> = devices.iter().map(ListedTexts::of).collect();
        let listed = |(device, texts)| device_shown::listed(&rows.site, device, texts);
        let items: Vec<_> = devices.iter().zip(&texts).map(listed).collect();
        let given = items.len();
        Ok((reply::ok(&List { items, total: found.total() }), given))
    };
    if heavy { viewer.search(answer).await? } else { answer(&AtomicBool::new(false)) }
}

/// The same as CSV, written while it is sent.
async fn export(
    viewer: &Viewer<Devices>,
    rows: Arc<Rows>,
    filter: DeviceFilter,
    order: DeviceOrder,
    part: Page,
) -> Result<Response, Failure> {
    let of = Arc::clone(&rows);
    let found = viewer.search(move |left| found(&of, &filter, left)).await??;
    let rows = DeviceRows::new(rows, found, order, part, viewer.heavy());
    viewer.csv("devices.csv", &devices_csv::NAMES, rows).await
}

fn found(rows: &Rows, filter: &DeviceFilter, left: &AtomicBool) -> Result<Arc<Found>, Failure> {
    rows.found(|| filter.find(&rows.site, left)).ok_or(Failure::TimedOut)
}
