//! A store in memory that is told where to cut inside commit, and inside the writing of checkpoints and pruning.
//!
//! What is "on disk" lives in [`FakeDisk`] and outlives the stores opened on it. A commit is built step by step beside
//! the disk and takes its place on it in one move, as a transaction does: a cut before that move leaves nothing.

mod checkpoints;
mod cut;
mod index_pages;
mod log;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use uuid::Uuid;

pub use self::cut::{CheckpointCut, Cut};
use self::{checkpoints::Checkpoints, cut::cut_off, index_pages::IndexPages, log::Log};
use crate::{
    Blob, BlobId, BoxFuture, CheckpointInfo, Commit, Head, IndexPage, Manifest, Outcome, PrunedRecord,
    Refusal, SideRow, Store, StoreError, Stored,
};

#[derive(Debug)]
struct Disk {
    epoch: Uuid,
    logs: BTreeMap<SiteId, Log>,
    checkpoints: BTreeMap<SiteId, Checkpoints>,
    index: BTreeMap<SiteId, IndexPages>,
    side: BTreeMap<(SiteId, String), Bytes>,
    cut: Option<Cut>,
    checkpoint_cut: Option<CheckpointCut>,
    open: bool,
}

/// What survives when a [`FakeStore`] is closed or dropped. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct FakeDisk(Arc<Mutex<Disk>>);

impl FakeDisk {
    /// An empty disk with this epoch.
    #[must_use]
    pub fn new(epoch: Uuid) -> Self {
        Self(Arc::new(Mutex::new(Disk {
            epoch,
            logs: BTreeMap::new(),
            checkpoints: BTreeMap::new(),
            index: BTreeMap::new(),
            side: BTreeMap::new(),
            cut: None,
            checkpoint_cut: None,
            open: false,
        })))
    }

    /// Opens the store on this disk.
    ///
    /// # Errors
    /// [`StoreError::Locked`] while another store is open on it.
    pub fn open(&self) -> Result<FakeStore, StoreError> {
        let mut disk = self.lock();
        if disk.open {
            return Err(StoreError::Locked { path: PathBuf::from("fake.lock") });
        }
        disk.open = true;
        Ok(FakeStore { disk: self.clone(), open: Mutex::new(true) })
    }

    /// Cuts the next commit here.
    pub fn cut_next(&self, cut: Cut) {
        self.lock().cut = Some(cut);
    }

    /// Cuts the next call that has this step here; calls without it are left alone.
    pub fn cut_next_checkpoint(&self, cut: CheckpointCut) {
        self.lock().checkpoint_cut = Some(cut);
    }

    /// Drops the last record of a log, behind the back of the store, which still knows where the log ended. False
    /// when there is none.
    #[must_use]
    pub fn lose_last(&self, site: SiteId) -> bool {
        self.lock().logs.get_mut(&site).is_some_and(|log| log.records.pop().is_some())
    }

    /// Flips one bit in the payload of a record, behind the back of the store. False when there is none.
    #[must_use]
    pub fn tamper(&self, site: SiteId, version: Version) -> bool {
        self.alter(site, version, |payload| {
            let Some(byte) = payload.first_mut() else { return false };
            *byte ^= 1;
            true
        })
    }

    /// Puts another payload in the place of a record's, behind the back of the store. False when there is none.
    #[must_use]
    pub fn forge(&self, site: SiteId, version: Version, forged: Vec<u8>) -> bool {
        self.alter(site, version, |payload| {
            *payload = forged;
            true
        })
    }

    fn alter(&self, site: SiteId, version: Version, alter: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
        let mut disk = self.lock();
        let found = disk.logs.get_mut(&site).and_then(|log| {
            log.records.iter_mut().map(|stored| &mut stored.record).find(|record| record.version == version)
        });
        let Some(record) = found else { return false };
        let mut payload = record.payload.to_vec();
        let is_altered = alter(&mut payload);
        record.payload = payload.into();
        is_altered
    }

