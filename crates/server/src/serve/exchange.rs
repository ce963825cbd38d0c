//! The requests and answers of one connection.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;

use crate::edge::{Edge, Patience};

/// Answers what comes on `stream` until it ends, or `stop` changes: then until the answer that is due has left.
pub(super) async fn exchange<S>(stream: S, edge: Arc<Edge>, mut stop: watch::Receiver<()>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // Taken while a request is answered; there is one at a time.
    let patience = Arc::new(Mutex::new(Patience::default()));
    let answer = service_fn(move |request: Request<Incoming>| {
        let (edge, shared) = (Arc::clone(&edge), Arc::clone(&patience));
        async move {
            let mut patience = std::mem::take(&mut *shared.lock().unwrap_or_else(PoisonError::into_inner));
            let response = edge.answer(request, &mut patience).await;
            *shared.lock().unwrap_or_else(PoisonError::into_inner) = patience;
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
    let signal = stop.clone();
    let mut stop = pin!(stop.changed());
    let (mut has_asked, mut is_told) = (false, false);
    let ended = poll_fn(|context| {
        // A task has one waker as long as it lives, so it asks only once to be woken: each time takes a lock.
        if !is_told && (!has_asked || signal.has_changed().unwrap_or(true)) {
            (has_asked, is_told) = (true, stop.as_mut().poll(context).is_ready());
            if is_told {
                connection.as_mut().graceful_shutdown();
            }
        }
        connection.as_mut().poll(context)
    });
    if let Err(error) = ended.await {
        tracing::trace!(%error, "a connection failed");
    }
}
