//! Yardstick H: what axum does by itself.

use axum::Router;
use axum::routing::get;

/// `GET /` answers one word.
pub fn router() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}
