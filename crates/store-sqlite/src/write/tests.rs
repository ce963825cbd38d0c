use std::path::Path;

use domain::{SiteId, Version};
use store::{
    Head, PrunedRecord,
    testing::{commit_on, record_after},
};
use tempfile::TempDir;

use super::*;
use crate::{connect, file::LOG_BYTES, read_side::ReadSide, sql};

const SITE: SiteId = SiteId(1);

fn writer() -> (TempDir, Writer) {
    writer_flushing(None)
}

/// A writer whose mover flushes another file than it should.
fn writer_flushing(other: Option<&Path>) -> (TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let path = connect::prepare(&folder.path().join("f.db")).unwrap();
    let lock = LockFile::take(&path).unwrap();
    let moving = ReadSide::new();
    let mover = Mover::start(other.unwrap_or(&path), moving.clone()).unwrap();
    let file = OpenFile::open(path, &sql::LOG, vec![moving]).unwrap();
    (folder, Writer::new(file, mover, Arc::new(lock)))
}

/// Writes a group and answers the outcomes in its order.
fn write(writer: &mut Writer, commits: impl IntoIterator<Item = Commit>) -> Vec<Outcome> {
    let (writes, answers): (Vec<_>, Vec<_>) = commits
        .into_iter()
        .map(|commit| {
            let (answer, answered) = oneshot::channel();
            (Write::Commit(commit, answer), answered)
        })
        .unzip();
    writer.write(writes);
    answers.into_iter().map(|mut answered| answered.try_recv().unwrap()).collect()
}

fn version(writer: &mut Writer, site: SiteId) -> Option<Version> {
    let heads = crate::read::heads(writer.file.connection().unwrap()).unwrap();
    heads.into_iter().find(|head| head.site == site).map(|head| head.version)
}

#[test]
fn a_group_is_one_transaction_in_which_each_commit_is_judged_alone() {
    let (_folder, mut writer) = writer();
    let first = commit_on(&Head::start_of(SITE), ["one"]);
    let second = commit_on(&Head::after(&first).unwrap(), ["two", "three"]);
    let stale = commit_on(&Head::start_of(SITE), ["stale"]);
    let other = commit_on(&Head::start_of(SiteId(2)), ["other"]);
    let outcomes = write(&mut writer, [first, second, stale, other]);
    use Outcome::{Committed, Conflict};
    assert!(matches!(outcomes[..], [Committed, Committed, Conflict, Committed]), "{outcomes:?}");
    assert_eq!(version(&mut writer, SITE), Some(Version(3)));
    assert_eq!(version(&mut writer, SiteId(2)), Some(Version(1)));
}

#[test]
fn a_full_disk_fails_only_what_does_not_fit() {
    let (_folder, mut writer) = writer();
    let connection = writer.file.connection().unwrap();
    connection.pragma_update(None, "max_page_count", 20).unwrap();
    let large = commit_on(&Head::start_of(SITE), [vec![0; 200_000]]);
    let small = commit_on(&Head::start_of(SiteId(2)), ["small"]);
    let outcomes = write(&mut writer, [large, small]);
    assert!(matches!(outcomes[..], [Outcome::NotCommitted(StoreError::Full), Outcome::Committed]));
    assert_eq!(version(&mut writer, SITE), None);
}

#[test]
fn a_record_that_is_already_there_is_damage_and_fails_no_other() {
    for place in [0, 4, 8] {
        let many = sql::RECORDS_AT_ONCE + 1;
        a_record_is_already_there(place, many);
    }
    a_record_is_already_there(0, 1);
}

/// At this place of a commit of so many.
fn a_record_is_already_there(place: u64, count: usize) {
    let (_folder, mut writer) = writer();
    let head = Head::start_of(SITE);
    let record = record_after(Version(place), &head.hash, "smuggled in");
    let connection = writer.file.connection().unwrap();
    let row = rusqlite::params![
        crate::key::record_key(SITE, record.version),
        record.time.millis(),
        [0_u8; 16],
        record.hash.0,
        None::<i64>,
        &record.payload[..]
    ];
    connection.execute(sql::INSERT_RECORD, row).unwrap();
    let commits = [commit_on(&head, vec!["one"; count]), commit_on(&Head::start_of(SiteId(2)), ["other"])];
    let outcomes = write(&mut writer, commits);
    let damaged = matches!(outcomes[0], Outcome::NotCommitted(StoreError::Damaged { .. }));
    assert!(damaged && matches!(outcomes[1], Outcome::Committed), "{outcomes:?}");
}

