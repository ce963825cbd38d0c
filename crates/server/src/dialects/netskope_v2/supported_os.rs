//! `GET /api/v2/devices/supportedos` (netskope-v2 §10).

use axum::response::Response;
use domain::Os;
use wire::netskope_v2::SupportedOs;

use crate::auth::{Devices, Viewer};
use crate::reply;

/// Lists operating systems
///
/// Those that rules can be for.
#[utoipa::path(
    get,
    path = "/api/v2/devices/supportedos",
    operation_id = "listSupportedOs",
    tag = "neighbours",
    security(("token" = ["devices:view"])),
    responses((status = 200, description = "Their names.", body = SupportedOs)),
)]
pub(super) async fn list(_: Viewer<Devices>) -> Response {
    reply::ok(&SupportedOs { available_os: Os::ALL.map(Os::name).to_vec() })
}
