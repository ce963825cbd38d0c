//! An open file: the connection that writes, those that read beside it, and its write-ahead log.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use store::StoreError;

use crate::{
    connect::{self, Kind},
    failure::{commit_did_nothing, store_error},
    read_side::ReadSide,
    sql,
};

/// After about so many bytes the write-ahead log is moved into the file and begun anew from its start. Moving it costs
/// a few flushes and a second write of its pages, so not too often: this is every 8,500 records of 1.2 kB in groups of
/// 16. A log that is begun anew is overwritten in place, so its flushes need not journal a new size, and a start has
/// little to recover: so not too rarely either.
pub const LOG_BYTES: usize = 16 << 20;

/// Why a transaction did not end well.
#[derive(Debug)]
pub enum Failure {
    /// Nothing was written.
    NotCommitted(StoreError),
    /// It may or may not be there.
    Unknown(StoreError),
}

/// A file that one thread writes. The connection is absent after a failure, until it could be opened again.
#[derive(Debug)]
pub struct OpenFile {
    path: PathBuf,
    kind: &'static Kind,
    connection: Option<Connection>,
    read_sides: Vec<ReadSide>,
    log_bytes: usize,
}

impl OpenFile {
    /// Opens the file, and a connection for each that reads.
    pub fn open(path: PathBuf, kind: &'static Kind, read_sides: Vec<ReadSide>) -> Result<Self, StoreError> {
        let connection = connect::writer(&path, kind)?;
        let file = Self { path, kind, connection: Some(connection), read_sides, log_bytes: 0 };
        file.open_readers()?;
        Ok(file)
    }

    /// A file that cannot be opened now: reads answer why, and each write tries again.
    pub fn unopened(path: PathBuf, kind: &'static Kind, read_sides: Vec<ReadSide>, why: &StoreError) -> Self {
        let mut file = Self { path, kind, connection: None, read_sides, log_bytes: 0 };
        file.let_go(why);
        file
    }

    /// All of them or none, so that nothing is read from a file that cannot be relied on.
    fn open_readers(&self) -> Result<(), StoreError> {
        let open = |_| connect::reader(&self.path);
        let readers: Vec<_> = self.read_sides.iter().map(open).collect::<Result<_, _>>()?;
        self.read_sides.iter().zip(readers).for_each(|(side, reader)| side.replace(Ok(reader)));
        Ok(())
    }

    /// The connection that writes; opens the file again when there is none.
    pub fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                let connection = open_recovered(&self.path, self.kind)?;
                self.open_readers()?;
                self.log_bytes = 0;
                connection
            }
        };
        Ok(self.connection.insert(connection))
    }

    /// One transaction, flushed. An error of `write` undoes it.
    pub fn transaction<T>(
        &mut self,
        log_bytes: usize,
        write: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, Failure> {
        let connection = self.connection().map_err(Failure::NotCommitted)?;
        let transaction = Transaction::begin(connection)
            .map_err(|error| Failure::NotCommitted(store_error("write", &error)))?;
        let written = write(connection).map_err(Failure::NotCommitted)?;
        transaction.commit().map_err(|error| {
            let meaning = store_error("flush", &error);
            if commit_did_nothing(&error) {
                Failure::NotCommitted(meaning)
            } else {
                Failure::Unknown(meaning)
            }
        })?;
        self.log_bytes += log_bytes;
        Ok(written)
    }

    /// Lets go of all connections and opens them again. When that fails every write tries once more, and reads answer
    /// why.
    pub fn reopen(&mut self, why: &StoreError) {
        tracing::error!(error = %why, code = why.code(), file = %self.path.display(), "a flush failed; reopening");
        self.let_go(why);
        if let Err(error) = self.connection() {
            tracing::error!(%error, code = error.code(), "the store cannot be reopened");
            self.let_go(&error);
        }
    }

    /// Closes all connections; reads answer why.
    pub fn let_go(&mut self, why: &StoreError) {
        self.read_sides.iter().for_each(|side| side.replace(Err(why.clone())));
        self.connection = None;
    }

    /// Whether the write-ahead log is to be moved into the file.
    pub fn has_long_log(&self) -> bool {
        self.log_bytes >= LOG_BYTES
    }

    /// Moves the write-ahead log into the file, while nobody can write.
    pub fn move_log(&mut self) {
        if let Some(connection) = &self.connection
            && move_log(connection)
        {
            self.log_bytes = 0;
        }
    }
}

/// What a connection writes until it is committed; undone otherwise. Unlike rusqlite's own it prepares its statements
/// once, not for each transaction.
struct Transaction<'a>(&'a Connection);

impl<'a> Transaction<'a> {
    fn begin(connection: &'a Connection) -> rusqlite::Result<Self> {
        execute(connection, sql::BEGIN).map(|()| Self(connection))
    }

    fn commit(self) -> rusqlite::Result<()> {
        execute(self.0, sql::COMMIT)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit()
            && let Err(error) = execute(self.0, sql::ROLLBACK)
        {
            tracing::warn!(%error, "a transaction could not be undone");
        }
    }
}

fn execute(connection: &Connection, statement: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute([]).map(drop)
}

/// Moves the write-ahead log into the file as far as readers allow. Says whether all of it was moved: if so, the next
/// commit begins it anew.
pub fn move_log(connection: &Connection) -> bool {
    let moved = connection.query_row(sql::CHECKPOINT, [], |row| {
        let (in_log, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
        Ok(in_log == moved)
    });
    moved.unwrap_or_else(|error| {
        // Nothing is lost, the log still has it all; it only grows.
        tracing::warn!(%error, "the write-ahead log could not be moved into the file");
        false
    })
}

/// Opens the connection that writes after a failed flush. With nobody connected SQLite reads the write-ahead log anew,
/// and so decides what of it counts; moving all of that into the file writes and flushes it once more, since pages that
/// failed to be flushed may be in memory only and marked as clean (A. Rebello et al., "Can Applications Recover from
/// fsync Failures?", USENIX ATC 2020).
fn open_recovered(path: &Path, kind: &Kind) -> Result<Connection, StoreError> {
    let writer = connect::writer(path, kind)?;
    let busy: i64 = writer
        .query_row(sql::CHECKPOINT_ALL, [], |row| row.get(0))
        .map_err(|error| store_error("recover the log", &error))?;
    if busy == 0 { Ok(writer) } else { Err(StoreError::Busy) }
}

#[cfg(test)]
impl OpenFile {
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn log_bytes(&self) -> usize {
        self.log_bytes
    }
}
