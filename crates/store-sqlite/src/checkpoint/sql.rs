//! The SQL of the file of checkpoints. A test prepares every statement against the schema.

use crate::connect::Kind;

/// The file of checkpoints: `FLTC`.
pub const CHECKPOINTS: Kind = Kind {
    application_id: 0x464C_5443,
    format: 2,
    before_first_page: BEFORE_FIRST_PAGE,
    create: &[CREATE, CREATE_INDEX_PAGES, MARK_APPLICATION, MARK_FORMAT],
    first_rows: |_| Ok(()),
    steps: &[TO_FORMAT_2],
};

/// Large pages are read faster, small ones waste less where a blob ends, and a change of the index writes whole pages.
/// Blobs of 14 to 40 KiB take 1.03, 1.10, 1.22 and 1.32 times their size with pages of 4, 16, 32 and 64 KiB, and SQLite
/// reads 1.3, 1.5, 2.2 and 2.4 GB of them in a second of one core's time, where hashing them does 1.6.
pub const BEFORE_FIRST_PAGE: &str = "PRAGMA page_size = 16384";

/// The tables. `manifest.id` is `site << 40 | version`, as in the log; `manifest.blobs` are the ids one after the
/// other, 32 bytes each.
pub const CREATE: &str = "\
CREATE TABLE blob (
    number INTEGER PRIMARY KEY,
    site INTEGER NOT NULL,
    id BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX blob_by_id ON blob (site, id);
CREATE TABLE manifest (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    hash BLOB NOT NULL,
    body BLOB NOT NULL,
    blobs BLOB NOT NULL
) STRICT;
";
pub const MARK_APPLICATION: &str = "PRAGMA application_id = 1179407427";
pub const MARK_FORMAT: &str = "PRAGMA user_version = 2";

/// Pages of the indexes of logs. `id` is `site << 40 | through`, `body_id` the SHA-256 that the body had.
pub const CREATE_INDEX_PAGES: &str = "\
CREATE TABLE index_page (
    id INTEGER PRIMARY KEY,
    after INTEGER NOT NULL,
    before BLOB NOT NULL,
    hash BLOB NOT NULL,
    body_id BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
";
/// Format 1 had no index.
pub const TO_FORMAT_2: &str = "\
CREATE TABLE index_page (
    id INTEGER PRIMARY KEY,
    after INTEGER NOT NULL,
    before BLOB NOT NULL,
    hash BLOB NOT NULL,
    body_id BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
PRAGMA user_version = 2;
";

pub const BLOB: &str = "SELECT bytes FROM blob WHERE site = ?1 AND id = ?2";
pub const HAS_BLOB: &str = "SELECT 1 FROM blob WHERE site = ?1 AND id = ?2";
pub const WRITE_BLOB: &str = "\
INSERT INTO blob (site, id, bytes) VALUES (?1, ?2, ?3)
ON CONFLICT (site, id) DO UPDATE SET bytes = excluded.bytes";
pub const BLOBS: &str = "SELECT number, id FROM blob WHERE site = ?1";
pub const DELETE_BLOB: &str = "DELETE FROM blob WHERE number = ?1";

pub const WRITE_MANIFEST: &str = "\
INSERT INTO manifest (id, time, hash, body, blobs) VALUES (?1, ?2, ?3, ?4, ?5)
ON CONFLICT (id) DO UPDATE
SET time = excluded.time, hash = excluded.hash, body = excluded.body, blobs = excluded.blobs";
pub const MANIFEST: &str = "SELECT id, time, hash, body, blobs FROM manifest WHERE id = ?1";
pub const HAS_MANIFEST: &str = "SELECT 1 FROM manifest WHERE id = ?1";
pub const MANIFESTS: &str = "SELECT id, time, hash FROM manifest WHERE id BETWEEN ?1 AND ?2 ORDER BY id";
pub const NAMED_BLOBS: &str = "SELECT blobs FROM manifest WHERE id BETWEEN ?1 AND ?2";
pub const DELETE_MANIFEST: &str = "DELETE FROM manifest WHERE id = ?1";

pub const WRITE_INDEX_PAGE: &str =
    "INSERT INTO index_page (id, after, before, hash, body_id, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
pub const INDEX_PAGES: &str = "\
SELECT id, after, before, hash, body_id, body FROM index_page WHERE id > ?1 AND id <= ?2 ORDER BY id";
pub const DELETE_INDEX_PAGES: &str = "DELETE FROM index_page WHERE id > ?1 AND id <= ?2";

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::sql::{READ_APPLICATION_ID, READ_FORMAT};

    fn file() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        CHECKPOINTS.create.iter().for_each(|batch| connection.execute_batch(batch).unwrap());
        connection
    }

    #[test]
    fn every_statement_is_prepared() {
        let statements = [
            BLOB,
            HAS_BLOB,
            WRITE_BLOB,
            BLOBS,
            DELETE_BLOB,
            WRITE_MANIFEST,
            MANIFEST,
            HAS_MANIFEST,
            MANIFESTS,
            NAMED_BLOBS,
            DELETE_MANIFEST,
            WRITE_INDEX_PAGE,
            INDEX_PAGES,
            DELETE_INDEX_PAGES,
        ];
        for statement in statements {
            file().prepare(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    }

    #[test]
    fn the_marks_are_the_constants() {
        let file = file();
        let read = |sql| file.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let marks = (read(READ_APPLICATION_ID), read(READ_FORMAT));
        assert_eq!(marks, (CHECKPOINTS.application_id, CHECKPOINTS.format));
        assert_eq!(CHECKPOINTS.steps.len() + 1, usize::try_from(CHECKPOINTS.format).unwrap());
    }

    #[test]
    fn a_file_that_is_brought_up_is_a_new_one() {
        let old = Connection::open_in_memory().unwrap();
        old.execute_batch(CREATE).unwrap();
        CHECKPOINTS.steps.iter().for_each(|step| old.execute_batch(step).unwrap());
        let tables = |file: &Connection| -> Vec<String> {
            let mut read = file.prepare("SELECT sql FROM sqlite_schema ORDER BY name").unwrap();
            read.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
        };
        assert_eq!(tables(&old), tables(&file()));
        assert_eq!(old.query_row(READ_FORMAT, [], |row| row.get::<_, i64>(0)), Ok(CHECKPOINTS.format));
    }

    /// Otherwise telling which blobs are there would read all of them.
    #[test]
    fn which_blobs_are_there_is_read_from_the_index_alone() {
        for statement in [BLOBS, HAS_BLOB] {
            let explain = format!("EXPLAIN QUERY PLAN {statement}");
            let plan: String =
                file().prepare(&explain).unwrap().raw_query().next().unwrap().unwrap().get("detail").unwrap();
            assert!(plan.starts_with("SEARCH blob USING COVERING INDEX blob_by_id"), "{plan}");
        }
    }
}
