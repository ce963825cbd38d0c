//! A store in memory that is told where to cut inside commit.
//!
//! What is "on disk" lives in [`FakeDisk`] and outlives the stores opened on it. A commit is built step by step beside
//! the disk and takes its place on it in one move, as a transaction does: a cut before that move leaves nothing.

use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use domain::{SiteId, Version};
use uuid::Uuid;

use crate::{BoxFuture, Commit, Head, Outcome, PAGE_BYTES, SideRow, Store, StoreError, Stored};

/// Where the next commit is cut. All but the first answer [`Outcome::Unknown`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before anything is appended: certain, so the answer is [`Outcome::NotCommitted`].
    BeforeAppend,
    /// After so many of the commit's records (at most all); the transaction is lost.
    AfterRecords(usize),
    /// After all records, before the site's version moves; the transaction is lost.
    BeforeVersionMoves,
    /// After the transaction; only the answer is lost.
    AnswerLost,
}

#[derive(Debug, Default)]
struct Log {
    records: Vec<Stored>,
    head: Option<Head>,
}

#[derive(Debug)]
struct Disk {
    epoch: Uuid,
    logs: BTreeMap<SiteId, Log>,
    side: BTreeMap<(SiteId, String), Bytes>,
    cut: Option<Cut>,
    open: bool,
}

/// What survives when a [`FakeStore`] is closed or dropped. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct FakeDisk(Arc<Mutex<Disk>>);

impl FakeDisk {
    /// An empty disk with this epoch.
    #[must_use]
    pub fn new(epoch: Uuid) -> Self {
        let disk = Disk { epoch, logs: BTreeMap::new(), side: BTreeMap::new(), cut: None, open: false };
        Self(Arc::new(Mutex::new(disk)))
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

    /// Drops the last record of a log, behind the back of the store, which still knows where the log ended. False
    /// when there is none.
    #[must_use]
    pub fn lose_last(&self, site: SiteId) -> bool {
        self.lock().logs.get_mut(&site).is_some_and(|log| log.records.pop().is_some())
    }

    /// Flips one bit in the payload of a record, behind the back of the store. False when there is none.
    #[must_use]
    pub fn tamper(&self, site: SiteId, version: Version) -> bool {
        let mut disk = self.lock();
        let found = disk.logs.get_mut(&site).and_then(|log| {
            log.records.iter_mut().map(|stored| &mut stored.record).find(|record| record.version == version)
        });
        let Some(record) = found else { return false };
        let mut payload = record.payload.to_vec();
        let Some(byte) = payload.first_mut() else { return false };
        *byte ^= 1;
        record.payload = payload.into();
        true
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
            return Outcome::NotCommitted(cut_off());
        }
        let at = self.logs.get(&commit.site).and_then(|log| log.head).map_or(Version(0), |head| head.version);
        if at != commit.base {
            return Outcome::Conflict;
        }
        let mut transaction = Vec::with_capacity(commit.records.len());
        let head = Head::after(&commit);
        for record in commit.records {
            if cut == Some(Cut::AfterRecords(transaction.len())) {
                return Outcome::Unknown(cut_off());
            }
            transaction.push(Stored { record, commit_id: commit.id });
        }
        if matches!(cut, Some(Cut::AfterRecords(_) | Cut::BeforeVersionMoves)) {
            return Outcome::Unknown(cut_off());
        }
        let log = self.logs.entry(commit.site).or_default();
        log.records.append(&mut transaction);
        log.head = head;
        match cut {
            Some(_) => Outcome::Unknown(cut_off()),
            None => Outcome::Committed,
        }
    }

    fn records_since(&self, site: SiteId, after: Version, limit: usize) -> Vec<Stored> {
        let Some(log) = self.logs.get(&site) else { return Vec::new() };
        let mut bytes = 0;
        let since = log.records.iter().filter(|stored| stored.record.version > after);
        since
            .take(limit)
            .enumerate()
            .take_while(|(taken, stored)| {
                bytes += stored.record.payload.len();
                *taken == 0 || bytes <= PAGE_BYTES
            })
            .map(|(_, stored)| stored.clone())
            .collect()
    }
}

fn cut_off() -> StoreError {
    StoreError::io("commit", &io::Error::new(io::ErrorKind::ConnectionAborted, "cut off by the test"))
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
        Box::pin(async move { self.with(|disk| disk.records_since(site, after, limit)) })
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
mod tests;
