//! Whether a checkpoint is one of this log.

use domain::{SiteId, Version};
use site::DecodeError;
use store::{CheckpointInfo, Hash, Store, StoreError};

use crate::blocking::Panicked;

/// Why a checkpoint is passed over.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// Its version is beyond the end of the log.
    #[error("the log ends before it, at version {head}")]
    Ahead {
        /// The log's last version.
        head: Version,
    },
    /// The log has another record at its version, or none.
    #[error("it is of another history: the log's record of that version has another hash")]
    OtherHistory,
    /// What the store has under its version is not what it listed.
    #[error("its manifest is not there")]
    NoManifest,
    /// Its manifest contradicts itself.
    #[error("its manifest names {named} blobs for parts that have {cut}")]
    Miscounted {
        /// As many ids it lists.
        named: usize,
        /// So many blobs its parts were cut into.
        cut: u64,
    },
    /// It holds another state than it says.
    #[error("it holds the state of version {found}")]
    OtherVersion {
        /// The version of the state.
        found: Version,
    },
    /// The store cannot read it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading it ran into a mistake of ours.
    #[error(transparent)]
    Panicked(#[from] Panicked),
    /// It cannot be understood.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

impl Unfit {
    /// Whether it will never fit a log that goes on as it is, so that it may be dropped once that has passed it; a
    /// store that was away may be back later.
    pub(crate) fn is_for_good(&self) -> bool {
        !matches!(self, Self::Store(error) if !matches!(error, StoreError::Damaged { .. }))
    }
}

/// Holds a checkpoint against the log, of which `head` is the last version.
pub(crate) async fn check(store: &dyn Store, info: &CheckpointInfo, head: Version) -> Result<(), Unfit> {
    if info.version > head {
        return Err(Unfit::Ahead { head });
    }
    match hash_at(store, info.site, info.version).await? {
        Some(hash) if hash == info.hash => Ok(()),
        _ => Err(Unfit::OtherHistory),
    }
}

/// The hash of the log's record of a version, also when its payload was pruned.
pub(crate) async fn hash_at(
    store: &dyn Store,
    site: SiteId,
    version: Version,
) -> Result<Option<Hash>, StoreError> {
    let before = Version(version.0.saturating_sub(1));
    let found = match store.records_since(site, before, 1).await {
        Ok(records) => records.first().map(|stored| (stored.record.version, stored.record.hash)),
        Err(StoreError::Pruned { .. }) => {
            let pruned = store.pruned_since(site, before, 1).await?;
            pruned.first().map(|record| (record.version, record.hash))
        }
        Err(error) => return Err(error),
    };
    Ok(found.filter(|(found, _)| *found == version).map(|(_, hash)| hash))
}
