//! The file of checkpoints beside the log: when it is gone, another program's, or damaged.

use std::fs;

use domain::{SiteId, Version};
use rusqlite::Connection;
use store::{
    Blob, Head, Outcome, Refusal, Store, StoreError,
    testing::{block_on, commit_on, conformance::Place, manifest_on},
    verify,
};
use store_sqlite::SqliteStore;

use crate::place::TempPlace;

const SITE: SiteId = SiteId(1);

/// A closed store with a log of three records, and a checkpoint of 300 blobs at its head.
fn with_checkpoint() -> (TempPlace, Head) {
    let place = TempPlace::new();
    let store = SqliteStore::open(&place.file()).unwrap();
    let commit = commit_on(&Head::start_of(SITE), ["one", "two", "three"]);
    let head = Head::after(&commit).unwrap();
    assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
    let blobs: Vec<Blob> = (0..300_u32).map(|number| Blob::new(number.to_le_bytes().repeat(1000))).collect();
    block_on(store.write_blobs(SITE, blobs.clone())).unwrap();
    block_on(store.write_manifest(manifest_on(&head, &blobs))).unwrap();
    block_on(store.close());
    (place, head)
}

#[test]
fn a_file_that_is_gone_is_made_anew() {
    let (place, head) = with_checkpoint();
    fs::remove_file(place.checkpoints()).unwrap();
    let store = SqliteStore::open(&place.file()).unwrap();
    assert_eq!(block_on(store.checkpoints(SITE)), Ok(vec![]));
    assert_eq!(block_on(verify(&store, SITE)), Ok(head));
    block_on(store.write_manifest(manifest_on(&head, &[]))).unwrap();
    assert_eq!(block_on(store.checkpoints(SITE)).unwrap().len(), 1);
}

#[test]
fn a_file_of_another_kind_is_refused_by_name_and_left_as_it_is() {
    let (place, _) = with_checkpoint();
    let notes = b"to do: water the plants\n".repeat(100);
    let log = fs::read(place.file()).unwrap();
    for other in [notes, log] {
        fs::write(place.checkpoints(), &other).unwrap();
        let error = SqliteStore::open(&place.file()).unwrap_err();
        assert_eq!(error, StoreError::Foreign { path: place.checkpoints().canonicalize().unwrap() });
        assert!(error.to_string().contains("f.db.checkpoints is not a Fleetmark store: move it away"));
        assert_eq!(fs::read(place.checkpoints()).unwrap(), other);
    }
}

#[test]
fn a_newer_format_of_checkpoints_is_refused() {
    let (place, _) = with_checkpoint();
    Connection::open(place.checkpoints()).unwrap().execute_batch("PRAGMA user_version = 9").unwrap();
    let error = SqliteStore::open(&place.file()).unwrap_err();
    assert!(matches!(error, StoreError::NewerFormat { found: 9, known: 2, .. }), "{error}");
}

/// Everything but the marks of the first page is overwritten.
#[test]
fn a_damaged_file_says_so_and_does_not_keep_the_log_from_being_read() {
    let (place, head) = with_checkpoint();
    let mut bytes = fs::read(place.checkpoints()).unwrap();
    bytes[100..].fill(0xEE);
    fs::write(place.checkpoints(), bytes).unwrap();
    let store = SqliteStore::open(&place.file()).unwrap();
    let listed = block_on(store.checkpoints(SITE));
    let Err(StoreError::Damaged { what }) = listed else { panic!("{listed:?}") };
    assert!(what.contains("f.db.checkpoints"), "{what}");
    assert!(matches!(block_on(store.prune(SITE, head.version)), Err(StoreError::Damaged { .. })));
    let written = block_on(store.write_blobs(SITE, vec![Blob::new("new")]));
    assert!(matches!(written, Err(StoreError::Damaged { .. })), "{written:?}");
    assert_eq!(block_on(verify(&store, SITE)), Ok(head));
    let next = commit_on(&head, ["four"]);
    assert!(matches!(block_on(store.commit(next)), Outcome::Committed));
    block_on(store.close());
}

