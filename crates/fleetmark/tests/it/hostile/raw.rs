//! A connection for requests that no HTTP client would send.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use crate::harness::{Answer, DEADLINE};

/// Sends one request, goes away if it is `cut`, and reads what comes until the other side closes.
pub fn exchange(base: &str, request: &[u8], cut: bool, excerpt: String) -> Option<Answer> {
    let address = base.strip_prefix("http://").expect("the server has an address");
    let mut connection = TcpStream::connect(address).expect("the server accepts connections");
    connection.set_read_timeout(Some(DEADLINE)).expect("a deadline can be set");
    // The server may refuse and close before it has seen all.
    let _ = connection.write_all(request);
    if cut {
        let _ = connection.shutdown(Shutdown::Write);
    }
    let mut bytes = Vec::new();
    let _ = connection.read_to_end(&mut bytes);
    answer(&bytes, excerpt)
}

fn answer(bytes: &[u8], request: String) -> Option<Answer> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    };
    let text = String::from_utf8(bytes[end + 4..].to_vec()).expect("answers are UTF-8");
    Some(Answer { request, status, headers: lines.filter_map(header).collect(), text })
}
