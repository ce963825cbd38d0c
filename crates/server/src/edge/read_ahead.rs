//! Small bodies are read before the request is judged.
//!
//! A connection whose request was answered without its body being read must be closed, and a client that keeps
//! connections learns of that only when its next request fails. A refusal by token, path or method should not cost
//! that. Larger ones are lent to the request as an [`Upload`], and so are small ones while much is held: who has no token
//! must not keep those from writing who have one.

use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::HeaderMap;
use tower::BoxError;

use crate::body::{Held, Intake, Upload, collect};
use crate::failure::Failure;

/// The largest body that is read for a caller who may not be entitled to anything.
const READ_AHEAD_MAX_BYTES: usize = 64 << 10;

/// Where the body of a request is.
pub(super) enum Ahead {
    /// There is none.
    Nothing,
    /// In memory, which it holds until it is answered.
    Here(Bytes, Held),
    /// On its way.
    Coming(Upload),
}

/// Has the body in memory if that is small and there is room.
///
/// # Errors
/// When the body does not come whole, or the server holds too many.
pub(super) async fn read_ahead<B>(
    headers: &HeaderMap,
    mut body: B,
    intake: &Arc<Intake>,
) -> Result<Ahead, Failure>
where
    B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<BoxError>,
{
    if body.is_end_stream() {
        return Ok(Ahead::Nothing);
    }
    let announced = body.size_hint().upper().and_then(|bytes| usize::try_from(bytes).ok());
    let small = announced.filter(|bytes| *bytes <= READ_AHEAD_MAX_BYTES);
    if let Some(mut held) = small.and_then(|bytes| intake.share_ahead(bytes)) {
        let bytes = collect(&mut body, READ_AHEAD_MAX_BYTES, &mut held).await?;
        return Ok(Ahead::Here(bytes, held));
    }
    Ok(Ahead::Coming(Upload::of(headers, Body::new(body), intake.share())))
}
