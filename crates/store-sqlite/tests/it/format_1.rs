//! A log of format 1, as the first versions wrote it, is brought up when it is opened.

use std::path::Path;

use domain::{SiteId, Version};
use rusqlite::{Connection, params};
use store::{
    Blob, Commit, Head, Outcome, SideRow, Store,
    testing::{block_on, commit_on, manifest_on},
    verify,
};
use store_sqlite::SqliteStore;
use uuid::Uuid;

use crate::place::TempPlace;

const SITE: SiteId = SiteId(3);
const EPOCH: Uuid = Uuid::from_u128(77);

const FORMAT_1: &str = "\
PRAGMA page_size = 4096;
PRAGMA journal_mode = WAL;
CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    commit_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;
CREATE TABLE site (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE side (
    site INTEGER NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (site, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE store (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch BLOB NOT NULL
) STRICT;
PRAGMA application_id = 1179407437;
PRAGMA user_version = 1;
";

/// Writes what the first versions would have for this commit.
fn write_format_1(path: &Path, commit: &Commit) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch(FORMAT_1).unwrap();
    let insert = "INSERT INTO record (id, time, commit_id, hash, payload) VALUES (?1, ?2, ?3, ?4, ?5)";
    for record in &commit.records {
        let key = i64::from(commit.site.0) << 40 | i64::try_from(record.version.0).unwrap();
        let id = commit.id.0.as_bytes();
        let row = params![key, record.time.millis(), id, record.hash.0, &record.payload[..]];
        connection.execute(insert, row).unwrap();
    }
    let head = Head::after(commit).unwrap();
    let site = params![head.site.0, i64::try_from(head.version.0).unwrap(), head.hash.0];
    connection.execute("INSERT INTO site (id, version, hash) VALUES (?1, ?2, ?3)", site).unwrap();
    connection.execute("INSERT INTO store (id, epoch) VALUES (1, ?1)", [EPOCH.as_bytes()]).unwrap();
    let side = "INSERT INTO side (site, key, value) VALUES (?1, 'key', x'01')";
    connection.execute(side, [commit.site.0]).unwrap();
}

fn format(path: &Path) -> i64 {
    let connection = Connection::open(path).unwrap();
    connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

/// Its records keep all that they had and belong to the audit trail; then the log goes on as any other.
#[test]
fn a_log_of_format_1_is_brought_up_and_goes_on() {
    let place = TempPlace::new();
    let old = commit_on(&Head::start_of(SITE), ["one", "two", "three"]);
    let head = Head::after(&old).unwrap();
    write_format_1(&place.file(), &old);

    let store = SqliteStore::open(&place.file()).unwrap();
    assert_eq!(block_on(verify(&store, SITE)), Ok(head));
    assert_eq!(block_on(store.epoch()), Ok(EPOCH));
    let side = SideRow { site: SITE, key: "key".to_owned(), value: vec![1].into() };
    assert_eq!(block_on(store.load_side(SITE)), Ok(vec![side]));
    for (read, wrote) in block_on(store.records_since(SITE, Version(0), 9)).unwrap().iter().zip(&old.records)
    {
        assert_eq!((&read.record.payload, read.record.time), (&wrote.payload, wrote.time));
        assert_eq!(read.commit_id, old.id);
        assert!(read.record.audited);
    }

    let mut new = commit_on(&head, ["four", "five", "six"]);
    [false, true, false].iter().zip(&mut new.records).for_each(|(audited, record)| record.audited = *audited);
    let end = Head::after(&new).unwrap();
    assert!(matches!(block_on(store.commit(new)), Outcome::Committed));
    block_on(store.close());
    assert_eq!(format(&place.file()), 2);

    let store = SqliteStore::open(&place.file()).unwrap();
    let trail = block_on(store.audited_before(SITE, Version(99), 9)).unwrap();
    let versions: Vec<u64> = trail.iter().map(|stored| stored.record.version.0).collect();
    assert_eq!(versions, [5, 3, 2, 1]);
    let blobs = [Blob::new("state")];
    block_on(store.write_blobs(SITE, blobs.to_vec())).unwrap();
    block_on(store.write_manifest(manifest_on(&end, &blobs))).unwrap();
    assert_eq!(block_on(store.prune(SITE, Version(4))), Ok(()));
    assert_eq!(block_on(verify(&store, SITE)), Ok(end));
}

/// A step that fails leaves the file as it was.
#[test]
fn a_log_that_cannot_be_brought_up_is_left_in_its_format() {
    let place = TempPlace::new();
    write_format_1(&place.file(), &commit_on(&Head::start_of(SITE), ["one"]));
    let in_the_way = "CREATE TABLE pruned (something INTEGER)";
    Connection::open(place.file()).unwrap().execute_batch(in_the_way).unwrap();
    let error = SqliteStore::open(&place.file()).unwrap_err();
    assert_eq!(error.code(), "store_damaged");
    assert_eq!(format(&place.file()), 1);
    let columns = "SELECT count(*) FROM pragma_table_info('record')";
    let connection = Connection::open(place.file()).unwrap();
    assert_eq!(connection.query_row(columns, [], |row| row.get(0)), Ok(5));
}
