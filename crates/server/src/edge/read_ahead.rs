//! Small bodies are read before the request is judged.
//!
//! A connection whose request was answered without its body being read must be closed, and a client that keeps
//! connections learns of that only when its next request fails. A refusal by token, path or method should not cost
//! that.

use axum::body::{Body, HttpBody};
use axum::extract::Request;

use crate::body::read;
use crate::failure::Failure;

/// The largest body that is read for a caller who may not be entitled to anything.
const READ_AHEAD_MAX_BYTES: usize = 64 << 10;

/// The request with its body in memory, if that is small.
///
/// # Errors
/// When the body does not come.
pub(super) async fn read_ahead(request: Request) -> Result<Request, Failure> {
    let announced = request.body().size_hint().upper();
    match announced.and_then(|bytes| usize::try_from(bytes).ok()) {
        Some(1..=READ_AHEAD_MAX_BYTES) => {
            let (parts, body) = request.into_parts();
            let bytes = read(body, READ_AHEAD_MAX_BYTES).await?;
            Ok(Request::from_parts(parts, Body::from(bytes)))
        }
        _ => Ok(request),
    }
}
