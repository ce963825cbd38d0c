//! `/healthz` and `/readyz`, for whoever watches the process. They ask for no token.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;

use crate::auth::Gate;
use crate::reply;

const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

#[derive(Serialize)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

pub(crate) fn routes() -> Router<Gate> {
    Router::new().route("/healthz", get(alive)).route("/readyz", get(ready))
}

/// 200 as long as the process answers at all.
async fn alive() -> Response {
    reply::ok(&Health { status: "ok", reason: None })
}

/// 200 while writes are taken, else 503 with the reason.
async fn ready(State(gate): State<Gate>) -> Response {
    let Err(reason) = gate.ready() else {
        return reply::ok(&Health { status: "ok", reason: None });
    };
    let health = Health { status: "unavailable", reason: Some(reason) };
    let mut response = reply::json(StatusCode::SERVICE_UNAVAILABLE, &health);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}
