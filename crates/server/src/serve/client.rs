//! The client at the other side of a connection.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;

/// Who sends the requests of a connection.
pub(super) struct Client(pub(super) Arc<OwnedWriteHalf>);

impl Client {
    /// Waits until the client has closed the connection, or its half of it, and the system knows. What was sent before
    /// need not have been read, so this is seen of one with further requests behind the one that is being answered.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) async fn left(&self) {
        let socket: &TcpStream = (*self.0).as_ref();
        // To be readable would be to have unread bytes. Of what this waits for, a socket is registered for its end alone.
        let ready = socket.ready(tokio::io::Interest::PRIORITY).await;
        if !ready.is_ok_and(tokio::io::Ready::is_read_closed) {
            std::future::pending::<()>().await;
        }
    }

    /// Elsewhere that is not seen here, but by who reads all that came before.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) async fn left(&self) {
        let Self(_) = self;
        std::future::pending().await
    }
}

/// What a connection with a client is read from and written to.
pub(super) trait Served {
    /// Who is at its other side.
    fn client(&self) -> Client;
}
