//! The trait that an engine implements.

use std::pin::Pin;

use bytes::Bytes;
use domain::{SiteId, Version};
use uuid::Uuid;

use crate::{Commit, Hash, Outcome, StoreError, Stored};

/// A future in a box, so that a store can be held as `Arc<dyn Store>`.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// About how much payload one [`Store::records_since`] returns at most; one record always comes, whatever its size.
pub const PAGE_BYTES: usize = 8 << 20;

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

/// One append-only log a site, and a few rows beside it. Every call but `close` may run at the same time as others.
pub trait Store: Send + Sync + 'static {
    /// Where each log ends, in the order of the sites. A site without records has no head.
    fn heads(&self) -> BoxFuture<'_, Result<Vec<Head>, StoreError>>;

    /// Appends to one site's log: one transaction, answered when it is flushed.
    /// Once begun it runs to its end, also when the future is dropped.
    fn commit(&self, commit: Commit) -> BoxFuture<'_, Outcome>;

    /// The site's records after a version, in their order: at most `limit`, and at most about [`PAGE_BYTES`] of
    /// payload, but one when there is one. Empty means that there is nothing after (or that `limit` is 0).
    fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> BoxFuture<'_, Result<Vec<Stored>, StoreError>>;

    /// Writes rows of side state, all or none; of rows with the same site and key the last wins.
    fn save_side(&self, rows: Vec<SideRow>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// A site's rows of side state in the order of their keys.
    fn load_side(&self, site: SiteId) -> BoxFuture<'_, Result<Vec<SideRow>, StoreError>>;

    /// Made when the store was created, and anew by a restore: cursors of streams are only good within one epoch.
    fn epoch(&self) -> BoxFuture<'_, Result<Uuid, StoreError>>;

    /// Finishes what was queued, flushes, and lets go of the lock. Later calls answer [`StoreError::Closed`].
    fn close(&self) -> BoxFuture<'_, ()>;
}
