//! How many records a second are appended, each group flushed before its answer.
//!
//! `cargo run --release -p store-sqlite --example append -- [FOLDER] [SECONDS]`
//!
//! Prints one line for each size of group, for one site whose commits hold the whole group, and for 64 sites whose
//! commits of one record are grouped by the writer.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::{
    env,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use bytes::Bytes;
use domain::SiteId;
use store::{
    Head, Outcome, Store, StoreError,
    testing::{block_on, commit_on},
};
use store_sqlite::SqliteStore;

/// What the record of a bulk call or a batch of check-ins weighs.
const RECORD_BYTES: usize = 1200;

fn main() -> Result<(), StoreError> {
    let mut arguments = env::args().skip(1);
    let within = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(&within)
        .map_err(|error| StoreError::io(format!("make a folder in {}", within.display()), &error))?;
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    let time = Duration::from_secs(seconds);
    println!("{RECORD_BYTES} bytes a record, every commit flushed, {seconds} s each");
    for group in [1, 16, 32, 64] {
        report(&format!("1 site, commits of {group:>2}"), folder.path(), 1, group, time)?;
    }
    for sites in [16, 64] {
        report(&format!("{sites} sites, commits of 1"), folder.path(), sites, 1, time)?;
    }
    Ok(())
}

fn report(what: &str, folder: &Path, sites: u32, group: usize, time: Duration) -> Result<(), StoreError> {
    let store = SqliteStore::open(&folder.join(format!("{sites}-{group}.db")))?;
    let started = Instant::now();
    let appended: u64 = thread::scope(|scope| {
        let store = &store;
        let append = move |site| append(store, SiteId(site), group, started, time);
        let threads: Vec<_> = (1..=sites).map(|site| scope.spawn(move || append(site))).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
    });
    let rate = u128::from(appended) * 1000 / started.elapsed().as_millis().max(1);
    block_on(store.close());
    println!("{what}: {rate:>7} records/s");
    Ok(())
}

/// Appends to one site until the time is over, and answers how many records.
fn append(store: &SqliteStore, site: SiteId, group: usize, started: Instant, time: Duration) -> u64 {
    let payload = Bytes::from(vec![0x5A; RECORD_BYTES]);
    let mut head = Head::start_of(site);
    while started.elapsed() < time {
        let commit = commit_on(&head, std::iter::repeat_n(payload.clone(), group));
        let next = Head::after(&commit);
        match block_on(store.commit(commit)) {
            Outcome::Committed => head = next.unwrap_or(head),
            other => {
                eprintln!("site {site}: {other:?}");
                break;
            }
        }
    }
    head.version.0
}
