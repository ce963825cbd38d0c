//! The requests and answers of one connection.

use std::future::{Future, poll_fn};
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use super::client::{Client, Served};
use crate::auth::Gate;
use crate::edge::{Edge, Patience};

/// What the requests of one connection share. One count of references is moved for each of them, which no other
/// connection's requests move.
struct Shared {
    edge: Arc<Edge>,
    gate: Gate,
    client: Client,
    /// Taken while a request is answered; there is one at a time.
    patience: Mutex<Patience>,
}

impl Shared {
    /// Answers one request, unless its client leaves while it waits for its turn.
    async fn answer(self: Arc<Self>, request: Request<Incoming>) -> Result<Response, Left> {
        let mut patience = std::mem::take(&mut *self.lock());
        let response = {
            let mut answered = pin!(self.edge.answer(request, &self.gate, &mut patience));
            let mut left = pin!(self.client.left());
            poll_fn(|context| match answered.as_mut().poll(context) {
                Poll::Ready(response) => Poll::Ready(Ok(response)),
                // At other times what was asked is done, also for who closes a connection behind several requests.
                Poll::Pending if self.gate.waits() => left.as_mut().poll(context).map(|()| Err(Left)),
                Poll::Pending => Poll::Pending,
            })
            .await?
        };
        *self.lock() = patience;
        Ok(response)
    }

    fn lock(&self) -> MutexGuard<'_, Patience> {
        self.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a connection ends while a request on it waits for its turn.
#[derive(Debug, thiserror::Error)]
#[error("the client has left")]
struct Left;

/// Answers what comes on `stream` from `peer` until it ends, or `stop` changes: then until the answer that is due has left.
pub(super) async fn exchange<S>(stream: S, peer: IpAddr, edge: Arc<Edge>, mut stop: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Served + Unpin,
{
    let client = stream.client();
    let gate = edge.gate().of_peer(peer);
    let shared = Arc::new(Shared { edge, gate, client, patience: Mutex::default() });
    let answer = service_fn(move |request| Arc::clone(&shared).answer(request));
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    let signal = stop.clone();
    let mut stop = pin!(stop.changed());
    let (mut has_asked, mut is_told) = (false, false);
    let ended = poll_fn(|context| {
        // A task has one waker as long as it lives, so it asks only once to be woken: each time takes a lock.
        if !is_told && (!has_asked || signal.has_changed().unwrap_or(true)) {
            (has_asked, is_told) = (true, stop.as_mut().poll(context).is_ready());
            if is_told {
                // What has come already is read and answered, not cut off.
                if let Poll::Ready(ended) = connection.as_mut().poll(context) {
                    return Poll::Ready(ended);
                }
                connection.as_mut().graceful_shutdown();
            }
        }
        connection.as_mut().poll(context)
    });
    if let Err(error) = ended.await {
        tracing::trace!(%error, "a connection failed");
    }
}
