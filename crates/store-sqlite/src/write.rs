//! The writing side: one thread that turns what has queued up into one transaction and one flush.

mod group;

use std::{io, path::PathBuf, thread};

use rusqlite::{Connection, TransactionBehavior};
use store::{Commit, Outcome, SideRow, StoreError};
use tokio::sync::{mpsc, oneshot};

pub use self::group::check;
use self::group::{Group, Verdict, Write};
use crate::{
    connect,
    failure::{commit_did_nothing, store_error},
    lock::LockFile,
    read::ReadSide,
    sql,
};

/// How many writes wait in the queue before callers wait to enter it.
const QUEUE_WRITES: usize = 1024;

/// After about so many bytes the write-ahead log is moved into the file and begun anew from its start. Moving it costs
/// two flushes and a second write of its pages, so not too often: this is every 8,500 records of 1.2 kB in groups of
/// 16. A log that is begun anew is overwritten in place, so its flushes need not journal a new size, and a start has
/// little to recover: so not too rarely either.
const CHECKPOINT_BYTES: usize = 16 << 20;

/// What the writer is asked for.
#[derive(Debug)]
pub enum Job {
    /// Append to a log.
    Commit(Commit, oneshot::Sender<Outcome>),
    /// Write side rows.
    Side(Vec<SideRow>, oneshot::Sender<Result<(), StoreError>>),
    /// Finish, and let go of the file.
    Close(oneshot::Sender<()>),
}

/// Why a transaction did not end well.
enum Failure {
    /// Nothing was written.
    NotCommitted(StoreError),
    /// It may or may not be there.
    Unknown(StoreError),
}

/// The thread's state. The connection is absent after a failure, until it could be opened again.
pub struct Writer {
    path: PathBuf,
    connection: Option<Connection>,
    read_side: ReadSide,
    log_bytes: usize,
    // Last, because fields are dropped in this order: the connection goes before the lock.
    _lock: LockFile,
}

impl Writer {
    pub fn new(path: PathBuf, connection: Connection, read_side: ReadSide, lock: LockFile) -> Self {
        Self { path, connection: Some(connection), read_side, log_bytes: 0, _lock: lock }
    }

    /// Starts the thread. It ends when it is told to close, or when the sender is dropped.
    pub fn start(self) -> io::Result<mpsc::Sender<Job>> {
        let (sender, queue) = mpsc::channel(QUEUE_WRITES);
        thread::Builder::new().name("store-write".to_owned()).spawn(move || self.run(queue))?;
        Ok(sender)
    }

    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut closer = None;
        while closer.is_none()
            && let Some(first) = queue.blocking_recv()
        {
            let group = Group::gather(first, &mut queue);
            closer = group.closer;
            self.write(group.writes);
            self.checkpoint_when_due();
        }
        queue.close();
        while let Some(job) = queue.blocking_recv() {
            job.refuse();
        }
        self.read_side.replace(Err(StoreError::Closed));
        drop(self);
        if let Some(closer) = closer {
            let _ = closer.send(());
        }
    }

    /// Writes a group and answers everyone in it. When a group fails as a whole for a reason that one member may have
    /// brought (a full disk, a row that is already there), each is tried alone.
    fn write(&mut self, writes: Vec<Write>) {
        if writes.is_empty() {
            return;
        }
        match self.transaction(&writes) {
            Ok(verdicts) => {
                writes.into_iter().zip(verdicts).for_each(|(write, verdict)| write.answer(verdict));
            }
            Err(Failure::NotCommitted(StoreError::Full | StoreError::Damaged { .. })) if writes.len() > 1 => {
                writes.into_iter().for_each(|write| self.write(vec![write]));
            }
            Err(Failure::NotCommitted(error)) => {
                writes.into_iter().for_each(|write| write.not_committed(error.clone()));
            }
            Err(Failure::Unknown(error)) => {
                tracing::error!(%error, code = error.code(), "a flush failed; reopening the store");
                // Before the answers, so that who catches up reads what the disk really holds.
                self.reopen(&error);
                writes.into_iter().for_each(|write| write.unknown(error.clone()));
            }
        }
    }

    fn transaction(&mut self, writes: &[Write]) -> Result<Vec<Verdict>, Failure> {
        let nothing = |error| Failure::NotCommitted(store_error("write", &error));
        let connection = self.connection().map_err(Failure::NotCommitted)?;
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(nothing)?;
        let mut verdicts = Vec::with_capacity(writes.len());
        for write in writes {
            verdicts.push(write.apply(&transaction).map_err(nothing)?);
        }
        transaction.commit().map_err(|error| {
            let meaning = store_error("flush", &error);
            if commit_did_nothing(&error) {
                Failure::NotCommitted(meaning)
            } else {
                Failure::Unknown(meaning)
            }
        })?;
        self.log_bytes += writes.iter().map(Write::log_bytes).sum::<usize>();
        Ok(verdicts)
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        match &mut self.connection {
            Some(connection) => Ok(connection),
            empty => {
                let (writer, reader) = open_recovered(&self.path)?;
                self.read_side.replace(Ok(reader));
                Ok(empty.insert(writer))
            }
        }
    }

    /// Lets go of both connections and opens them again. When that fails every write tries once more, and reads answer
    /// why.
    fn reopen(&mut self, why: &StoreError) {
        self.read_side.replace(Err(why.clone()));
        self.connection = None;
        if let Err(error) = self.connection() {
            tracing::error!(%error, code = error.code(), "the store cannot be reopened");
            self.read_side.replace(Err(error));
        }
    }

    fn checkpoint_when_due(&mut self) {
        if self.log_bytes < CHECKPOINT_BYTES {
            return;
        }
        let Some(connection) = &self.connection else { return };
        let moved = connection.query_row(sql::CHECKPOINT, [], |row| {
            let (in_log, moved): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok(in_log == moved)
        });
        match moved {
            Ok(true) => self.log_bytes = 0,
            // A reader still needs part of the log: the rest is moved after the next commit.
            Ok(false) => {}
            // Nothing is lost, the log still has it all; it only grows.
            Err(error) => tracing::warn!(%error, "the write-ahead log could not be moved into the file"),
        }
    }
}

/// Opens both connections after a failed flush. With nobody connected SQLite reads the write-ahead log anew, and so
/// decides what of it counts; moving all of that into the file writes and flushes it once more, since pages that failed
/// to be flushed may be in memory only and marked as clean (A. Rebello et al., "Can Applications Recover from fsync
/// Failures?", USENIX ATC 2020).
fn open_recovered(path: &std::path::Path) -> Result<(Connection, Connection), StoreError> {
    let writer = connect::writer(path)?;
    let busy: i64 = writer
        .query_row(sql::CHECKPOINT_ALL, [], |row| row.get(0))
        .map_err(|error| store_error("recover the log", &error))?;
    if busy != 0 {
        return Err(StoreError::Busy);
    }
    Ok((writer, connect::reader(path)?))
}

#[cfg(test)]
mod tests;
