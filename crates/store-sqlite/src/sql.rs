//! The SQL of the log, and of every connection. A test prepares every statement against the schema.

use std::sync::LazyLock;

use rusqlite::Connection;
use uuid::Uuid;

use crate::connect::Kind;

/// The file of the log: `FLTM`.
pub const LOG: Kind = Kind {
    application_id: 0x464C_544D,
    format: 2,
    before_first_page: BEFORE_FIRST_PAGE,
    create: &[CREATE, MARK_APPLICATION, MARK_FORMAT],
    first_rows: insert_epoch,
    steps: &[FROM_1_TO_2],
};

fn insert_epoch(connection: &Connection) -> rusqlite::Result<()> {
    #[expect(
        clippy::disallowed_methods,
        reason = "an epoch is made here, at the edge, once in a store's life"
    )]
    let epoch = Uuid::new_v4();
    connection.execute(INSERT_EPOCH, [epoch.as_bytes()]).map(drop)
}

/// What a connection that reads may keep of a file, in KiB: its index and some of what it reads, most of which is read
/// once.
pub const READER_CACHE: &str = "PRAGMA cache_size = -512";

pub const READ_APPLICATION_ID: &str = "PRAGMA application_id";
pub const READ_FORMAT: &str = "PRAGMA user_version";
pub const COUNT_TABLES: &str = "SELECT count(*) FROM sqlite_schema";

/// The size of a page of the file.
pub const PAGE_SIZE_BYTES: usize = 4096;

/// What a connection needs to know before the file has its first page.
///
/// A commit writes the last page of its log again, so small pages are cheap: of 1.2 kB records in groups of 16, each
/// adds 2.4 kB to the write-ahead log with pages of 4 KiB, 3.3 kB with 8 KiB, 5.1 kB with 16 KiB.
pub const BEFORE_FIRST_PAGE: &str = "PRAGMA page_size = 4096";

/// The settings of every connection.
///
/// - `synchronous = FULL` flushes the write-ahead log on every commit; `fullfsync` makes macOS mean it.
/// - `wal_autocheckpoint = 0`: SQLite would move the log into the file inside COMMIT, while the callers wait. It is done
///   beside the commits instead ([`CHECKPOINT`]).
/// - `journal_size_limit`: a log that grew beyond this behind a slow reader is cut back afterwards.
/// - `busy_timeout`: a person with the sqlite3 shell may hold the file for a moment; five seconds are waited.
pub const SETTINGS: &str = "\
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA fullfsync = ON;
PRAGMA checkpoint_fullfsync = ON;
PRAGMA wal_autocheckpoint = 0;
PRAGMA journal_size_limit = 67108864;
PRAGMA busy_timeout = 5000;
PRAGMA trusted_schema = OFF;
";

