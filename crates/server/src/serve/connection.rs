//! A connection that ends when its other side stalls.

use std::future::Future;
use std::io;
use std::net::Shutdown;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use smallvec::SmallVec;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::{Instant, Sleep};

use super::client::{Client, Served};
use super::connections::Place;
use super::crowd;

/// How long a connection may be kept alive between two requests.
const IDLE: Duration = Duration::from_secs(90);
/// How long it may take from the first byte of a request to the first byte of its answer: headers, body and handling
/// have their own shorter limits, this one ends a client that sends its headers a byte at a time.
const REQUEST: Duration = Duration::from_secs(120);
/// How long a client may take no byte of an answer.
const STALLED: Duration = Duration::from_secs(60);

/// Head and body of answers up to so many bytes are put together: to send one piece costs the system less than to send
/// two.
const IN_ONE_BYTES: usize = 1024;

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

/// A socket with a deadline for the phase that it is in.
pub(super) struct Connection {
    reading: OwnedReadHalf,
    /// Shared with whoever watches for the client to leave.
    writing: Arc<OwnedWriteHalf>,
    phase: Phase,
    /// When the phase must be over. Moved without a look at the timer, which finds out when it fires.
    deadline: Instant,
    timer: Pin<Box<Sleep>>,
    /// Other requests are about, so that before it answers the connection gives its turn to theirs.
    gives_way: bool,
    /// Kept until the connection ends.
    _place: Place,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, place: Place) -> Self {
        let (reading, writing) = stream.into_split();
        let deadline = Instant::now() + IDLE;
        let timer = Box::pin(tokio::time::sleep_until(deadline));
        Self {
            reading,
            writing: Arc::new(writing),
            phase: Phase::Idle,
            deadline,
            timer,
            gives_way: false,
            _place: place,
        }
    }

    fn enter(&mut self, phase: Phase) {
        if self.phase == phase {
            return;
        }
        self.begin(phase);
    }

    /// As [`Self::enter`], also when it is in that phase already.
    fn begin(&mut self, phase: Phase) {
        let now = Instant::now();
        self.phase = phase;
        self.gives_way = phase == Phase::Request && crowd::is_about(now);
        let limit = match phase {
            Phase::Idle => IDLE,
            Phase::Request => REQUEST,
            Phase::Stalled => STALLED,
        };
        self.deadline = now + limit;
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

impl Served for Connection {
    fn client(&self) -> Client {
        Client(Arc::clone(&self.writing))
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.reading).poll_read(context, buffer) {
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

impl Connection {
    /// Writes as much as the socket takes. Progress ends a stall, an answer that begins ends its request, and one that
    /// goes on is not idle.
    fn poll_written(
        &mut self,
        context: &mut Context<'_>,
        write: impl Fn(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        if std::mem::take(&mut self.gives_way) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let socket: &TcpStream = (*self.writing).as_ref();
        let written = loop {
            match socket.poll_write_ready(context)? {
                Poll::Pending => break None,
                Poll::Ready(()) => match write(socket) {
                    // It is not ready, then; asking anew has it tell when it is.
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    written => break Some(written),
                },
            }
        };
        if let Some(written) = written {
            self.begin(Phase::Idle);
            return Poll::Ready(written);
        }
        self.enter(Phase::Stalled);
        self.poll_overdue(context).map(Err)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(context, |socket| socket.try_write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if slices.iter().map(|slice| slice.len()).sum::<usize>() > IN_ONE_BYTES {
            return self.poll_written(context, |socket| socket.try_write_vectored(slices));
        }
        let mut one = SmallVec::<[u8; IN_ONE_BYTES]>::new();
        slices.iter().for_each(|slice| one.extend_from_slice(slice));
        self.poll_written(context, |socket| socket.try_write(&one))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A socket keeps nothing back.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let socket: &TcpStream = (*self.writing).as_ref();
        Poll::Ready(match SockRef::from(socket).shutdown(Shutdown::Write) {
            // The client was first.
            Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
            shut => shut,
        })
    }
}
