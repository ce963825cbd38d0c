//! All SQL of this crate. A test prepares every statement against the schema.

/// `FLTM`: marks the file as ours (offset 68 of a SQLite file).
pub const APPLICATION_ID: i64 = 0x464C_544D;

/// The format of the file. A newer one is refused; an older one would be brought up step by step.
pub const FORMAT: i64 = 1;

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
/// - `wal_autocheckpoint = 0`: SQLite would move the log into the file inside COMMIT, while the callers wait. The
///   writer does it after it has answered ([`CHECKPOINT`]).
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
/// `site` repeats where each log ends, so that a lost tail is noticed.
pub const CREATE: &str = "\
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
";
pub const MARK_APPLICATION: &str = "PRAGMA application_id = 1179407437";
pub const MARK_FORMAT: &str = "PRAGMA user_version = 1";
pub const INSERT_EPOCH: &str = "INSERT INTO store (id, epoch) VALUES (1, ?1)";

pub const SITE_VERSION: &str = "SELECT version FROM site WHERE id = ?1";
pub const INSERT_RECORD: &str =
    "INSERT INTO record (id, time, commit_id, hash, payload) VALUES (?1, ?2, ?3, ?4, ?5)";
pub const MOVE_SITE: &str = "\
INSERT INTO site (id, version, hash) VALUES (?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, hash = excluded.hash";
pub const SAVE_SIDE: &str = "\
INSERT INTO side (site, key, value) VALUES (?1, ?2, ?3)
ON CONFLICT (site, key) DO UPDATE SET value = excluded.value";

pub const HEADS: &str = "SELECT id, version, hash FROM site ORDER BY id";
pub const RECORDS_SINCE: &str = "\
SELECT id, time, commit_id, hash, payload FROM record
WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3";
pub const LOAD_SIDE: &str = "SELECT key, value FROM side WHERE site = ?1 ORDER BY key";
pub const EPOCH: &str = "SELECT epoch FROM store WHERE id = 1";

/// Moves the write-ahead log into the file as far as readers allow, waiting for nobody.
/// Answers (busy, pages in the log, pages moved).
pub const CHECKPOINT: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// Moves all of it, flushes the file and empties the log.
pub const CHECKPOINT_ALL: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn every_statement_is_prepared() {
        let connection = Connection::open_in_memory().unwrap();
        for batch in [BEFORE_FIRST_PAGE, SETTINGS, CREATE, MARK_APPLICATION, MARK_FORMAT] {
            connection.execute_batch(batch).unwrap_or_else(|error| panic!("{batch}: {error}"));
        }
        let statements = [
            READ_APPLICATION_ID,
            READ_FORMAT,
            COUNT_TABLES,
            INSERT_EPOCH,
            SITE_VERSION,
            INSERT_RECORD,
            MOVE_SITE,
            SAVE_SIDE,
            HEADS,
            RECORDS_SINCE,
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
        assert_eq!((read(READ_APPLICATION_ID), read(READ_FORMAT)), (APPLICATION_ID, FORMAT));
        assert_eq!(BEFORE_FIRST_PAGE, format!("PRAGMA page_size = {PAGE_SIZE_BYTES}"));
    }

    #[test]
    fn reading_pages_of_a_log_needs_no_sorting() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(CREATE).unwrap();
        let explain = format!("EXPLAIN QUERY PLAN {RECORDS_SINCE}");
        let plan: String = connection.query_row(&explain, [1, 2, 3], |row| row.get("detail")).unwrap();
        assert_eq!(plan, "SEARCH record USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)");
    }
}
