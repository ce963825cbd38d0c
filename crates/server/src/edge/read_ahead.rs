//! Small bodies are read before the request is judged.
//!
//! A connection whose request was answered without its body being read must be closed, and a client that keeps
//! connections learns of that only when its next request fails. A refusal by token, path or method should not cost
//! that. Larger ones are lent to the request as an [`Upload`].

use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::Request;

use crate::body::{Held, Intake, Upload, read};
use crate::failure::Failure;

/// The largest body that is read for a caller who may not be entitled to anything.
const READ_AHEAD_MAX_BYTES: usize = 64 << 10;

/// Where the body of a request is.
pub(super) enum Ahead {
    /// In memory, if there is one; it holds this of it until it is answered.
    Here(Option<Held>),
    /// On its way, lent to the request.
    Coming(Upload),
}

/// Has the request's body in memory if that is small, and else lends it to the request.
///
/// # Errors
/// When the body does not come, or the server holds too many.
pub(super) async fn read_ahead(request: &mut Request, intake: &Arc<Intake>) -> Result<Ahead, Failure> {
    if request.body().is_end_stream() {
        return Ok(Ahead::Here(None));
    }
    let mut held = intake.share();
    let announced = request.body().size_hint().upper();
    match announced.and_then(|bytes| usize::try_from(bytes).ok()) {
        Some(0..=READ_AHEAD_MAX_BYTES) => {
            let bytes = read(request.body_mut(), READ_AHEAD_MAX_BYTES, &mut held).await?;
            *request.body_mut() = Body::from(bytes);
            Ok(Ahead::Here(Some(held)))
        }
        _ => Ok(Ahead::Coming(Upload::of(request, held))),
    }
}
