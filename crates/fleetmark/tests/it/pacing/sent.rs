//! Requests that are sent without waiting for their answers.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Client, DEADLINE};

/// A request whose answer has not been read.
pub(super) struct Sent(TcpStream);

/// An answer, and how long after the first request it came.
#[derive(Debug)]
pub(super) struct Came {
    pub(super) after: Duration,
    pub(super) status: u16,
    pub(super) text: String,
}

/// Sends a GET with a token so many times, on a connection each.
pub(super) fn send(server: &Client, path: &str, token: &str, count: usize) -> Vec<Sent> {
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nNetskope-Api-Token: {token}\r\n\r\n");
    send_text(server, &request, count)
}

/// Sends a POST whose body comes in chunks in the same way.
pub(super) fn send_chunked(server: &Client, path: &str, token: &str, count: usize) -> Vec<Sent> {
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n"
    );
    send_text(server, &request, count)
}

/// Sends a GET with a token so many times, and in each connection another one behind it, before the first is answered.
pub(super) fn send_two(server: &Client, path: &str, token: &str, count: usize) -> Vec<Sent> {
    let request =
        |close: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n{close}Netskope-Api-Token: {token}\r\n\r\n");
    send_text(server, &[request(""), request("Connection: close\r\n")].concat(), count)
}

fn send_text(server: &Client, request: &str, count: usize) -> Vec<Sent> {
    let address = server.base().strip_prefix("http://").unwrap();
    let connections: Vec<_> = (0..count).map(|_| TcpStream::connect(address).unwrap()).collect();
    let send = |mut connection: TcpStream| {
        connection.write_all(request.as_bytes()).unwrap();
        connection.set_read_timeout(Some(DEADLINE)).unwrap();
        Sent(connection)
    };
    connections.into_iter().map(send).collect()
}

/// The answers, in the order in which they came.
pub(super) fn answers(sent: Vec<Sent>, began: Instant) -> Vec<Came> {
    let readers = sent.into_iter().map(|mut one| thread::spawn(move || one.answer(began)));
    let readers: Vec<_> = readers.collect();
    let mut all: Vec<_> = readers.into_iter().map(|reader| reader.join().unwrap()).collect();
    all.sort_by_key(|came| came.after);
    all
}

impl Sent {
    /// Sends no more, and waits for answers.
    pub(super) fn close_half(&self) {
        self.0.shutdown(Shutdown::Write).unwrap();
    }

    /// All that comes.
    pub(super) fn text(&mut self) -> String {
        let mut text = String::new();
        self.0.read_to_string(&mut text).unwrap();
        text
    }

    fn answer(&mut self, began: Instant) -> Came {
        let text = self.text();
        let status = text.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {text}"));
        Came { after: began.elapsed(), status: status.parse().unwrap(), text }
    }
}

impl Came {
    /// This status, and each of these texts somewhere.
    #[track_caller]
    pub(super) fn says(&self, status: u16, texts: &[&str]) {
        assert_eq!(self.status, status, "{}", self.text);
        for text in texts {
            assert!(self.text.contains(text), "{text} is not in {}", self.text);
        }
    }
}
