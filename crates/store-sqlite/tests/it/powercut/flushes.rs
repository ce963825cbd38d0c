//! Flushes that fail: the outcome is unknown, and catching up shows what the disk holds. The same with a checkpoint.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
};

use domain::{SiteId, Version};
use store::{
    Blob, Head, Outcome, Store, StoreError,
    testing::{block_on, commit_on, manifest_on},
    verify,
};
use store_sqlite::SqliteStore;

use super::{child::say_and_wait, prepare};

pub const SCRIPT: &str = "flushes fail for a while";
const FAIL: &str = "now let flushes fail";
const WORK: &str = "now let flushes work";
const SITE: SiteId = SiteId(1);

#[test]
fn a_commit_whose_flush_failed_is_unknown_until_the_store_could_be_reopened() {
    let (_scratch, recording, mut command) = prepare(SCRIPT);
    let mut child = command.spawn().unwrap();
    let mut go_on = child.stdin.take().unwrap();
    let mut asked = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line == FAIL || line == WORK {
            recording.fail_flushes(line == FAIL).unwrap();
            go_on.write_all(b"\n").unwrap();
            asked.push(line);
        }
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(asked, [FAIL, WORK]);
}

/// What the child does and asserts; the parent turns the switch.
pub fn child(file: &Path) {
    let store = SqliteStore::open(file).unwrap();
    let first = commit_on(&Head::start_of(SITE), ["one"]);
    let head = Head::after(&first).unwrap();
    assert!(matches!(block_on(store.commit(first)), Outcome::Committed));

    let blobs = [Blob::new("state")];
    block_on(store.write_blobs(SITE, blobs.to_vec())).unwrap();
    let manifest = manifest_on(&head, &blobs);

    say_and_wait(FAIL);
    let written = block_on(store.write_manifest(manifest.clone()));
    assert!(matches!(written, Err(StoreError::Io { .. })), "{written:?}");
    let listed = block_on(store.checkpoints(SITE));
    assert!(matches!(listed, Err(StoreError::Io { .. })), "{listed:?}");
    let lost = commit_on(&head, ["two", "three"]);
    let outcome = block_on(store.commit(lost.clone()));
    assert!(matches!(outcome, Outcome::Unknown(StoreError::Io { .. })), "{outcome:?}");
    // As long as nothing can be flushed it is not known what the disk holds, so nothing is read or written.
    let read = block_on(store.records_since(SITE, head.version, 10));
    assert!(matches!(read, Err(StoreError::Io { .. })), "{read:?}");
    let outcome = block_on(store.commit(commit_on(&head, ["other"])));
    assert!(matches!(outcome, Outcome::NotCommitted(StoreError::Io { .. })), "{outcome:?}");

    say_and_wait(WORK);
    let listed = block_on(store.checkpoints(SITE)).unwrap();
    assert!(listed.is_empty() || listed == [manifest.info], "{listed:?}");
    block_on(store.write_manifest(manifest.clone())).unwrap();
    assert_eq!(block_on(store.read_manifest(SITE, manifest.info.version)), Ok(Some(manifest)));
    assert!(block_on(store.read_blobs(SITE, vec![blobs[0].id()])).is_ok());
    let caught_up = block_on(store.records_since(SITE, head.version, 10)).unwrap();
    let landed = caught_up.iter().any(|stored| stored.commit_id == lost.id);
    assert_eq!(caught_up.len(), if landed { 2 } else { 0 });
    let head = block_on(verify(&store, SITE)).unwrap();
    assert!(matches!(block_on(store.commit(commit_on(&head, ["more"]))), Outcome::Committed));
    block_on(store.close());

    let reopened = SqliteStore::open(file).unwrap();
    assert_eq!(block_on(verify(&reopened, SITE)).unwrap().version, Version(head.version.0 + 1));
    block_on(reopened.close());
}
