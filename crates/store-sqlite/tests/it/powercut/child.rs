//! The process that appends: commits of random sizes to two sites in turn, now and then a checkpoint; it drops old ones
//! and prunes what they stood for. It says what is done when it is.

use std::{env, io::stdin, path::Path};

use domain::{SiteId, Version};
use store::{
    Blob, Head, Outcome, Store,
    testing::{block_on, commit_on, manifest_on, powercut::Rng},
};
use store_sqlite::SqliteStore;

use super::promise::Promise;

/// Names the file to append to; without it the test does nothing.
pub const FILE: &str = "POWERCUT_TEST_FILE";
/// Says how much, in a sentence whose numbers count.
pub const SCRIPT: &str = "POWERCUT_TEST_SCRIPT";
/// The sites that are appended to.
pub const SITES: [SiteId; 2] = [SiteId(1), SiteId(2)];

/// How many checkpoints of a site are kept.
const CHECKPOINTS: usize = 2;

/// Each payload begins with how many records its commit has.
pub fn records_in_commit_of(payload: &[u8]) -> usize {
    usize::from(payload[0])
}

#[test]
fn appends_when_told_to() {
    let (Ok(file), Ok(script)) = (env::var(FILE), env::var(SCRIPT)) else { return };
    match script.as_str() {
        super::flushes::SCRIPT => super::flushes::child(Path::new(&file)),
        _ => append(Path::new(&file), &script),
    }
}

fn append(file: &Path, script: &str) {
    let numbers: Vec<usize> = script.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
    let [commits, records, bytes, reopening, checkpoints] = numbers[..] else {
        panic!("five numbers: {script}")
    };
    let mut rng = Rng::seeded(1);
    let mut heads = SITES.map(Head::start_of);
    let mut store = SqliteStore::open(file).unwrap();
    for number in 0..commits {
        let head = &mut heads[number % SITES.len()];
        let count = 1 + rng.below(records);
        let payload = |_| {
            let len = 1 + rng.below(bytes);
            let mut payload = vec![u8::try_from(count).unwrap()];
            payload.resize_with(len, || rng.next_u64().to_le_bytes()[0]);
            payload
        };
        let commit = commit_on(head, (0..count).map(payload).collect::<Vec<_>>());
        *head = Head::after(&commit).unwrap();
        assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
        say_and_wait(&Promise::Committed.line(head.site, head.version));
        if (number + 1) % checkpoints < SITES.len() {
            checkpoint(&store, head, bytes, &mut rng);
        }
        if (number + 1) % reopening == 0 {
            block_on(store.close());
            store = SqliteStore::open(file).unwrap();
        }
    }
    block_on(store.close());
}

/// Writes a checkpoint of which a part is shared with others, drops all but the newest, and prunes what only those that
/// were dropped began after.
fn checkpoint(store: &SqliteStore, head: &Head, bytes: usize, rng: &mut Rng) {
    let mut blob = |seed: u64| {
        let mut content = Rng::seeded(seed);
        let len = 1 + rng.below(8 * bytes.min(20_000));
        Blob::new((0..len).map(|_| content.next_u64().to_le_bytes()[0]).collect::<Vec<_>>())
    };
    let shared = Blob::new(vec![7; 3000]);
    let own: Vec<Blob> = (0..3).map(|number| blob(head.version.0 * 8 + number)).collect();
    let blobs: Vec<Blob> = own.iter().cloned().chain([shared]).collect();
    block_on(store.write_blobs(head.site, vec![blob(head.version.0 * 8 + 7)])).unwrap();
    block_on(store.write_blobs(head.site, blobs.clone())).unwrap();
    block_on(store.write_manifest(manifest_on(head, &blobs))).unwrap();
    say_and_wait(&Promise::Kept.line(head.site, head.version));

    let infos = block_on(store.checkpoints(head.site)).unwrap();
    let mut old: Vec<Version> = infos.iter().map(|info| info.version).collect();
    let kept = old.split_off(old.len().saturating_sub(CHECKPOINTS));
    block_on(store.drop_checkpoints(head.site, old)).unwrap();
    block_on(store.prune(head.site, kept[0])).unwrap();
    say_and_wait(&Promise::Pruned.line(head.site, kept[0]));
}

/// Prints a line, and waits until it was read.
pub fn say_and_wait(line: &str) {
    // The test harness has written the test's name before, without ending the line.
    println!("\n{line}");
    stdin().read_line(&mut String::new()).unwrap();
}
