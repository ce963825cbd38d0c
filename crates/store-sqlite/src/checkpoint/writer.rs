//! The thread that writes checkpoints, so that the log's never waits for one.

use std::{io, sync::Arc, thread};

use domain::{SiteId, Version};
use store::{Blob, IndexPage, Manifest, StoreError};
use tokio::sync::{mpsc, oneshot};

use super::{change, index_pages, swept::Swept};
use crate::{
    file::{Failure, OpenFile},
    lock::LockFile,
};

/// How many writes wait in the queue before callers wait to enter it. Each may hold many blobs.
const QUEUE_WRITES: usize = 4;

/// What is written.
#[derive(Debug)]
pub enum Change {
    Blobs(SiteId, Vec<Blob>),
    Manifest(Manifest),
    Drop(SiteId, Vec<Version>),
    IndexPage(SiteId, IndexPage),
    /// Those that end at or before a version go.
    PruneIndexPages(SiteId, Version),
}

/// What the writer is asked for.
#[derive(Debug)]
pub enum Job {
    Change(Change, oneshot::Sender<Result<(), StoreError>>),
    /// Finish, and let go of the file.
    Close(oneshot::Sender<()>),
}

/// The thread's state.
#[derive(Debug)]
pub struct Writer {
    file: OpenFile,
    swept: Swept,
    // Last, because fields are dropped in this order: the connections go before the lock.
    _lock: Arc<LockFile>,
}

impl Writer {
    pub fn new(file: OpenFile, lock: Arc<LockFile>) -> Self {
        Self { file, swept: Swept::default(), _lock: lock }
    }

    /// Starts the thread. It ends when it is told to close, or when the sender is dropped.
    pub fn start(self) -> io::Result<mpsc::Sender<Job>> {
        let (sender, queue) = mpsc::channel(QUEUE_WRITES);
        thread::Builder::new().name("store-checkpoint".to_owned()).spawn(move || self.run(queue))?;
        Ok(sender)
    }

    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut closer = None;
        while closer.is_none()
            && let Some(job) = queue.blocking_recv()
        {
            match job {
                // Whoever no longer waits for an answer has gone away; that is nobody's error.
                Job::Change(change, answer) => drop(answer.send(self.change(&change))),
                Job::Close(asked) => closer = Some(asked),
            }
            // Nobody waits for this thread but who writes checkpoints.
            if self.file.has_long_log() {
                self.file.move_log();
            }
        }
        queue.close();
        while let Some(job) = queue.blocking_recv() {
            match job {
                Job::Change(_, answer) => drop(answer.send(Err(StoreError::Closed))),
                Job::Close(asked) => drop(asked.send(())),
            }
        }
        self.file.let_go(&StoreError::Closed);
        drop(self);
        if let Some(closer) = closer {
            let _ = closer.send(());
        }
    }

    fn change(&mut self, change: &Change) -> Result<(), StoreError> {
        if matches!(change, Change::Drop(site, versions) if versions.is_empty() && self.swept.is_clean(*site))
        {
            return Ok(());
        }
        let result = self.file.transaction(change.log_bytes(), |transaction| match change {
            Change::Blobs(site, blobs) => change::write_blobs(transaction, *site, blobs).map(|()| false),
            Change::Manifest(manifest) => change::write_manifest(transaction, manifest),
            Change::Drop(site, versions) => {
                change::drop_checkpoints(transaction, *site, versions).map(|()| false)
            }
            Change::IndexPage(site, page) => index_pages::write(transaction, *site, page).map(|()| false),
            Change::PruneIndexPages(site, through) => {
                index_pages::prune(transaction, *site, *through).map(|()| false)
            }
        });
        match (&result, change) {
            (Ok(_), Change::Blobs(site, blobs)) => self.swept.blobs_came(*site, blobs.iter().map(Blob::id)),
            (Ok(took_a_place), Change::Manifest(manifest)) => {
                self.swept.manifest_came(manifest, *took_a_place);
            }
            (Ok(_), Change::Drop(site, _)) => self.swept.was_swept(*site),
            (Ok(_), Change::IndexPage(..) | Change::PruneIndexPages(..)) => {}
            (Err(_), _) => self.swept.forget(change.site()),
        }
        result.map(drop).map_err(|failure| match failure {
            Failure::NotCommitted(error) => error,
            Failure::Unknown(error) => {
                // Before the answer, so that what is read afterwards is what the disk really holds.
                self.file.reopen(&error);
                error
            }
        })
    }
}

impl Change {
    fn site(&self) -> SiteId {
        match self {
            Self::Blobs(site, _)
            | Self::Drop(site, _)
            | Self::IndexPage(site, _)
            | Self::PruneIndexPages(site, _) => *site,
            Self::Manifest(manifest) => manifest.info.site,
        }
    }

    /// About what it adds to the write-ahead log.
    fn log_bytes(&self) -> usize {
        match self {
            Self::Blobs(_, blobs) => blobs.iter().map(|blob| blob.bytes().len()).sum(),
            Self::Manifest(manifest) => manifest.body.len() + size_of_val(&manifest.blobs[..]),
            // The pages that a dropped blob was on are not written, only listed as free.
            Self::Drop(..) | Self::PruneIndexPages(..) => 0,
            Self::IndexPage(_, page) => page.body.len(),
        }
    }
}
