//! Serving connections until told to stop.

mod connection;
mod connections;
mod listener;
mod tls;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub(crate) use self::connections::{CONNECTIONS_MAX, Connections};
use self::listener::PlainListener;
use self::tls::TlsListener;
pub use self::tls::{Tls, TlsError};
use crate::app::App;

/// How long running requests may take once the server is told to stop, in seconds.
pub const DRAIN_SECONDS: u64 = 30;

/// Answers on `listener`, over HTTPS when given `tls`, until `shutdown` comes; then takes no more connections, lets running requests finish for at
/// most [`DRAIN_SECONDS`], and returns.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let App { router, connections } = app;
    let (stopping, stopped) = oneshot::channel();
    let signal = async move {
        shutdown.await;
        // The other end is gone only when the server already has ended.
        let _ = stopping.send(());
    };
    let listener = PlainListener { listener, connections };
    let server = async {
        match tls {
            None => axum::serve(listener, router).with_graceful_shutdown(signal).await,
            Some(tls) => {
                axum::serve(TlsListener::new(listener, tls)?, router).with_graceful_shutdown(signal).await
            }
        }
    };
    let overdue = async {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_secs(DRAIN_SECONDS)).await;
    };
    tokio::select! {
        ended = server => ended,
        () = overdue => {
            tracing::warn!(seconds = DRAIN_SECONDS, "some requests did not end in time; their connections are cut");
            Ok(())
        }
    }
}
