//! Accepting connections.

use std::io;
use std::net::SocketAddr;

use axum::serve::Listener;
use tokio::net::TcpListener;

use super::connection::Connection;
use super::connections::Connections;

/// A TCP listener whose connections answer at once (no Nagle), do not stay open for nothing, and are not too many.
pub(super) struct PlainListener {
    pub(super) listener: TcpListener,
    pub(super) connections: Connections,
}

impl Listener for PlainListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        let place = self.connections.place().await;
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps its delay");
        }
        (Connection::new(stream, place), address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
