//! A body that is written while it is sent.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use hyper::body::Frame;
use thiserror::Error;
use tokio::sync::mpsc::Receiver;

/// A part of a body.
pub(super) enum Part {
    /// Whole rows.
    Rows(Bytes),
    /// There is no more.
    End,
}

/// The parts as they come.
pub(super) struct Streamed(pub(super) Receiver<Part>);

/// What the connection is closed for: the client sees that the body is not whole.
#[derive(Debug, Error)]
#[error("the answer broke off")]
pub(super) struct BrokenOff;

impl HttpBody for Streamed {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        self.0.poll_recv(context).map(|part| match part {
            Some(Part::Rows(rows)) => Some(Ok(Frame::data(rows))),
            Some(Part::End) => None,
            None => Some(Err(BrokenOff)),
        })
    }
}
