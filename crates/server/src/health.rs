//! `/healthz` and `/readyz`, for whoever watches the process. They ask for no token.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Gate;
use crate::reply;
use crate::routing::{Routes, routes};

/// Where it is told that the process answers.
pub(crate) const ALIVE: &str = "/healthz";
/// Where it is told whether writes are taken.
pub(crate) const READY: &str = "/readyz";
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

/// How the server is.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`, `maintenance` or `unavailable`.
    status: &'static str,
    /// Why it is unavailable; absent when it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

pub(crate) fn routes() -> Routes {
    routes!(alive, ready)
}

/// Says that the process answers
#[utoipa::path(
    get,
    path = ALIVE,
    operation_id = "alive",
    tag = "health",
    responses((status = 200, description = "It does.", body = Health)),
)]
async fn alive() -> Response {
    reply::ok(&Health { status: "ok", reason: None })
}

/// Says whether writes are taken
///
/// Maintenance of the server is told and is no reason to send its callers elsewhere: they would not be told why, and
/// nobody could end it.
#[utoipa::path(
    get,
    path = READY,
    operation_id = "ready",
    tag = "health",
    responses(
        (status = 200, description = "They are, or will be after the maintenance that was begun.", body = Health),
        (status = 503, description = "They are not, for the reason given; reads may still be answered.", body = Health),
    ),
)]
async fn ready(gate: Gate) -> Response {
    let Err(reason) = gate.ready() else {
        let status = if gate.is_maintained() { "maintenance" } else { "ok" };
        return reply::ok(&Health { status, reason: None });
    };
    let health = Health { status: "unavailable", reason: Some(reason) };
    let mut response = reply::json(StatusCode::SERVICE_UNAVAILABLE, &health);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}
