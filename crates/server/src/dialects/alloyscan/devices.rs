//! `/api/v1/devices` (alloyscan, Devices).

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::http::StatusCode;
use axum::response::Response;
use domain::{DeviceNumber, Error, Noun, Timestamp};
use site::commands::RemoveDevice;
use site::queries::client_status::Page;
use site::queries::device_filter::DeviceFilter;
use site::queries::devices;
use site::{DeviceRef, Site};
use wire::alloyscan::devices::{Device, ListedDevice};
use wire::management::List;

use super::devices_csv::{self, DeviceRows};
use super::paging::Paging;
use super::{device_filter, device_shown};
use crate::auth::{Devices, Manager, Viewer};
use crate::csv::Accepts;
use crate::failure::Failure;
use crate::heavy::HEAVY_DEVICES;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;

/// Lists devices
///
/// By name. `q` finds by parts of names, users, serial numbers and addresses, in any case.
#[utoipa::path(
    get,
    path = "/api/v1/devices",
    operation_id = "listDevices",
    tag = "devices",
    security(("token" = ["devices:view"])),
    params(
        Paging,
        ("q" = Option<String>, Query, description = "A part of the hostname, `nsdeviceuid`, user, serial number, hardware address or IP address."),
        ("at" = Option<String>, Query, description = "As of this moment of the past: RFC 3339 or Unix seconds. Absent: now."),
    ),
    responses(
        (
            status = 200,
            description = "A page of devices; as CSV all of them, unless there is a `limit`.",
            content((List<ListedDevice<'_>> = "application/json"), (String = "text/csv")),
        ),
        (status = 400, description = "A parameter is out of its limits, or `at` is no moment of the past."),
        (status = 410, description = "History so old was pruned."),
    ),
)]
pub(super) async fn list(
    viewer: Viewer<Devices>,
    params: Params,
    accepts: Accepts,
) -> Result<Response, Failure> {
    let filter = device_filter::of_params(&params);
    if accepts == Accepts::Csv {
        return export(&viewer, &params, filter).await;
    }
    let Paging { offset, limit } = Paging::of(&params)?;
    let page = Page { offset, limit };
    let site = viewer.site_at(as_of(&viewer, &params)?).await?;
    let heavy = site.fleet.len() >= HEAVY_DEVICES;
    let answer = move |left: &AtomicBool| listed(&site, &filter, page, left);
    if heavy { viewer.search(answer).await } else { Ok(answer(&AtomicBool::new(false))) }
}

/// Shows all that is known of a device
///
/// Each group of facts with its age.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}",
    operation_id = "getDevice",
    tag = "devices",
    security(("token" = ["devices:view"])),
    params(parameters::DeviceId, ("at" = Option<String>, Query, description = "As of this moment of the past: RFC 3339 or Unix seconds. Absent: now.")),
    responses(
        (status = 200, description = "The device.", body = Device<'_>),
        (status = 400, description = "The id is no UUID, or `at` is no moment of the past."),
        (status = 404, description = "The site has, or had then, no such device."),
        (status = 410, description = "History so old was pruned."),
    ),
)]
pub(super) async fn show(viewer: Viewer<Devices>, id: Id, params: Params) -> Result<Response, Failure> {
    let id = id.uuid()?;
    let past = viewer.past_site(as_of(&viewer, &params)?).await?;
    let site = past.as_ref().unwrap_or(viewer.site());
    let device = site.device(id).ok_or_else(|| Error::not_found(Noun::Device, id))?;
    Ok(reply::ok(&device_shown::whole(site, &device)))
}

/// Removes a device
///
/// Its history stays. When the machine checks in again it is a new device.
#[utoipa::path(
    delete,
    path = "/api/v1/devices/{id}",
    operation_id = "removeDevice",
    tag = "devices",
    security(("token" = ["devices:manage"])),
    params(parameters::DeviceId),
    responses(
        (status = 204, description = "Removed. There is no body."),
        (status = 400, description = "The id is no UUID."),
        (status = 404, description = "The site has no such device."),
    ),
)]
pub(super) async fn delete(manager: Manager<Devices>, id: Id) -> Result<Response, Failure> {
    let done = manager.run(RemoveDevice { id: id.uuid()? }).await?;
    Ok(reply::at_version(done.version, reply::empty(StatusCode::NO_CONTENT)))
}

/// The list as CSV: all of it, or the part that is asked for.
async fn export(
    viewer: &Viewer<Devices>,
    params: &Params,
    filter: DeviceFilter,
) -> Result<Response, Failure> {
    let limit = params.limit(usize::MAX)?.unwrap_or(usize::MAX);
    let page = Page { offset: params.count("offset")?.unwrap_or(0), limit };
    let site = viewer.site_at(as_of(viewer, params)?).await?;
    let of = Arc::clone(&site);
    let devices = viewer.search(move |left| ordered(&of, &filter, page, left)).await?;
    viewer.csv("devices.csv", &devices_csv::NAMES, DeviceRows::new(site, devices)).await
}

fn ordered(site: &Site, filter: &DeviceFilter, page: Page, left: &AtomicBool) -> Vec<DeviceNumber> {
    let found = devices::list(site, filter, page, left);
    found.devices.iter().map(DeviceRef::number).collect()
}

/// The moment that `at` names.
fn as_of(viewer: &Viewer<Devices>, params: &Params) -> Result<Option<Timestamp>, Failure> {
    params.moment("at", || viewer.now())
}

fn listed(site: &Site, filter: &DeviceFilter, page: Page, left: &AtomicBool) -> Response {
    let found = devices::list(site, filter, page, left);
    let items = found.devices.iter().map(|device| device_shown::listed(site, device)).collect();
    reply::ok(&List { items, total: found.total })
}
