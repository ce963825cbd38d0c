//! `/api/v1/devices/{id}` (alloyscan, Devices).

use axum::http::StatusCode;
use axum::response::Response;
use domain::{Error, Noun, Timestamp};
use site::commands::RemoveDevice;
use wire::alloyscan::devices::Device;

use super::device_shown;
use super::device_texts::Texts;
use crate::auth::{Devices, Manager, Viewer};
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;

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
    Ok(reply::ok(&device_shown::whole(site, &device, &Texts::of(&device))))
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

/// The moment that `at` names.
pub(super) fn as_of(viewer: &Viewer<Devices>, params: &Params) -> Result<Option<Timestamp>, Failure> {
    params.moment("at", || viewer.now())
}
