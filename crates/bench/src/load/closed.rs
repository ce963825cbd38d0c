//! Closed-loop load: every connection sends its next request when the last was answered.

use std::net::SocketAddr;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use tokio::task::JoinSet;

use super::connection::Connection;
use super::request::Requests;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::stats::{self, Round};

/// Threads of the load generator. They share the machine's cores with the server, in every job alike.
const THREADS: usize = 2;

/// What is sent where.
pub struct Closed {
    /// The server.
    pub address: SocketAddr,
    /// Sent in turn: connection `n` of `N` sends the requests n, n+N, n+2N, … round and round.
    pub requests: Requests,
    /// Open connections, over all threads.
    pub connections: usize,
}

impl Closed {
    /// Opens the connections, keeps them busy for `duration`, and sums up.
    ///
    /// # Errors
    /// The first failure of any connection.
    pub fn run(&self, duration: Duration) -> Outcome<Round> {
        let barrier = Arc::new(Barrier::new(THREADS));
        let mut latencies_ns = Vec::new();
        thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|thread| {
                    let barrier = barrier.clone();
                    scope.spawn(move || self.run_thread(thread, &barrier, duration))
                })
                .collect();
            for thread in threads {
                let measured =
                    thread.join().map_err(|_| Failure::text("a thread of the load panicked"))??;
                latencies_ns.extend(measured);
            }
            Ok(())
        })?;
        Ok(Round::of(latencies_ns, duration))
    }

    /// The share of one thread, on a runtime of its own: connections never move between threads.
    fn run_thread(&self, thread: usize, barrier: &Barrier, duration: Duration) -> Outcome<Vec<u32>> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        // A failure here must not leave the other thread waiting, so it passes the barrier first.
        let opened = runtime.map_err(|error| Failure::new("cannot start tokio", error)).and_then(|runtime| {
            let connections = runtime.block_on(self.open(thread))?;
            Ok((runtime, connections))
        });
        barrier.wait();
        let (runtime, connections) = opened?;
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for (number, connection) in connections {
                tasks.spawn(keep_busy(connection, self.requests.clone(), number, self.connections, duration));
            }
            let mut latencies_ns = Vec::new();
            while let Some(finished) = tasks.join_next().await {
                let measured = finished.map_err(|error| Failure::new("a connection panicked", error))??;
                latencies_ns.extend(measured);
            }
            Ok(latencies_ns)
        })
    }

    async fn open(&self, thread: usize) -> Outcome<Vec<(usize, Connection)>> {
        let mut connections = Vec::new();
        for number in (thread..self.connections).step_by(THREADS) {
            connections.push((number, Connection::open(self.address).await?));
        }
        Ok(connections)
    }
}

/// The latencies, in nanoseconds, of all requests that were answered in time.
async fn keep_busy(
    mut connection: Connection,
    requests: Requests,
    first: usize,
    step: usize,
    duration: Duration,
) -> Outcome<Vec<u32>> {
    let mut latencies_ns = Vec::new();
    let end = clock::now() + duration;
    let mut before = clock::now();
    let mut next = first % requests.len();
    loop {
        connection.call(&requests[next]).await?;
        let after = clock::now();
        if after > end {
            return Ok(latencies_ns);
        }
        latencies_ns.push(stats::nanos(after - before));
        before = after;
        next = (next + step) % requests.len();
    }
}
