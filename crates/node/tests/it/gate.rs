//! A store before which commits can be held up, and whose log can be made unreadable.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{SiteId, Version};
use store::testing::fake::FakeStore;
use store::{BoxFuture, Commit, Head, Outcome, SideRow, Store, StoreError, Stored};
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
