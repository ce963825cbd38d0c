//! Where the server listens.

use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};

use crate::failure::{Failure, Outcome};
use crate::say;

const FIRST: u16 = 8080;
const TRIED: u16 = 100;

/// `127.0.0.1:8080`, or the next port that nobody listens on.
///
/// # Errors
/// When a hundred ports in a row are taken.
pub fn first_free() -> Outcome<SocketAddrV4> {
    let address = first_free_from(FIRST)?;
    if address.port() != FIRST {
        say::note(&format!("port {FIRST} is taken; using {}", address.port()));
    }
    Ok(address)
}

fn first_free_from(first: u16) -> Outcome<SocketAddrV4> {
    (first..=first.saturating_add(TRIED))
        .map(|port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))
        .find(|address| TcpListener::bind(address).is_ok())
        .ok_or_else(|| {
            Failure::new(format!("no port from {first} on is free")).with_hint("stop what uses them")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_passed_over() {
        let taken = TcpListener::bind("127.0.0.1:0").expect("some port is free");
        let port = taken.local_addr().expect("bound").port();
        let found = first_free_from(port).expect("a later port is free");
        assert!(found.port() > port, "{found}");
    }
}
