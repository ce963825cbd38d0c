//! The store: what callers hold. It checks, queues and waits; the two threads do the work.

use std::path::Path;

use domain::{SiteId, Version};
use rusqlite::Connection;
use store::{BoxFuture, Commit, Head, Outcome, SideRow, Store, StoreError, Stored};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::{
    connect,
    lock::LockFile,
    read::{self, Read, ReadSide},
    write::{Job, Writer, check},
};

/// A store in one SQLite file.
///
/// It needs no runtime: its futures wait for its own two threads, `store-write` and `store-read`. Dropping it without
/// [`Store::close`] lets them finish what was queued and let go of the lock a moment later.
#[derive(Debug)]
pub struct SqliteStore {
    writes: mpsc::Sender<Job>,
    reads: mpsc::Sender<Read>,
}

impl SqliteStore {
    /// Opens the store in this file, and creates it (0600, in folders of 0700) when there is none.
    /// Blocks while the file is opened and recovered.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::Foreign`] when the file is another
    /// program's, [`StoreError::NewerFormat`] when a newer version wrote it, and what the system says.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let path = connect::prepare(path)?;
        let lock = LockFile::take(&path)?;
        let writer = connect::writer(&path)?;
        let read_side = ReadSide::new(connect::reader(&path)?);
        let no_thread = |error| StoreError::io("start a thread", &error);
        let reads = read::start(read_side.clone()).map_err(no_thread)?;
        let writes = Writer::new(path, writer, read_side, lock).start().map_err(no_thread)?;
        Ok(Self { writes, reads })
    }

    /// Reads. After a failed flush there may be no connection to read from; the writer opens it again when it is asked
    /// for anything, so it is asked to write nothing.
    async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Ok(answer) = self.try_read(read.clone()).await? {
            return answer;
        }
        self.save_side(Vec::new()).await?;
        self.try_read(read).await?.and_then(|answer| answer)
    }

    /// The inner result is the read's; the middle one says why there is no connection.
    async fn try_read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Result<Result<T, StoreError>, StoreError>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let read: Read = Box::new(move |connection| drop(answer.send(connection.map(read))));
        self.reads.send(read).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)
    }
}

impl Store for SqliteStore {
    fn heads(&self) -> BoxFuture<'_, Result<Vec<Head>, StoreError>> {
        Box::pin(self.read(read::heads))
    }

    fn commit(&self, commit: Commit) -> BoxFuture<'_, Outcome> {
        Box::pin(async {
            if let Err(refusal) = check(&commit) {
                return Outcome::NotCommitted(refusal.into());
            }
            let (answer, answered) = oneshot::channel();
            if self.writes.send(Job::Commit(commit, answer)).await.is_err() {
                return Outcome::NotCommitted(StoreError::Closed);
            }
            // The writer answers everything it took; without an answer it died, perhaps after the flush.
            answered.await.unwrap_or(Outcome::Unknown(StoreError::Closed))
        })
    }

    fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        Box::pin(self.read(move |connection| read::records_since(connection, site, after, limit)))
    }

    fn save_side(&self, rows: Vec<SideRow>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async {
            let (answer, answered) = oneshot::channel();
            self.writes.send(Job::Side(rows, answer)).await.map_err(|_| StoreError::Closed)?;
            answered.await.map_err(|_| StoreError::Closed)?
        })
    }

    fn load_side(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<SideRow>, StoreError>> {
        Box::pin(self.read(move |connection| read::load_side(connection, site)))
    }

    fn epoch(&self) -> BoxFuture<'_, Result<Uuid, StoreError>> {
        Box::pin(self.read(read::epoch))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            let (closer, closed) = oneshot::channel();
            if self.writes.send(Job::Close(closer)).await.is_ok() {
                // An error means that the writer is already gone, which is what was asked for.
                let _ = closed.await;
            }
        })
    }
}
