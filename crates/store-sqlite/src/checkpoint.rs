//! Checkpoints, in a file of their own beside the log, so that writing one never holds the log's write lock.

mod change;
mod index_pages;
mod read;
mod sql;
mod swept;
mod writer;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use domain::{SiteId, Version};
use rusqlite::Connection;
use store::{Blob, BlobId, CheckpointInfo, IndexPage, Manifest, Refusal, StoreError, check_blobs};
use tokio::sync::{mpsc, oneshot};

use self::writer::{Change, Job, Writer};
use crate::{
    connect,
    file::OpenFile,
    key::record_key,
    lock::LockFile,
    read_side::{Answer, ReadSide, Reader},
};

/// Two threads read: each blob is hashed, and a start reads all of a checkpoint.
const READERS: usize = 2;

/// The file `<database>.checkpoints`, and the threads that write and read it.
#[derive(Debug)]
pub struct Checkpoints {
    writes: mpsc::Sender<Job>,
    readers: Vec<Reader>,
}

impl Checkpoints {
    /// Opens the file, and creates it (0600) when there is none. A damaged one is no reason not to start, since the log
    /// holds all that was not pruned: then every call answers what is wrong with it.
    pub fn open(database: &Path, lock: Arc<LockFile>) -> Result<Self, StoreError> {
        let mut name = database.as_os_str().to_owned();
        name.push(".checkpoints");
        let path = connect::prepare(&PathBuf::from(name))?;
        let read_sides: Vec<_> = (0..READERS).map(|_| ReadSide::new()).collect();
        let file = match OpenFile::open(path.clone(), &sql::CHECKPOINTS, read_sides.clone()) {
            Err(why @ StoreError::Damaged { .. }) => {
                tracing::error!(error = %why, code = why.code(), "the checkpoints cannot be opened");
                OpenFile::unopened(path, &sql::CHECKPOINTS, read_sides.clone(), &why)
            }
            opened => opened?,
        };
        Self::start(file, read_sides, lock).map_err(|error| StoreError::io("start a thread", &error))
    }

    fn start(file: OpenFile, read_sides: Vec<ReadSide>, lock: Arc<LockFile>) -> io::Result<Self> {
        let start = |side| Reader::start("store-blobs", side);
        let readers = read_sides.into_iter().map(start).collect::<io::Result<_>>()?;
        Ok(Self { writes: Writer::new(file, lock).start()?, readers })
    }

    pub async fn write_blobs(&self, site: SiteId, blobs: Vec<Blob>) -> Result<(), StoreError> {
        check_blobs(&blobs)?;
        self.change(Change::Blobs(site, blobs)).await
    }

    pub async fn write_manifest(&self, manifest: Manifest) -> Result<(), StoreError> {
        manifest.check()?;
        let (site, version) = (manifest.info.site, manifest.info.version);
        if record_key(site, version).is_none() {
            return Err(Refusal::OutOfRange { site, version }.into());
        }
        self.change(Change::Manifest(manifest)).await
    }

    pub async fn checkpoints(&self, site: SiteId) -> Result<Vec<CheckpointInfo>, StoreError> {
        self.read(site, move |connection| read::checkpoints(connection, site)).await
    }

    pub async fn manifest(&self, site: SiteId, version: Version) -> Result<Option<Manifest>, StoreError> {
        self.read(site, move |connection| read::manifest(connection, site, version)).await
    }

    pub async fn blobs(&self, site: SiteId, ids: Vec<BlobId>) -> Result<Vec<Bytes>, StoreError> {
        if let Ok(answer) = self.try_blobs(site, &ids).await? {
            return answer;
        }
        self.reopen(site).await?;
        self.try_blobs(site, &ids).await??
    }

    /// A part of them on each thread.
    async fn try_blobs(&self, site: SiteId, ids: &[BlobId]) -> Result<Answer<Vec<Bytes>>, StoreError> {
        let part = ids.len().div_ceil(READERS).max(1);
        let mut begun = Vec::with_capacity(READERS);
        for (reader, ids) in self.readers.iter().zip(ids.chunks(part)) {
            let ids = ids.to_vec();
            begun.push(reader.begin(move |connection| read::blobs(connection, site, &ids)).await?);
        }
        let mut blobs = Vec::with_capacity(ids.len());
        for answered in begun {
            match answered.await.map_err(|_| StoreError::Closed)? {
                Ok(Ok(mut read)) => blobs.append(&mut read),
                failed => return Ok(failed),
            }
        }
        Ok(Ok(Ok(blobs)))
    }

    pub async fn drop_checkpoints(&self, site: SiteId, versions: Vec<Version>) -> Result<(), StoreError> {
        self.change(Change::Drop(site, versions)).await
    }

    pub async fn write_index_page(&self, site: SiteId, page: IndexPage) -> Result<(), StoreError> {
        page.check()?;
        let version = page.through;
        if record_key(site, version).is_none() {
            return Err(Refusal::OutOfRange { site, version }.into());
        }
        self.change(Change::IndexPage(site, page)).await
    }

    pub async fn index_pages(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<IndexPage>, StoreError> {
        self.read(site, move |connection| index_pages::since(connection, site, after, limit)).await
    }

    /// Drops those that end at or before a version.
    pub async fn prune_index_pages(&self, site: SiteId, through: Version) -> Result<(), StoreError> {
        self.change(Change::PruneIndexPages(site, through)).await
    }

    pub async fn close(&self) {
        let (closer, closed) = oneshot::channel();
        if self.writes.send(Job::Close(closer)).await.is_ok() {
            // An error means that the writer is already gone, which is what was asked for.
            let _ = closed.await;
        }
    }

    async fn change(&self, change: Change) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        self.writes.send(Job::Change(change, answer)).await.map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    async fn read<T: Send + 'static>(
        &self,
        site: SiteId,
        read: impl Fn(&Connection) -> Result<T, StoreError> + Clone + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(reader) = self.readers.first() else { return Err(StoreError::Closed) };
        if let Ok(answer) = reader.read(read.clone()).await? {
            return answer;
        }
        self.reopen(site).await?;
        reader.read(read).await??
    }

    /// After a failed flush there may be no connection to read from. The writer opens the file again when it is asked
    /// for anything, so it is asked to write nothing.
    async fn reopen(&self, site: SiteId) -> Result<(), StoreError> {
        self.change(Change::Blobs(site, Vec::new())).await
    }
}
