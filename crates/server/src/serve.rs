//! Serving connections until told to stop.

mod client;
mod connection;
mod connections;
mod crowd;
mod exchange;
mod listener;
mod tls;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use tokio::net::TcpListener;
use tokio::sync::watch;

use self::client::Served;
pub(crate) use self::connections::{CONNECTIONS_MAX, Connections};
use self::exchange::exchange;
use self::listener::PlainListener;
use self::tls::TlsListener;
pub use self::tls::{Tls, TlsError};
use crate::app::App;
use crate::edge::Edge;

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
    let App { edge, connections } = app;
    let listener = PlainListener { listener, connections };
    match tls {
        None => accept(listener, edge, shutdown).await,
        Some(tls) => accept(TlsListener::new(listener, tls)?, edge, shutdown).await,
    }
    Ok(())
}

/// Serves connections until `shutdown`, and those that are open then until they end or have taken too long.
async fn accept<L: Listener<Addr = SocketAddr, Io: Served>>(
    mut listener: L,
    edge: Arc<Edge>,
    shutdown: impl Future<Output = ()>,
) {
    let (stopping, stop) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            (stream, peer) = listener.accept() => {
                tokio::spawn(exchange(stream, peer.ip(), Arc::clone(&edge), stop.clone()));
            }
        }
    }
    edge.stop();
    drop((listener, stop));
    let drained = async {
        // As long as there is something to wait for, whoever asks on an open connection is told why it is refused.
        edge.idle().await;
        stopping.send_replace(());
        // Every connection holds a receiver as long as it lasts.
        stopping.closed().await;
    };
    if tokio::time::timeout(Duration::from_secs(DRAIN_SECONDS), drained).await.is_err() {
        tracing::warn!(
            seconds = DRAIN_SECONDS,
            "some requests did not end in time; their connections are cut"
        );
    }
}
