//! Yardstick P: what it costs to send a page that is ready.

use axum::Router;
use axum::http::header;
use axum::routing::post;
use bytes::Bytes;

/// `POST /api/v2/devices/device/tags/gettags` answers the page, whatever is asked.
pub fn router(page: Bytes) -> Router {
    let answer = || async move { ([(header::CONTENT_TYPE, "application/json")], page) };
    Router::new().route("/api/v2/devices/device/tags/gettags", post(answer))
}