/// The tables. `record.id` is `site << 40 | version`: the rowid itself, so an append goes into one b-tree whose leaves
/// hold the payload, and a site's records lie beside each other. Compared for 1.2 kB records in groups of 16 of one
/// site, in bytes that a record adds to the write-ahead log: this 2,360; a primary key of two columns, which is a
/// second b-tree, 2,800; the same WITHOUT ROWID, which puts payloads into inner pages, 6,690. (When 64 sites append
/// one record each the second is best, 2,300 against 11,050: rows of many sites then share a page. A server with that
/// many busy sites is the exception, and reads of one site would be scattered.)
///
/// `record.last_audited` finds the audit trail without an index: NULL when the record belongs to it, and otherwise the
/// version of the last one before it that does (0 when there is none); `site.last_audited` is that of the end of the
/// log. The trail is read from link to link. Compared for groups of 1, 16 and 64 of which half belong to it: links add
/// nothing to the write-ahead log, since its pages are written anyway; a partial index, whose last page is one more,
/// adds 20, 17 and 9 %.
///
/// `pruned` holds what is left of records whose payload was dropped, under the keys that they had in `record`.
///
/// `site` repeats where each log ends, so that a lost tail is noticed.
pub const CREATE: &str = "\
CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    commit_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    last_audited INTEGER,
    payload BLOB NOT NULL
) STRICT;
CREATE TABLE pruned (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    digest BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE site (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    hash BLOB NOT NULL,
    last_audited INTEGER NOT NULL
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
";
pub const MARK_APPLICATION: &str = "PRAGMA application_id = 1179407437";
pub const MARK_FORMAT: &str = "PRAGMA user_version = 2";
pub const INSERT_EPOCH: &str = "INSERT INTO store (id, epoch) VALUES (1, ?1)";

/// Pruning and the audit trail. No record is written again, however long the log is: a new column is NULL in all of
/// them, which says that they belong to the trail. What was written before the trail was told apart is shown.
pub const FROM_1_TO_2: &str = "\
ALTER TABLE record ADD COLUMN last_audited INTEGER;
ALTER TABLE site ADD COLUMN last_audited INTEGER NOT NULL DEFAULT 0;
UPDATE site SET last_audited = version;
CREATE TABLE pruned (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    digest BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;
PRAGMA user_version = 2;
";

pub const BEGIN: &str = "BEGIN IMMEDIATE";
pub const COMMIT: &str = "COMMIT";
pub const ROLLBACK: &str = "ROLLBACK";

pub const SITE_END: &str = "SELECT version, last_audited FROM site WHERE id = ?1";
pub const INSERT_RECORD: &str = "\
INSERT INTO record (id, time, commit_id, hash, last_audited, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
/// How many values a record's row has.
pub const RECORD_COLUMNS: usize = 6;
/// How many records one statement inserts where there are as many.
pub const RECORDS_AT_ONCE: usize = 8;
/// What inserts so many.
pub static INSERT_RECORDS: LazyLock<String> = LazyLock::new(|| {
    let row = format!("({})", ["?"; RECORD_COLUMNS].join(", "));
    let rows = vec![row; RECORDS_AT_ONCE].join(", ");
    format!("INSERT INTO record (id, time, commit_id, hash, last_audited, payload) VALUES {rows}")
});
pub const MOVE_SITE: &str = "\
INSERT INTO site (id, version, hash, last_audited) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (id) DO UPDATE
SET version = excluded.version, hash = excluded.hash, last_audited = excluded.last_audited";
/// What another call has pruned already is the same.
pub const INSERT_PRUNED: &str = "\
INSERT INTO pruned (id, time, digest, hash) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO NOTHING";
pub const DELETE_RECORDS: &str = "DELETE FROM record WHERE id >= ?1 AND id <= ?2";
pub const SAVE_SIDE: &str = "\
INSERT INTO side (site, key, value) VALUES (?1, ?2, ?3)
ON CONFLICT (site, key) DO UPDATE SET value = excluded.value";

pub const HEADS: &str = "SELECT id, version, hash FROM site ORDER BY id";
pub const RECORDS_SINCE: &str = "\
SELECT id, time, commit_id, hash, last_audited, payload FROM record
WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";
pub const RECORD: &str = "\
SELECT id, time, commit_id, hash, last_audited, payload FROM record WHERE id = ?1";
pub const PRUNED_SINCE: &str = "\
SELECT id, time, digest, hash FROM pruned WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";
pub const PRUNED_THROUGH: &str = "\
SELECT id FROM pruned WHERE id > ?1 AND id <= ?2 ORDER BY id DESC LIMIT 1";
/// Time and hash, whether the record was pruned or not.
pub const TIME_AND_HASH: &str = "\
SELECT time, hash FROM record WHERE id = ?1 UNION ALL SELECT time, hash FROM pruned WHERE id = ?1";
pub const END: &str = "SELECT version FROM site WHERE id = ?1";
pub const LOAD_SIDE: &str = "SELECT key, value FROM side WHERE site = ?1 ORDER BY key";
pub const EPOCH: &str = "SELECT epoch FROM store WHERE id = 1";

/// Moves the write-ahead log into the file as far as readers allow, waiting for nobody.
/// Answers (busy, pages in the log, pages moved).
pub const CHECKPOINT: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Moves all of it, flushes the file and empties the log.
pub const CHECKPOINT_ALL: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_is_prepared() {
        let connection = Connection::open_in_memory().unwrap();
        for batch in [BEFORE_FIRST_PAGE, SETTINGS, READER_CACHE, CREATE, MARK_APPLICATION, MARK_FORMAT] {
            connection.execute_batch(batch).unwrap_or_else(|error| panic!("{batch}: {error}"));
        }
        let statements = [
            READ_APPLICATION_ID,
            READ_FORMAT,
            COUNT_TABLES,
            INSERT_EPOCH,
            BEGIN,
            COMMIT,
            ROLLBACK,
            SITE_END,
            INSERT_RECORD,
            &INSERT_RECORDS,
            MOVE_SITE,
            INSERT_PRUNED,
            DELETE_RECORDS,
            SAVE_SIDE,
            HEADS,
            RECORDS_SINCE,
            RECORD,
            PRUNED_SINCE,
            PRUNED_THROUGH,
            TIME_AND_HASH,
            END,
            LOAD_SIDE,
            EPOCH,
            CHECKPOINT,
            CHECKPOINT_ALL,
        ];
        for statement in statements {
            connection.prepare(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    #[test]
    fn the_marks_are_the_constants() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MARK_APPLICATION).unwrap();
        connection.execute_batch(MARK_FORMAT).unwrap();
        let read = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((read(READ_APPLICATION_ID), read(READ_FORMAT)), (LOG.application_id, LOG.format));
        assert_eq!(BEFORE_FIRST_PAGE, format!("PRAGMA page_size = {PAGE_SIZE_BYTES}"));
        assert_eq!(LOG.steps.len() + 1, usize::try_from(LOG.format).unwrap());
    }

    #[test]
    fn reading_pages_of_a_log_needs_no_sorting() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(CREATE).unwrap();
        for (statement, table) in [(RECORDS_SINCE, "record"), (PRUNED_SINCE, "pruned")] {
            let explain = format!("EXPLAIN QUERY PLAN {statement}");
            let plan: String = connection.query_row(&explain, [1, 2, 3], |row| row.get("detail")).unwrap();
            assert_eq!(plan, format!("SEARCH {table} USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"));
        }
    }
}
