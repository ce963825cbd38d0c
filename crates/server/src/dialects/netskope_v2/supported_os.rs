//! `GET /api/v2/devices/supportedos` (netskope-v2 §10).

use axum::response::Response;
use domain::Os;
use wire::netskope_v2::SupportedOs;

use crate::auth::{Devices, Viewer};
use crate::reply;

pub(super) async fn list(_: Viewer<Devices>) -> Response {
    reply::ok(&SupportedOs { available_os: Os::ALL.map(Os::name).to_vec() })
}