#[test]
fn a_file_that_someone_else_is_writing_is_busy() {
    let (_folder, mut writer) = writer();
    writer.file.connection().unwrap().pragma_update(None, "busy_timeout", 0).unwrap();
    let other = connect::writer(writer.file.path(), &sql::LOG).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let commit = commit_on(&Head::start_of(SITE), ["one"]);
    let outcomes = write(&mut writer, [commit.clone()]);
    assert!(matches!(outcomes[..], [Outcome::NotCommitted(StoreError::Busy)]));
    other.execute_batch("ROLLBACK").unwrap();
    assert!(matches!(write(&mut writer, [commit])[..], [Outcome::Committed]));
}

#[test]
fn reopening_keeps_what_was_committed_and_reads_go_on() {
    let (_folder, mut writer) = writer();
    let commit = commit_on(&Head::start_of(SITE), ["one"]);
    let head = Head::after(&commit).unwrap();
    assert!(matches!(write(&mut writer, [commit])[..], [Outcome::Committed]));
    writer.file.reopen(&StoreError::Closed);
    assert!(matches!(write(&mut writer, [commit_on(&head, ["two"])])[..], [Outcome::Committed]));
    assert_eq!(version(&mut writer, SITE), Some(Version(2)));
}

/// Commits of a mebibyte each, until `enough`.
fn commit_until(writer: &mut Writer, head: &mut Head, enough: impl Fn(&Writer) -> bool) {
    while !enough(writer) {
        let commit = commit_on(head, [vec![0_u8; 1 << 20]]);
        *head = Head::after(&commit).unwrap();
        assert!(matches!(write(writer, [commit])[..], [Outcome::Committed]));
        writer.mover.go_on(&mut writer.file);
    }
}

#[test]
fn the_write_ahead_log_is_moved_into_the_file_beside_commits_and_begun_anew() {
    let (folder, mut writer) = writer();
    let mut head = Head::start_of(SITE);
    let weight = |name: &str| folder.path().join(name).metadata().unwrap().len();
    for _ in 0..2 {
        commit_until(&mut writer, &mut head, |writer| writer.file.has_long_log());
        commit_until(&mut writer, &mut head, |writer| !writer.file.has_long_log());
    }
    assert!(weight("f.db") >= 2 * LOG_BYTES as u64);
    assert!(weight("f.db-wal") < weight("f.db"), "the log was not begun anew");
    assert_eq!(version(&mut writer, SITE), Some(head.version));
}

/// Pages that could not be flushed may be in memory only, though SQLite takes them for moved.
#[test]
fn a_log_whose_pages_cannot_be_flushed_is_read_and_moved_anew() {
    let (folder, mut writer) = writer_flushing(Some(Path::new("/dev/null")));
    let mut head = Head::start_of(SITE);
    commit_until(&mut writer, &mut head, |writer| writer.file.has_long_log());
    commit_until(&mut writer, &mut head, |writer| !writer.file.has_long_log());
    assert_eq!(folder.path().join("f.db-wal").metadata().unwrap().len(), 0);
    assert_eq!(version(&mut writer, SITE), Some(head.version));
}

#[test]
fn what_pruning_adds_to_the_write_ahead_log_is_counted() {
    let (folder, mut writer) = writer();
    let commit = commit_on(&Head::start_of(SITE), vec![vec![0_u8; 1200]; 1000]);
    let pruned = commit.records.iter().map(PrunedRecord::of).collect();
    assert!(matches!(write(&mut writer, [commit])[..], [Outcome::Committed]));
    let written = || folder.path().join("f.db-wal").metadata().unwrap().len();
    let before = (written(), writer.file.log_bytes());
    let (answer, mut answered) = oneshot::channel();
    writer.write(vec![Write::Prune(SITE, pruned, answer)]);
    assert_eq!(answered.try_recv(), Ok(Ok(())));
    let (grown, counted) = (written() - before.0, (writer.file.log_bytes() - before.1) as u64);
    assert!(grown / 2 < counted && counted < grown * 2, "{grown} bytes, of which {counted} were counted");
}
