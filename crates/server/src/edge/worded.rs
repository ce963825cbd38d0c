//! A failure becomes an answer in the words of its path's dialect.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::RequestInfo;
use crate::dialects::Wording;
use crate::failure::Failure;
use crate::reply::APPLICATION_JSON;

/// The answer itself, or the wording of the failure that it carries. Headers that are set stay (Allow).
pub(super) fn worded(mut response: Response, wording: Wording, info: &RequestInfo) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    let (status, body) = wording(&failure, info.id().as_str());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, APPLICATION_JSON);
    if let Some(seconds) = failure.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(location) = failure.location() {
        headers.insert(header::LOCATION, location.clone());
    }
    if let Some(challenge) = failure.challenge() {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    *response.body_mut() = Body::from(body);
    response
}
