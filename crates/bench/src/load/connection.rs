//! One keep-alive connection of the load generator.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::response::{self, Head};
use crate::failure::{Failure, Outcome};

/// Larger than any answer here, so that one read usually takes the whole answer.
const BUFFER_BYTES: usize = 64 * 1024;

/// An open connection and what was read from it.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// When the server does not accept.
    pub async fn open(address: SocketAddr) -> Outcome<Self> {
        let failure = |error| Failure::new(format!("cannot connect to {address}"), error);
        let stream = TcpStream::connect(address).await.map_err(failure)?;
        stream.set_nodelay(true).map_err(failure)?;
        Ok(Self { stream, buffer: Vec::with_capacity(BUFFER_BYTES) })
    }

    /// Sends a request and reads its answer to the end.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is not a success; then the failure holds its body.
    pub async fn call(&mut self, request: &[u8]) -> Outcome {
        self.stream.write_all(request).await.map_err(|error| Failure::new("cannot send", error))?;
        self.buffer.clear();
        let head = loop {
            self.read_more().await?;
            let head = response::parse(&self.buffer);
            if let Some(head) = head.map_err(|why| Failure::new(why, self.text(0)))? {
                break head;
            }
        };
        while self.buffer.len() < head.total_bytes() {
            self.read_more().await?;
        }
        if head.is_success() { Ok(()) } else { Err(self.refusal(&head)) }
    }

    async fn read_more(&mut self) -> Outcome {
        match self.stream.read_buf(&mut self.buffer).await {
            Ok(0) => Err(Failure::new("the server closed the connection after", self.text(0))),
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::new("cannot read an answer", error)),
        }
    }

    fn refusal(&self, head: &Head) -> Failure {
        Failure::new(format!("the server answered {}", head.status), self.text(head.head_bytes))
    }

    fn text(&self, from: usize) -> String {
        String::from_utf8_lossy(&self.buffer[from..]).into_owned()
    }
}
