//! The writing side: one thread that turns what has queued up into one transaction and one flush.

mod group;

use std::{io, sync::Arc, thread};

use domain::SiteId;
use store::{Commit, Outcome, PrunedRecord, SideRow, StoreError};
use tokio::sync::{mpsc, oneshot};

pub use self::group::check;
use self::group::{Group, Verdict, Write};
use crate::{
    failure::store_error,
    file::{Failure, OpenFile},
    lock::LockFile,
    mover::Mover,
};

/// How many writes wait in the queue before callers wait to enter it.
const QUEUE_WRITES: usize = 1024;

/// What the writer is asked for.
#[derive(Debug)]
pub enum Job {
    /// Append to a log.
    Commit(Commit, oneshot::Sender<Outcome>),
    /// Write side rows.
    Side(Vec<SideRow>, oneshot::Sender<Result<(), StoreError>>),
    /// Put these, the next of a site, in the place of the records that they are left of.
    Prune(SiteId, Vec<PrunedRecord>, oneshot::Sender<Result<(), StoreError>>),
    /// Finish, and let go of the file.
    Close(oneshot::Sender<()>),
}

/// The thread's state.
#[derive(Debug)]
pub struct Writer {
    file: OpenFile,
    // These last, because fields are dropped in this order: the connections go before them.
    mover: Mover,
    _lock: Arc<LockFile>,
}

impl Writer {
    pub fn new(file: OpenFile, mover: Mover, lock: Arc<LockFile>) -> Self {
        Self { file, mover, _lock: lock }
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
            self.mover.go_on(&mut self.file);
        }
        queue.close();
        while let Some(job) = queue.blocking_recv() {
            job.refuse();
        }
        self.file.let_go(&StoreError::Closed);
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
                // Before the answers, so that who catches up reads what the disk really holds.
                self.file.reopen(&error);
                writes.into_iter().for_each(|write| write.unknown(error.clone()));
            }
        }
    }

    fn transaction(&mut self, writes: &[Write]) -> Result<Vec<Verdict>, Failure> {
        let log_bytes = writes.iter().map(Write::log_bytes).sum();
        self.file.transaction(log_bytes, |transaction| {
            let apply = |write: &Write| write.apply(transaction);
            writes.iter().map(apply).collect::<Result<_, _>>().map_err(|error| store_error("write", &error))
        })
    }
}

#[cfg(test)]
mod tests;
