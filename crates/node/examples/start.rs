//! How fast a start and the past are: `cargo run --release -p node --example start [DEVICES [RECORDS]]`, 1,000,000 of
//! each unless told otherwise.
//!
//! A store is filled with devices in a temporary folder; then it is stopped, started, and asked about the past.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod fleet;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Timestamp;
use node::{Node, NodeOptions, SystemClock};
use site::State;
use site::commands::CheckIns;
use store_sqlite::SqliteStore;

use crate::fleet::{SITE, catalogue, check_in, resident_bytes, run, said, site};

/// As the server has it: what one thread decodes another frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Commands on their way at once.
const CLIENTS: u32 = 256;

#[tokio::main]
async fn main() {
    let argument =
        |place| std::env::args().nth(place).map_or(1_000_000, |text| text.parse().expect("a number"));
    let (devices, records): (u32, u32) = (argument(1), argument(2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fleetmark.db");

    let node = started("start on an empty store", &path).await;
    catalogue(&node).await;
    for first in (0..devices).step_by(1000) {
        let items = (first..devices.min(first + 1000)).map(|device| check_in(device, 0)).collect();
        run(&node, CheckIns::new(items)).await;
    }
    stopped("stop, with a full checkpoint", node).await;

    let node = started("start from the checkpoint", &path).await;
    let items = (0..1000).map(|number| check_in(number * (devices / 1000).max(1), 1)).collect();
    run(&node, CheckIns::new(items)).await;
    stopped("stop, with a checkpoint of 1,000 check-ins", node).await;

    let node = Arc::new(started("start from that", &path).await);
    let start = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let node = Arc::clone(&node);
            tokio::spawn(async move {
                for number in (client..records).step_by(CLIENTS as usize) {
                    let device = number.wrapping_mul(2_654_435_761) % devices;
                    run(&node, CheckIns::new(vec![check_in(device, number % 3)])).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client");
    }
    said("check-ins, a record each", start.elapsed());
    let last = site(&node);
    asked("the moment before the last, from the checkpoint in memory", &node, last.time().plus_millis(-1))
        .await;
    stopped("stop, with a checkpoint of them", Arc::into_inner(node).expect("no client is left")).await;

    let node = started("start from that", &path).await;
    assert_eq!(site(&node).version(), last.version());
    let moment = last.time().plus_millis(-1);
    asked("the moment before the last, from a checkpoint on disk", &node, moment).await;
    asked("the same again", &node, moment).await;
    asked("a millisecond before that", &node, moment.plus_millis(-1)).await;
    asked("a second before that", &node, moment.plus_millis(-1001)).await;
    println!("          {} MiB resident", resident_bytes() >> 20);
    stopped("stop, with nothing to write", node).await;
}

async fn started(what: &str, path: &Path) -> Node {
    let start = Instant::now();
    let store = Arc::new(SqliteStore::open(path).expect("a store"));
    let opened = start.elapsed();
    // No checkpoint but at the stop.
    let (checkpoint_bytes, checkpoint_after) = (u64::MAX, Duration::from_secs(86_400));
    let options = NodeOptions { checkpoint_bytes, checkpoint_after, ..NodeOptions::default() };
    let node = Node::start_with(store, Arc::new(SystemClock), options).await.expect("a node");
    said(&format!("{what} (opening the file {:.0} ms)", opened.as_secs_f64() * 1e3), start.elapsed());
    node
}

async fn stopped(what: &str, node: Node) {
    let start = Instant::now();
    node.stop().await;
    said(what, start.elapsed());
    let stats = &node.stats().checkpoints;
    assert_eq!(stats.failed.get(), 0);
    if stats.written.get() > 0 {
        let (micros, bytes) = (stats.last_micros.get(), stats.last_bytes.get());
        println!(
            "          the checkpoint: {} ms, {:.1} MiB",
            micros / 1000,
            bytes as f64 / f64::from(1 << 20)
        );
    }
}

async fn asked(what: &str, node: &Node, at: Timestamp) {
    let start = Instant::now();
    let state = node.site_at(SITE, at).await.expect("a site");
    said(what, start.elapsed());
    assert!(state.time() <= at);
}
