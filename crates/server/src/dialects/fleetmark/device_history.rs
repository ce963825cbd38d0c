//! `/api/v1/devices/{id}/history`: what happened to a device, when, and by whom.

use axum::response::Response;
use wire::device_history::DeviceHistoryItem;
use wire::management::List;

use super::device_history_shown::{Names, shown};
use crate::auth::{Devices, Viewer};
use crate::dialects::alloyscan::Paging;
use crate::failure::Failure;
use crate::openapi::parameters;
use crate::params::{Id, Params};
use crate::reply;

/// Shows a device's history
///
/// Everything that changed it, newest first: what it reported, tags put on and taken off, and how its classification
/// moved, also by edits of rules and by tags that were deleted. A device that was removed keeps its history under its
/// id.
#[utoipa::path(
    get,
    path = "/api/v1/devices/{id}/history",
    operation_id = "getDeviceHistory",
    tag = "devices",
    security(("token" = ["devices:view"])),
    params(parameters::DeviceId, Paging),
    responses(
        (status = 200, description = "A page of the history.", body = List<DeviceHistoryItem<'_>>),
        (status = 400, description = "The id is no UUID, or a parameter is out of its limits."),
        (status = 404, description = "The site never had such a device, or nothing of its history is kept."),
    ),
)]
pub(super) async fn list(viewer: Viewer<Devices>, id: Id, params: Params) -> Result<Response, Failure> {
    let id = id.uuid()?;
    let Paging { offset, limit } = Paging::of(&params)?;
    let history = viewer.device_history(id, offset, limit).await?;
    let items = history.items();
    let names = Names::of(&viewer, &history.site, &items).await?;
    let items = items.iter().map(|item| shown(&names, item)).collect();
    Ok(reply::ok(&List { items, total: usize::try_from(history.page.total).unwrap_or(usize::MAX) }))
}
