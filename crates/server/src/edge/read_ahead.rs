//! Small bodies are read before the request is judged.
//!
//! A connection whose request was answered without its body being read must be closed, and a client that keeps
//! connections learns of that only when its next request fails. A refusal by token, path or method should not cost
//! that. Larger ones are lent to the request as an [`Upload`], and so are small ones while much is held: who has no token
//! must not keep those from writing who have one.

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

/// Has the request's body in memory if that is small and there is room, and else lends it to the request.
///
/// # Errors
/// When the body does not come, or the server holds too many.
pub(super) async fn read_ahead(request: &mut Request, intake: &Arc<Intake>) -> Result<Ahead, Failure> {
    if request.body().is_end_stream() {
        return Ok(Ahead::Here(None));
    }
    let announced = request.body().size_hint().upper().and_then(|bytes| usize::try_from(bytes).ok());
    let small = announced.filter(|bytes| *bytes <= READ_AHEAD_MAX_BYTES);
    if let Some(mut held) = small.and_then(|bytes| intake.share_ahead(bytes)) {
        let bytes = read(request.body_mut(), READ_AHEAD_MAX_BYTES, &mut held).await?;
        *request.body_mut() = Body::from(bytes);
        return Ok(Ahead::Here(Some(held)));
    }
    Ok(Ahead::Coming(Upload::of(request, intake.share())))
}
