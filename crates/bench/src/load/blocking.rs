//! A keep-alive connection of a thread that waits for each answer.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::response;
use crate::failure::{Failure, Outcome};

const BUFFER_BYTES: usize = 64 * 1024;
/// Nothing that is measured here takes longer.
const TIMEOUT: Duration = Duration::from_secs(300);

/// An open connection and what was read from it.
pub struct Blocking {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Blocking {
    /// Connects.
    ///
    /// # Errors
    /// When the server does not accept.
    pub fn open(address: SocketAddr) -> Outcome<Self> {
        let failure = |error| Failure::new(format!("cannot connect to {address}"), error);
        let stream = TcpStream::connect(address).map_err(failure)?;
        stream.set_nodelay(true).map_err(failure)?;
        stream.set_read_timeout(Some(TIMEOUT)).map_err(failure)?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Sends a request and gives the body of its answer.
    ///
    /// # Errors
    /// When the connection breaks, or the answer is not a success; then the failure holds its body.
    pub fn call(&mut self, request: &[u8]) -> Outcome<&[u8]> {
        self.stream.write_all(request).map_err(|error| Failure::new("cannot send", error))?;
        let mut filled = 0;
        let head = loop {
            filled = self.read_more(filled)?;
            let head = response::parse(&self.buffer[..filled]);
            if let Some(head) = head.map_err(|why| Failure::new(why, text(&self.buffer[..filled])))? {
                break head;
            }
        };
        while filled < head.total_bytes() {
            filled = self.read_more(filled)?;
        }
        let body = &self.buffer[head.head_bytes..head.total_bytes()];
        if head.is_success() {
            Ok(body)
        } else {
            Err(Failure::new(format!("the server answered {}", head.status), text(body)))
        }
    }

    /// Reads behind what is there, and tells up to where there is something now. The buffer only grows, so that a
    /// second answer of the same size costs no memory.
    fn read_more(&mut self, filled: usize) -> Outcome<usize> {
        if self.buffer.len() < filled + BUFFER_BYTES {
            self.buffer.resize((filled + BUFFER_BYTES).max(self.buffer.len() * 2), 0);
        }
        match self.stream.read(&mut self.buffer[filled..]) {
            Ok(0) => Err(Failure::text("the server closed the connection")),
            Ok(count) => Ok(filled + count),
            Err(error) => Err(Failure::new("cannot read an answer", error)),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