/// The second half of the file is overwritten: what stands in the first may still be listed, but nothing altered is
/// ever handed out.
#[test]
fn blobs_in_a_damaged_part_of_the_file_are_not_handed_out() {
    let (place, head) = with_checkpoint();
    let mut bytes = fs::read(place.checkpoints()).unwrap();
    let half = bytes.len() / 2;
    bytes[half..].fill(0xEE);
    fs::write(place.checkpoints(), bytes).unwrap();
    let store = SqliteStore::open(&place.file()).unwrap();
    let ids: Vec<_> = (0..300_u32).map(|number| Blob::new(number.to_le_bytes().repeat(1000)).id()).collect();
    let read = block_on(store.read_blobs(SITE, ids));
    assert!(matches!(read, Err(StoreError::Damaged { .. })), "{:?}", read.map(|blobs| blobs.len()));
    assert_eq!(block_on(verify(&store, SITE)), Ok(head));
}

#[test]
fn commits_and_reads_of_the_log_do_not_wait_for_a_checkpoint() {
    let (place, head) = with_checkpoint();
    let store = SqliteStore::open(&place.file()).unwrap();
    let in_the_way = Connection::open(place.checkpoints()).unwrap();
    in_the_way.execute_batch("BEGIN IMMEDIATE").unwrap();
    std::thread::scope(|scope| {
        let writing = scope.spawn(|| block_on(store.write_blobs(SITE, vec![Blob::new("new")])));
        let next = commit_on(&head, ["four"]);
        assert!(matches!(block_on(store.commit(next)), Outcome::Committed));
        assert_eq!(block_on(verify(&store, SITE)).unwrap().version, Version(4));
        assert!(!writing.is_finished());
        in_the_way.execute_batch("ROLLBACK").unwrap();
        assert_eq!(writing.join().unwrap(), Ok(()));
    });
}

/// As a restored backup of the log would find it.
#[test]
fn a_checkpoint_of_another_log_does_not_let_records_be_pruned() {
    let (place, head) = with_checkpoint();
    fs::remove_file(place.file()).unwrap();
    let store = block_on(place.open()).unwrap();
    let commit = commit_on(&Head::start_of(SITE), ["other", "payloads", "here"]);
    assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
    assert_eq!(block_on(store.checkpoints(SITE)).unwrap()[0].version, head.version);
    let refused = Refusal::NoCheckpoint { site: SITE, through: Version(2) };
    assert_eq!(block_on(store.prune(SITE, Version(2))), Err(refused.into()));
}

/// A look for blobs that no manifest names takes as long as there are checkpoints.
#[test]
fn blobs_without_a_manifest_are_looked_for_only_when_there_may_be_some() {
    let (place, head) = with_checkpoint();
    let store = SqliteStore::open(&place.file()).unwrap();
    let file = Connection::open(place.checkpoints()).unwrap();
    let count = || file.query_row("SELECT count(*) FROM blob", [], |row| row.get::<_, u32>(0)).unwrap();
    let smuggle = || file.execute("INSERT INTO blob (site, id, bytes) VALUES (1, x'77', x'77')", []).unwrap();
    let drop_none = || block_on(store.drop_checkpoints(SITE, vec![])).unwrap();
    let delete = || file.execute("DELETE FROM blob WHERE id = x'77'", []).unwrap();

    file.execute("INSERT INTO blob (site, id, bytes) VALUES (1, zeroblob(32), x'77')", []).unwrap();
    drop_none();
    assert_eq!(count(), 300, "what an earlier run left is dropped");

    smuggle();
    drop_none();
    assert_eq!(count(), 301, "nothing was written since");
    let new = vec![Blob::new("new")];
    block_on(store.write_blobs(SITE, new.clone())).unwrap();
    delete();
    drop_none();
    assert_eq!(count(), 300, "what was not finished is dropped");

    block_on(store.write_blobs(SITE, new.clone())).unwrap();
    block_on(store.write_manifest(manifest_on(&Head { version: Version(2), ..head }, &new))).unwrap();
    block_on(store.write_manifest(manifest_on(&head, &[]))).unwrap();
    drop_none();
    assert_eq!(count(), 1, "what a manifest named that is replaced is dropped");
}
