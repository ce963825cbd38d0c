//! Drops the history that a site does not keep.

use std::sync::atomic::Ordering;

use domain::{Timestamp, Version};
use site::State;
use store::{CheckpointInfo, StoreError};

use super::{Checkpoints, newest_fit};

/// Drops the records, and the checkpoints, before the newest checkpoint that is not younger than `horizon`: what is
/// after the horizon stays complete. A checkpoint that cannot be restored is no ground to prune on; an older one is.
pub(super) async fn prune(
    checkpoints: &Checkpoints,
    head: Version,
    horizon: Timestamp,
) -> Result<(), StoreError> {
    let (store, site) = (&checkpoints.store, checkpoints.site);
    let mut old = store.checkpoints(site).await?;
    old.retain(|info| info.time <= horizon && info.version <= head);
    let Some(newest) = old.last() else { return Ok(()) };
    if is_pruned_up_to(checkpoints, newest).await? {
        return Ok(());
    }
    let Some(base) = newest_fit(store, &old, head).await.written else { return Ok(()) };
    let version = base.point.state.version();
    if checkpoints.newest().is_none_or(|newest| newest.state.version() < version) {
        // It landed though its answer was lost. The last that is known must be one that stays.
        checkpoints.replace_newest(Some(base));
    }
    let older = old.iter().map(|info| info.version).filter(|older| *older < version).collect();
    {
        let _alone = checkpoints.in_use.write().await;
        // Before the first record goes: however far the pruning comes, nothing is begun from a state before this one.
        checkpoints.first.fetch_max(version.0, Ordering::Relaxed);
        store.drop_checkpoints(site, older).await?;
    }
    // Whoever reads the past begins at `version` or later by now, so nobody waits for this.
    store.prune(site, version).await?;
    tracing::info!(%site, through = %version, "history was pruned");
    Ok(())
}

/// Whether nothing is left to prune before a checkpoint.
async fn is_pruned_up_to(checkpoints: &Checkpoints, base: &CheckpointInfo) -> Result<bool, StoreError> {
    let before = Version(base.version.0.saturating_sub(1));
    match checkpoints.store.records_since(checkpoints.site, before, 1).await {
        Err(StoreError::Pruned { .. }) => Ok(true),
        read => read.map(|_| false),
    }
}
