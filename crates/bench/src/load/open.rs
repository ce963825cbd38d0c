//! Open-loop load: requests are sent when they are due, and their latency counts from that moment, so a server that
//! stalls is charged for everyone whom it kept waiting (no coordinated omission).

use std::net::SocketAddr;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

use super::blocking::Blocking;
use super::request::Requests;
use super::schedule::Schedule;
use crate::failure::{Failure, Outcome};
use crate::{clock, stats};

/// From the moment when all connections stand to the first request.
const LEAD: Duration = Duration::from_millis(20);
const STACK_BYTES: usize = 256 * 1024;

/// What is sent where, and how often.
pub struct Open {
    /// The server.
    pub address: SocketAddr,
    /// Request `n` of all is the n-th of these, round and round.
    pub requests: Requests,
    /// Connections, each with a thread of its own: connection `c` of `N` sends the requests c, c+N, c+2N, … A request
    /// whose connection still waits for the answer before it is sent late, and is charged for that.
    pub connections: u32,
    /// Over all connections.
    pub per_second: f64,
}

impl Open {
    /// Sends for `duration` and gives the latencies, in nanoseconds, of all that were due in it.
    ///
    /// # Errors
    /// The first failure of any connection.
    pub fn run(&self, duration: Duration) -> Outcome<Vec<u32>> {
        let barrier = Arc::new(Barrier::new(usize::try_from(self.connections).unwrap_or(usize::MAX)));
        thread::scope(|scope| {
            let threads: Result<Vec<_>, _> = (0..self.connections)
                .map(|first| {
                    let barrier = Arc::clone(&barrier);
                    let thread = thread::Builder::new().stack_size(STACK_BYTES);
                    thread.spawn_scoped(scope, move || self.run_connection(first, &barrier, duration))
                })
                .collect();
            let threads = threads.expect("as many threads as connections can be started");
            let mut latencies_ns = Vec::new();
            for thread in threads {
                let measured = thread.join().map_err(|_| Failure::text("a thread of the load panicked"))?;
                latencies_ns.extend(measured?);
            }
            Ok(latencies_ns)
        })
    }

    fn run_connection(&self, first: u32, barrier: &Barrier, duration: Duration) -> Outcome<Vec<u32>> {
        // A failure here must not leave the others waiting, so it passes the barrier first.
        let connection = Blocking::open(self.address);
        barrier.wait();
        self.send(connection?, first, clock::now() + LEAD, duration)
    }

    fn send(
        &self,
        mut connection: Blocking,
        first: u32,
        start: Instant,
        duration: Duration,
    ) -> Outcome<Vec<u32>> {
        let schedule = Schedule::new(start, self.per_second);
        let mut latencies_ns = Vec::new();
        for number in (first..schedule.count_within(duration)).step_by(self.connections as usize) {
            let due = schedule.moment(number);
            clock::wait_until(due);
            connection.call(&self.requests[number as usize % self.requests.len()])?;
            latencies_ns.push(stats::nanos(clock::now() - due));
        }
        Ok(latencies_ns)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;
    use crate::load::request;

    const STALL: Duration = Duration::from_millis(300);

    /// Answers one connection's requests, the first of them late.
    fn stalling_server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut request = [0; 1024];
            let mut first = true;
            while matches!(stream.read(&mut request), Ok(1..)) {
                if std::mem::take(&mut first) {
                    clock::pause(STALL);
                }
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                    .expect("the client is there");
            }
        });
        address
    }

    #[test]
    fn a_stall_is_charged_for_all_who_were_due_meanwhile() {
        let requests = [request::hello()].into();
        let open = Open { address: stalling_server(), requests, connections: 1, per_second: 100.0 };
        let latencies_ns = open.run(Duration::from_millis(400)).expect("answers");
        assert_eq!(latencies_ns.len(), 40);
        // Request n was due 10 n milliseconds after the first, so it waited for the rest of the stall at least.
        for (latency_ns, number) in latencies_ns.iter().zip(0..30) {
            let waited = Duration::from_nanos(u64::from(*latency_ns));
            assert!(
                waited >= STALL - Duration::from_millis(10) * number,
                "request {number} waited {waited:?}"
            );
        }
    }
}