    /// Puts other bytes in the place of a blob's, behind the back of the store. False when there is none.
    #[must_use]
    pub fn tamper_blob(&self, site: SiteId, blob: BlobId) -> bool {
        self.lock().checkpoints.get_mut(&site).is_some_and(|checkpoints| checkpoints.tamper(blob))
    }

    /// Puts other bytes in the place of the body of the page that ends at a version, behind the back of the store.
    /// False when there is none.
    #[must_use]
    pub fn tamper_index_page(&self, site: SiteId, through: Version) -> bool {
        self.lock().index.get_mut(&site).is_some_and(|pages| pages.tamper(through))
    }

    fn lock(&self) -> MutexGuard<'_, Disk> {
        // A test that panicked elsewhere leaves the disk as a crash would: usable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk {
    fn commit(&mut self, commit: Commit) -> Outcome {
        if let Err(refusal) = commit.check() {
            return Outcome::NotCommitted(refusal.into());
        }
        let cut = self.cut.take();
        if cut == Some(Cut::BeforeAppend) {
            return Outcome::NotCommitted(cut_off("commit"));
        }
        self.logs.entry(commit.site).or_default().commit(commit, cut)
    }

    fn prune(&mut self, site: SiteId, through: Version) -> Result<(), StoreError> {
        if !self.is_covered(site, through, &[]) {
            return Err(Refusal::NoCheckpoint { site, through }.into());
        }
        let log = self.logs.entry(site).or_default();
        match self.checkpoint_cut.take_if(|cut| matches!(cut, CheckpointCut::AfterPruned(_))) {
            Some(CheckpointCut::AfterPruned(count)) => {
                log.prune(through, count);
                Err(cut_off("prune"))
            }
            _ => {
                log.prune(through, usize::MAX);
                self.index.entry(site).or_default().prune(through);
                Ok(())
            }
        }
    }

    fn drop_checkpoints(&mut self, site: SiteId, versions: &[Version]) -> Result<(), StoreError> {
        let pruned = self.logs.get(&site).and_then(Log::pruned_through);
        if let Some(through) = pruned
            && !self.is_covered(site, through, versions)
        {
            return Err(Refusal::LastCheckpoint { site, through }.into());
        }
        let cut = self.take_cut(CheckpointCut::is_of_drop);
        self.checkpoints(site).drop_checkpoints(versions, cut)
    }

    /// Whether a checkpoint, not one of these, stands for the log up to this version.
    fn is_covered(&mut self, site: SiteId, through: Version, except: &[Version]) -> bool {
        let checkpoints = self.checkpoints(site).infos();
        let Some(log) = self.logs.get(&site) else { return false };
        checkpoints.iter().any(|info| {
            info.version >= through && !except.contains(&info.version) && log.has(info.version, info.hash)
        })
    }

    fn checkpoints(&mut self, site: SiteId) -> &mut Checkpoints {
        self.checkpoints.entry(site).or_default()
    }

    fn take_cut(&mut self, concerns: impl Fn(&CheckpointCut) -> bool) -> Option<CheckpointCut> {
        self.checkpoint_cut.take_if(|cut| concerns(cut))
    }
}

/// A store on a [`FakeDisk`]. Dropping it is a crash; the disk can be opened again.
#[derive(Debug)]
pub struct FakeStore {
    disk: FakeDisk,
    open: Mutex<bool>,
}

impl FakeStore {
    fn with<T>(&self, call: impl FnOnce(&mut Disk) -> T) -> Result<T, StoreError> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if *open { Ok(call(&mut self.disk.lock())) } else { Err(StoreError::Closed) }
    }

    fn let_go(&self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut *open) {
            self.disk.lock().open = false;
        }
    }
}

impl Drop for FakeStore {
    fn drop(&mut self) {
        self.let_go();
    }
}

