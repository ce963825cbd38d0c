//! A connection that ends when its other side stalls.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::connections::Place;

/// How long a connection may be kept alive between two requests.
const IDLE: Duration = Duration::from_secs(90);
/// How long it may take from the first byte of a request to the first byte of its answer: headers, body and handling
/// have their own shorter limits, this one ends a client that sends its headers a byte at a time.
const REQUEST: Duration = Duration::from_secs(120);
/// How long a client may take no byte of an answer.
const STALLED: Duration = Duration::from_secs(60);

/// What the connection waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// A request to begin.
    Idle,
    /// A request that began to be answered.
    Request,
    /// The client to take more of an answer.
    Stalled,
}

/// A stream with a deadline for the phase that it is in.
pub(super) struct Connection<S> {
    stream: S,
    phase: Phase,
    /// When the phase must be over. Moved without a look at the timer, which finds out when it fires.
    deadline: Instant,
    timer: Pin<Box<Sleep>>,
    /// Kept until the connection closes.
    _place: Place,
}

impl<S> Connection<S> {
    pub(super) fn new(stream: S, place: Place) -> Self {
        let deadline = Instant::now() + IDLE;
        let timer = Box::pin(tokio::time::sleep_until(deadline));
        Self { stream, phase: Phase::Idle, deadline, timer, _place: place }
    }

    fn enter(&mut self, phase: Phase) {
        if self.phase == phase {
            return;
        }
        self.begin(phase);
    }

    /// As [`Self::enter`], also when it is in that phase already.
    fn begin(&mut self, phase: Phase) {
        self.phase = phase;
        let limit = match phase {
            Phase::Idle => IDLE,
            Phase::Request => REQUEST,
            Phase::Stalled => STALLED,
        };
        self.deadline = Instant::now() + limit;
        // An earlier deadline than the timer's must be armed; a later one is seen when the timer fires.
        if self.deadline < self.timer.deadline() {
            self.timer.as_mut().reset(self.deadline);
        }
    }

    /// Pending until the deadline has passed.
    fn poll_overdue(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            if self.deadline <= self.timer.deadline() {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            self.timer.as_mut().reset(self.deadline);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                if self.phase == Phase::Idle {
                    self.enter(Phase::Request);
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_overdue(context).map(Err),
        }
    }
}

impl<S: AsyncWrite + Unpin> Connection<S> {
    /// After a write: progress ends a stall, an answer that begins ends its request, and one that goes on is not idle.
    fn written<T>(&mut self, context: &mut Context<'_>, write: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if write.is_pending() {
            self.enter(Phase::Stalled);
            return self.poll_overdue(context).map(Err);
        }
        self.begin(Phase::Idle);
        write
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
