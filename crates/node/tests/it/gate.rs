//! A store before which commits and reads can be held up, and whose log can be made unreadable.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use store::testing::fake::FakeStore;
use store::{
    Blob, BlobId, BoxFuture, CheckpointInfo, Commit, Head, IndexPage, Manifest, Outcome, PrunedRecord,
    SideRow, Store, StoreError, Stored,
};
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

/// Passes everything on to a fake store; commits and reads wait here while they are held.
pub struct Gate {
    store: FakeStore,
    commits: Barrier,
    /// Of records, manifests and blobs.
    pub reads: Barrier,
    /// Of blobs.
    pub writes: Barrier,
    /// Of checkpoints that are dropped.
    pub drops: Barrier,
    /// Of records that are pruned.
    pub prunes: Barrier,
    /// Goes away at the first call that fails, as a machine that loses power.
    pub fragile: AtomicBool,
    /// Blobs that were handed over.
    blobs: AtomicUsize,
    gone: watch::Sender<bool>,
    /// Checkpoints that landed, and after which others were dropped.
    tidied: watch::Sender<usize>,
    unreadable: AtomicBool,
    /// How often pages of indexes were read.
    pub index_reads: AtomicUsize,
    /// No room is left for rows of side state.
    pub full: AtomicBool,
}

/// Where calls of one kind are counted and can be held up.
pub struct Barrier {
    passes: Semaphore,
    arrived: watch::Sender<usize>,
}

impl Barrier {
    fn open() -> Self {
        Self { passes: Semaphore::new(Semaphore::MAX_PERMITS), arrived: watch::Sender::new(0) }
    }

    /// From now on calls wait.
    pub fn hold(&self) {
        self.passes.forget_permits(Semaphore::MAX_PERMITS);
    }

    /// Lets so many of those that wait, or will, pass.
    pub fn pass(&self, calls: usize) {
        self.passes.add_permits(calls);
    }

    /// How many calls have come here so far.
    pub fn arrived(&self) -> usize {
        *self.arrived.borrow()
    }

    /// Waits until so many calls have come here.
    pub async fn until_arrived(&self, calls: usize) {
        self.arrived.subscribe().wait_for(|arrived| *arrived >= calls).await.unwrap();
    }

    async fn wait(&self) {
        self.arrived.send_modify(|arrived| *arrived += 1);
        self.passes.acquire().await.unwrap().forget();
    }
}

impl Gate {
    pub fn new(store: FakeStore) -> Self {
        Self {
            store,
            commits: Barrier::open(),
            reads: Barrier::open(),
            writes: Barrier::open(),
            drops: Barrier::open(),
            prunes: Barrier::open(),
            fragile: AtomicBool::new(false),
            blobs: AtomicUsize::new(0),
            gone: watch::Sender::new(false),
            tidied: watch::Sender::new(0),
            unreadable: AtomicBool::new(false),
            index_reads: AtomicUsize::new(0),
            full: AtomicBool::new(false),
        }
    }

    /// What others reach past this gate.
    pub fn store(&self) -> &FakeStore {
        &self.store
    }

    /// From now on commits wait.
    pub fn hold(&self) {
        self.commits.hold();
    }

    /// Lets so many of the commits that wait, or will, pass.
    pub fn pass(&self, commits: usize) {
        self.commits.pass(commits);
    }

    /// How many commits have come here so far.
    pub fn arrived(&self) -> usize {
        self.commits.arrived()
    }

    /// Waits until so many commits have come here.
    pub async fn until_arrived(&self, commits: usize) {
        self.commits.until_arrived(commits).await;
    }

    /// How often checkpoints were dropped, or none was to be dropped, which is done after each that was written.
    pub fn tidied(&self) -> usize {
        *self.tidied.borrow()
    }

    /// Waits until that was done so often.
    pub async fn until_tidied(&self, times: usize) {
        self.tidied.subscribe().wait_for(|tidied| *tidied >= times).await.unwrap();
    }

    /// How many blobs were handed over to be written.
    pub fn blobs(&self) -> usize {
        self.blobs.load(Ordering::Relaxed)
    }

    /// Waits until it went away.
    pub async fn until_gone(&self) {
        self.gone.subscribe().wait_for(|gone| *gone).await.unwrap();
    }

    async fn or_go<T>(&self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if done.is_err() && self.fragile.load(Ordering::Relaxed) {
            self.store.close().await;
            self.gone.send_replace(true);
        }
        done
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
            self.commits.wait().await;
            self.store.commit(commit).await
        })
    }

    fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            self.reads.wait().await;
            if self.unreadable.load(Ordering::Relaxed) {
                let error = io::Error::new(io::ErrorKind::ConnectionRefused, "made unreadable by the test");
                return Err(StoreError::io("read", &error));
            }
            self.store.records_since(site, after, limit).await
        })
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
        Box::pin(async move {
            self.blobs.fetch_add(blobs.len(), Ordering::Relaxed);
            self.writes.wait().await;
            self.or_go(self.store.write_blobs(site, blobs).await).await
        })
    }

    fn write_manifest(&self, manifest: Manifest) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.or_go(self.store.write_manifest(manifest).await).await })
    }

    fn checkpoints(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<CheckpointInfo>, StoreError>> {
        self.store.checkpoints(site)
    }

    fn read_manifest(
        &self,
        site: SiteId,
        version: Version,
    ) -> BoxFuture<'_, Result<Option<Manifest>, StoreError>> {
        Box::pin(async move {
            self.reads.wait().await;
            self.store.read_manifest(site, version).await
        })
    }

    fn read_blobs(&self, site: SiteId, ids: Vec<BlobId>) -> BoxFuture<'_, Result<Vec<Bytes>, StoreError>> {
        Box::pin(async move {
            self.reads.wait().await;
            self.store.read_blobs(site, ids).await
        })
    }

    fn drop_checkpoints(
        &self,
        site: SiteId,
        versions: Vec<Version>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.drops.wait().await;
            let dropped = self.or_go(self.store.drop_checkpoints(site, versions).await).await;
            self.tidied.send_modify(|tidied| *tidied += 1);
            dropped
        })
    }

    fn prune(&self, site: SiteId, through: Version) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.prunes.wait().await;
            self.or_go(self.store.prune(site, through).await).await
        })
    }

    fn write_index_page(&self, site: SiteId, page: IndexPage) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.write_index_page(site, page)
    }

    fn index_pages(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<IndexPage>, StoreError>> {
        self.index_reads.fetch_add(1, Ordering::Relaxed);
        self.store.index_pages(site, after, limit)
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
        if self.full.load(Ordering::Relaxed) {
            return Box::pin(async { Err(StoreError::Full) });
        }
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