impl Store for FakeStore {
    fn heads(&self) -> BoxFuture<'_, Result<Vec<Head>, StoreError>> {
        Box::pin(async { self.with(|disk| disk.logs.values().filter_map(|log| log.head).collect()) })
    }

    fn commit(&self, commit: Commit) -> BoxFuture<'_, Outcome> {
        Box::pin(async { self.with(|disk| disk.commit(commit)).unwrap_or_else(Outcome::NotCommitted) })
    }

    fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            self.with(|disk| match disk.logs.get(&site) {
                Some(log) => log.records_since(site, after, limit),
                None => Ok(Vec::new()),
            })?
        })
    }

    fn audited_before(
        &self,
        site: SiteId,
        before: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>> {
        Box::pin(async move {
            let of_log = |log: &Log| log.audited_before(before, limit);
            self.with(|disk| disk.logs.get(&site).map(of_log).unwrap_or_default())
        })
    }

    fn version_at(&self, site: SiteId, time: Timestamp) -> BoxFuture<'_, Result<Version, StoreError>> {
        Box::pin(async move {
            self.with(|disk| disk.logs.get(&site).map_or(Version(0), |log| log.version_at(time)))
        })
    }

    fn write_blobs(&self, site: SiteId, blobs: Vec<Blob>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.with(|disk| {
                let cut = disk.take_cut(|cut| matches!(cut, CheckpointCut::AfterBlobs(_)));
                disk.checkpoints(site).write_blobs(blobs, cut)
            })?
        })
    }

    fn write_manifest(&self, manifest: Manifest) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.with(|disk| {
                let cut = disk.take_cut(CheckpointCut::is_of_manifest);
                disk.checkpoints(manifest.info.site).write_manifest(manifest, cut)
            })?
        })
    }

    fn checkpoints(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<CheckpointInfo>, StoreError>> {
        Box::pin(async move { self.with(|disk| disk.checkpoints(site).infos()) })
    }

    fn read_manifest(
        &self,
        site: SiteId,
        version: Version,
    ) -> BoxFuture<'_, Result<Option<Manifest>, StoreError>> {
        Box::pin(async move { self.with(|disk| disk.checkpoints(site).manifest(version)) })
    }

    fn read_blobs(&self, site: SiteId, ids: Vec<BlobId>) -> BoxFuture<'_, Result<Vec<Bytes>, StoreError>> {
        Box::pin(async move { self.with(|disk| disk.checkpoints(site).read_blobs(&ids))? })
    }

    fn drop_checkpoints(
        &self,
        site: SiteId,
        versions: Vec<Version>,
    ) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.with(|disk| disk.drop_checkpoints(site, &versions))? })
    }

    fn prune(&self, site: SiteId, through: Version) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.with(|disk| disk.prune(site, through))? })
    }

    fn pruned_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PrunedRecord>, StoreError>> {
        Box::pin(async move {
            let of_log = |log: &Log| log.pruned_since(after, limit);
            self.with(|disk| disk.logs.get(&site).map(of_log).unwrap_or_default())
        })
    }

    fn write_index_page(&self, site: SiteId, page: IndexPage) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { self.with(|disk| disk.index.entry(site).or_default().write(page))? })
    }

    fn index_pages(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<IndexPage>, StoreError>> {
        Box::pin(async move {
            let of_site = |pages: &IndexPages| pages.since(after, limit);
            self.with(|disk| disk.index.get(&site).map(of_site).unwrap_or_default())
        })
    }

    fn save_side(&self, rows: Vec<SideRow>) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async {
            self.with(|disk| disk.side.extend(rows.into_iter().map(|row| ((row.site, row.key), row.value))))
        })
    }

    fn load_side(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<SideRow>, StoreError>> {
        Box::pin(async move {
            self.with(|disk| {
                let of_site = disk.side.iter().filter(|((owner, _), _)| *owner == site);
                let row = |((_, key), value): (&(SiteId, String), &Bytes)| SideRow {
                    site,
                    key: key.clone(),
                    value: value.clone(),
                };
                of_site.map(row).collect()
            })
        })
    }

    fn epoch(&self) -> BoxFuture<'_, Result<Uuid, StoreError>> {
        Box::pin(async { self.with(|disk| disk.epoch) })
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(async { self.let_go() })
    }
}

#[cfg(test)]
mod cut_tests;
#[cfg(test)]
mod tests;
