//! The trait that an engine implements.

use std::pin::Pin;

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use uuid::Uuid;

use crate::{
    Blob, BlobId, CheckpointInfo, Commit, Hash, IndexPage, Manifest, Outcome, PrunedRecord, StoreError,
    Stored,
};

/// A future in a box, so that a store can be held as `Arc<dyn Store>`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// About how much payload one [`Store::records_since`] returns at most; one record always comes, whatever its size.
///
/// What is decoded weighs far more than what is stored: a check-in that says nothing new takes some ten bytes of a
/// record, and near a kilobyte in memory. Who replays holds a few pages at a time.
pub const PAGE_BYTES: usize = 512 << 10;

/// Where a site's log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The site.
    pub site: SiteId,
    /// Its last version.
    pub version: Version,
    /// The hash of its last record.
    pub hash: Hash,
}

impl Head {
    /// The start of a site's log.
    #[must_use]
    pub const fn start_of(site: SiteId) -> Self {
        Self { site, version: Version(0), hash: Hash::ZERO }
    }

    /// The head that a commit makes when it lands; none for a commit without records.
    #[must_use]
    pub fn after(commit: &Commit) -> Option<Self> {
        let last = commit.records.last()?;
        Some(Self { site: commit.site, version: last.version, hash: last.hash })
    }
}

/// A row of side state: in no snapshot, chain or history; the last write wins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideRow {
    /// Whose row.
    pub site: SiteId,
    /// Its name within the site.
    pub key: String,
    /// What it holds; the store does not look inside.
    pub value: Bytes,
}

/// One append-only log a site, its checkpoints, and a few rows beside it. Every call but `close` may run at the same
/// time as others.
pub trait Store: Send + Sync + 'static {
    /// Where each log ends, in the order of the sites. A site without records has no head.
    fn heads(&self) -> BoxFuture<'_, Result<Vec<Head>, StoreError>>;

    /// Appends to one site's log: one transaction, answered when it is flushed.
    /// Once begun it runs to its end, also when the future is dropped.
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Outcome>;

    /// The site's records after a version, in their order: at most `limit`, and at most about [`PAGE_BYTES`] of
    /// payload, but one when there is one. Empty means that there is nothing after (or that `limit` is 0).
    /// [`StoreError::Pruned`] when the first of them was pruned.
    fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>>;

    /// Records of the audit trail ([`Record::audited`](crate::Record::audited)) before a version, newest first; the
    /// same limits as [`Self::records_since`]. It ends where the log was pruned.
    fn audited_before(
        &self,
        site: SiteId,
        before: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>>;

    /// The last version whose record is not later than `time`; 0 when there is none. Pruned records count. Relies on
    /// times that never decrease with the version.
    fn version_at(&self, site: SiteId, time: Timestamp) -> BoxFuture<'_, Result<Version, StoreError>>;

    /// Keeps blobs. One that is there already is passed over, and written anew when what is there was altered.
    /// Durable at the latest when a manifest that names them is.
    fn write_blobs(&self, site: SiteId, blobs: Vec<Blob>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Makes a checkpoint count: one transaction, answered when it is flushed. Refused when a blob that it names is not
    /// there. Replaces the manifest of the same site and version, so writing one twice is harmless.
    fn write_manifest(&self, manifest: Manifest) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The site's checkpoints, oldest first.
    fn checkpoints(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<CheckpointInfo>, StoreError>>;

    /// The manifest of a checkpoint; none when there is none at this version.
    fn read_manifest(
        &self,
        site: SiteId,
        version: Version,
    ) -> BoxFuture<'_, Result<Option<Manifest>, StoreError>>;

    /// Blobs in the order asked for, each held against its id: [`StoreError::Damaged`] when one is missing or altered.
    /// Callers ask for at most 64 at once, because all of them are held in memory.
    fn read_blobs(&self, site: SiteId, ids: Vec<BlobId>) -> BoxFuture<'_, Result<Vec<Bytes>, StoreError>>;

    /// Drops checkpoints, and every blob of the site that no manifest names any more, also those of checkpoints that
    /// were never finished. Versions without a checkpoint are passed over. Refused when no checkpoint would be left
    /// that stands for the records that were pruned. Not while a checkpoint of the site is being written or the site
    /// is being pruned: all of these are one task's work.
    fn drop_checkpoints(&self, site: SiteId, versions: Vec<Version>)
    -> BoxFuture<'_, Result<(), StoreError>>;

    /// Drops the payloads of the records up to and including `through`; a [`PrunedRecord`] of each stays, so the chain
    /// still verifies. Refused unless the site has a checkpoint at `through` or later whose hash is that of the log.
    /// In steps, oldest first, so that commits wait only briefly; interrupted, also because the future was dropped, it
    /// can be done again.
    fn prune(&self, site: SiteId, through: Version) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What is left of the site's pruned records after a version, in their order, at most `limit`; empty after the
    /// last.
    fn pruned_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<PrunedRecord>, StoreError>>;

    /// Keeps a page of the index of the site's log, in the place of all that end after the version that it begins
    /// after: pages are written in the order of the log, so those are of no use any more.
    fn write_index_page(&self, site: SiteId, page: IndexPage) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The site's pages that end after a version, in their order: at most `limit`, and at most about [`PAGE_BYTES`] of
    /// bodies, but one when there is one. One whose body was altered is not among them. Pruning drops those that end
    /// at or before the last record that it drops.
    fn index_pages(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<IndexPage>, StoreError>>;

    /// Writes rows of side state, all or none; of rows with the same site and key the last wins.
    fn save_side(&self, rows: Vec<SideRow>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// A site's rows of side state in the order of their keys.
    fn load_side(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<SideRow>, StoreError>>;

    /// Made when the store was created, and anew by a restore: cursors of streams are only good within one epoch.
    fn epoch(&self) -> BoxFuture<'_, Result<Uuid, StoreError>>;

    /// Finishes what was queued, flushes, and lets go of the lock. Later calls answer [`StoreError::Closed`].
    fn close(&self) -> BoxFuture<'_, ()>;
}
