//! The client at the other side of a connection.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;

/// Who sends the requests of a connection.
pub(super) struct Client(pub(super) Arc<OwnedWriteHalf>);

impl Client {
    /// Waits until the client has closed the connection, or its half of it. What it sent before need not have been read,
    /// so this is seen as well of one with more requests on their way than are being answered.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) async fn left(&self) {
        let socket: &TcpStream = (*self.0).as_ref();
        // Of all that this would wait for, a socket is registered for nothing but its end.
        let ready = socket.ready(tokio::io::Interest::PRIORITY).await;
        if !ready.is_ok_and(tokio::io::Ready::is_read_closed) {
            std::future::pending::<()>().await;
        }
    }

    /// Elsewhere it is seen only when all that came before was read.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) async fn left(&self) {
        std::future::pending().await
    }
}

/// What a connection with a client is read from and written to.
pub(super) trait Served {
    /// Who is at its other side.
    fn client(&self) -> Client;
}
