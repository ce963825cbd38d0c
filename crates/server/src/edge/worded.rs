//! A failure becomes an answer in the words of its path's dialect.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;

use crate::dialects::Wording;
use crate::failure::Failure;
use crate::reply::APPLICATION_JSON;

/// The answer itself, or the wording of the failure that it carries. Headers that are set stay (Allow).
pub(super) fn worded(mut response: Response, method: &Method, wording: Wording) -> Response {
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        // The router's own, without a body.
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => Failure::MethodNotAllowed,
        None => return response,
    };
    let (status, body) = wording(&failure);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, APPLICATION_JSON);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    if let Some(seconds) = failure.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(challenge) = failure.challenge() {
        headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    *response.body_mut() = if method == Method::HEAD { Body::empty() } else { Body::from(body) };
    response
}
