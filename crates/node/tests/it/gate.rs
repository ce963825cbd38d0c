//! A store before which commits can be held up, and whose log can be made unreadable.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use store::testing::fake::FakeStore;
use store::{
    Blob, BlobId, BoxFuture, CheckpointInfo, Commit, Head, Manifest, Outcome, PrunedRecord, SideRow, Store,
    StoreError, Stored,
};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

/// Passes everything on to a fake store; commits wait here while they are held.
pub struct Gate {
    store: FakeStore,
    passes: Semaphore,
    arrived: watch::Sender<usize>,
    unreadable: AtomicBool,
}

impl Gate {
    pub fn new(store: FakeStore) -> Self {
        let (arrived, unreadable) = (watch::Sender::new(0), AtomicBool::new(false));
        Self { store, passes: Semaphore::new(Semaphore::MAX_PERMITS), arrived, unreadable }
    }

    /// From now on commits wait.
    pub fn hold(&self) {
        self.passes.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets so many of those that wait, or will, pass.
    pub fn pass(&self, commits: usize) {
        self.passes.add_permits(commits);
    }

    /// How many commits have come here so far.
    pub fn arrived(&self) -> usize {
        *self.arrived.borrow()
    }

    /// Waits until so many commits have come here.
    pub async fn until_arrived(&self, commits: usize) {
        self.arrived.subscribe().wait_for(|arrived| *arrived >= commits).await.unwrap();
    }

    pub fn set_unreadable(&self, unreadable: bool) {
        self.unreadable.store(unreadable, Ordering::Relaxed);
    }
}

impl Store for Gate {
    fn heads(&self) -> BoxFuture<'_, Result<Vec<Head>, StoreError>> {
        self.store.heads()
    }

    fn commit(&self, commit: Commit) -> BoxFuture<'_, Outcome> {
        Box::pin(async {
            self.arrived.send_modify(|arrived| *arrived += 1);
            self.passes.acquire().await.unwrap().forget();
            self.store.commit(commit).await
        })
    }

    fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        if self.unreadable.load(Ordering::Relaxed) {
            let error = io::Error::new(io::ErrorKind::ConnectionRefused, "made unreadable by the test");
            return Box::pin(async move { Err(StoreError::io("read", &error)) });
        }
        self.store.records_since(site, after, limit)
    }

    fn audited_before(
        &self,
        site: SiteId,
        before: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        self.store.audited_before(site, before, limit)
    }

    fn version_at(&self, site: SiteId, time: Timestamp) -> BoxFuture<'_, Result<Version, StoreError>> {
        self.store.version_at(site, time)
    }

    fn write_blobs(&self, site: SiteId, blobs: Vec<Blob>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.write_blobs(site, blobs)
    }

    fn write_manifest(&self, manifest: Manifest) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.write_manifest(manifest)
    }

    fn checkpoints(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<CheckpointInfo>, StoreError>> {
        self.store.checkpoints(site)
    }

    fn read_manifest(
        &self,
        site: SiteId,
        version: Version,
    ) -> BoxFuture<'_, Result<Option<Manifest>, StoreError>> {
        self.store.read_manifest(site, version)
    }

    fn read_blobs(&self, site: SiteId, ids: Vec<BlobId>) -> BoxFuture<'_, Result<Vec<Bytes>, StoreError>> {
        self.store.read_blobs(site, ids)
    }

    fn drop_checkpoints(
        &self,
        site: SiteId,
        versions: Vec<Version>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.drop_checkpoints(site, versions)
    }

    fn prune(&self, site: SiteId, through: Version) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.prune(site, through)
    }

    fn pruned_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PrunedRecord>, StoreError>> {
        self.store.pruned_since(site, after, limit)
    }

    fn save_side(&self, rows: Vec<SideRow>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.save_side(rows)
    }

    fn load_side(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<SideRow>, StoreError>> {
        self.store.load_side(site)
    }

    fn epoch(&self) -> BoxFuture<'_, Result<Uuid, StoreError>> {
        self.store.epoch()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.store.close()
    }
}
