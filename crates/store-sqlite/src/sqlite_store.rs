//! The store: what callers hold. It checks, queues and waits; the two threads do the work.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use rusqlite::Connection;
use store::{
    Blob, BlobId, BoxFuture, CheckpointInfo, Commit, Head, IndexPage, Manifest, Outcome, PrunedRecord,
    Refusal, SideRow, Store, StoreError, Stored,
};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::{
    checkpoint::Checkpoints,
    connect,
    file::OpenFile,
    lock::LockFile,
    mover::Mover,
    read,
    read_side::{ReadSide, Reader},
    sql,
    write::{Job, Writer, check},
};

/// A store in two SQLite files: the log, and beside it `<log>.checkpoints`.
///
/// It needs no runtime: its futures wait for its own threads, three for the log and three for the checkpoints. Dropping
/// it without [`Store::close`] lets them finish what was queued and let go of the lock a moment later.
#[derive(Debug)]
pub struct SqliteStore {
    writes: mpsc::Sender<Job>,
    reader: Reader,
    checkpoints: Checkpoints,
}

impl SqliteStore {
    /// Opens the store in this file, and creates it (0600, in folders of 0700) when there is none; the file of
    /// checkpoints too. A log of an older format is brought up. Blocks while the files are opened and recovered.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has it open, [`StoreError::Foreign`] when a file is another
    /// program's, [`StoreError::NewerFormat`] when a newer version wrote it, and what the system says. Damaged
    /// checkpoints are no error here: the calls that need them answer it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let path = connect::prepare(path)?;
        let lock = Arc::new(LockFile::take(&path)?);
        let (read_side, moving) = (ReadSide::new(), ReadSide::new());
        let mover = Mover::start(&path, moving.clone())?;
        let file = OpenFile::open(path.clone(), &sql::LOG, vec![read_side.clone(), moving])?;
        let checkpoints = Checkpoints::open(&path, Arc::clone(&lock))?;
        let no_thread = |error| StoreError::io("start a thread", &error);
        let reader = Reader::start("store-read", read_side).map_err(no_thread)?;
        let writes = Writer::new(file, mover, lock).start().map_err(no_thread)?;
        Ok(Self { writes, reader, checkpoints })
    }

    /// Reads. After a failed flush there may be no connection to read from; the writer opens it again when it is asked
    /// for anything, so it is asked to write nothing.
    async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(&Connection) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError> {
        if let Ok(answer) = self.reader.read(read.clone()).await? {
            return answer;
        }
        self.save_side(Vec::new()).await?;
        self.reader.read(read).await??
    }

    async fn write(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<(), StoreError>>) -> Job,
    ) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.writes.send(job(answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    /// Each step is a write like others in the queue, so what came before it in there goes before it.
    async fn prune_in_steps(&self, site: SiteId, through: Version) -> Result<(), StoreError> {
        if !self.is_covered(site, through, &[]).await? {
            return Err(Refusal::NoCheckpoint { site, through }.into());
        }
        loop {
            let step = self.read(move |connection| read::prunable(connection, site, through)).await?;
            if step.is_empty() {
                return self.checkpoints.prune_index_pages(site, through).await;
            }
            self.write(|answer| Job::Prune(site, step, answer)).await?;
        }
    }

    /// Whether a checkpoint, not one of these, stands for the log up to this version.
    async fn is_covered(
        &self,
        site: SiteId,
        through: Version,
        except: &[Version],
    ) -> Result<bool, StoreError> {
        let mut checkpoints = self.checkpoints.checkpoints(site).await?;
        checkpoints.retain(|info| info.version >= through && !except.contains(&info.version));
        self.read(move |connection| {
            for info in checkpoints.iter().rev() {
                if read::stands_for(connection, info)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
        .await
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

    fn audited_before(
        &self,
        site: SiteId,
        before: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        Box::pin(self.read(move |connection| read::audited_before(connection, site, before, limit)))
    }

    fn version_at(&self, site: SiteId, time: Timestamp) -> BoxFuture<'_, Result<Version, StoreError>> {
        Box::pin(self.read(move |connection| read::version_at(connection, site, time)))
    }

    fn write_blobs(&self, site: SiteId, blobs: Vec<Blob>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.checkpoints.write_blobs(site, blobs))
    }

    fn write_manifest(&self, manifest: Manifest) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.checkpoints.write_manifest(manifest))
    }

    fn checkpoints(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<CheckpointInfo>, StoreError>> {
        Box::pin(self.checkpoints.checkpoints(site))
    }

    fn read_manifest(
        &self,
        site: SiteId,
        version: Version,
    ) -> BoxFuture<'_, Result<Option<Manifest>, StoreError>> {
        Box::pin(self.checkpoints.manifest(site, version))
    }

    fn read_blobs(&self, site: SiteId, ids: Vec<BlobId>) -> BoxFuture<'_, Result<Vec<Bytes>, StoreError>> {
        Box::pin(self.checkpoints.blobs(site, ids))
    }

    fn drop_checkpoints(
        &self,
        site: SiteId,
        versions: Vec<Version>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let through = self.read(move |connection| read::pruned_through(connection, site)).await?;
            if through > Version(0) && !self.is_covered(site, through, &versions).await? {
                return Err(Refusal::LastCheckpoint { site, through }.into());
            }
            self.checkpoints.drop_checkpoints(site, versions).await
        })
    }

    fn prune(&self, site: SiteId, through: Version) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.prune_in_steps(site, through))
    }

    fn pruned_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PrunedRecord>, StoreError>> {
        Box::pin(self.read(move |connection| read::pruned_since(connection, site, after, limit)))
    }

    fn write_index_page(&self, site: SiteId, page: IndexPage) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.checkpoints.write_index_page(site, page))
    }

    fn index_pages(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<IndexPage>, StoreError>> {
        Box::pin(self.checkpoints.index_pages(site, after, limit))
    }

    fn save_side(&self, rows: Vec<SideRow>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.write(|answer| Job::Side(rows, answer)))
    }

    fn load_side(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<SideRow>, StoreError>> {
        Box::pin(self.read(move |connection| read::load_side(connection, site)))
    }

    fn epoch(&self) -> BoxFuture<'_, Result<Uuid, StoreError>> {
        Box::pin(self.read(read::epoch))
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async {
            self.checkpoints.close().await;
            let (closer, closed) = oneshot::channel();
            if self.writes.send(Job::Close(closer)).await.is_ok() {
                // An error means that the writer is already gone, which is what was asked for.
                let _ = closed.await;
            }
        })
    }
}
