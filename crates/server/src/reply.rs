//! Answers that went well.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use domain::Version;
use serde::Serialize;

use crate::json;

/// Names the version that a write made (DESIGN §5).
const FLEETMARK_VERSION: HeaderName = HeaderName::from_static("fleetmark-version");
pub(crate) const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// `value` as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let mut response = written(json::written(value));
    *response.status_mut() = status;
    response
}

/// What is JSON already, under 200.
pub(crate) fn written(json: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(json));
    response.headers_mut().insert(header::CONTENT_TYPE, APPLICATION_JSON);
    response
}

/// `value` as JSON under 200.
pub(crate) fn ok(value: &impl Serialize) -> Response {
    json(StatusCode::OK, value)
}

/// No body.
pub(crate) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Names the version that holds what was written.
pub(crate) fn at_version(version: Version, mut response: Response) -> Response {
    response.headers_mut().insert(FLEETMARK_VERSION, HeaderValue::from(version.0));
    response
}
