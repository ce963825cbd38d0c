//! Works out a state of the past.

use domain::{Error, Version};
use site::{Site, State};
use store::{CheckpointInfo, StoreError};

use crate::checkpoint::{Checkpoints, newest_fit};
use crate::error::StartError;
use crate::failure::unreadable;
use crate::point::Point;
use crate::replay::{Replayed, replay};

/// Reading a checkpoint takes as long as replaying about so many records: a state at hand that is behind by fewer is
/// the better one to begin from.
const WORTH_READING: u64 = 20_000;

/// The best state to begin from on the way to a version: one that is at hand, the last checkpoint (which is in memory),
/// a checkpoint on disk, or the start of the log.
pub(super) async fn begin(
    checkpoints: &Checkpoints,
    at_hand: Option<Point<Site>>,
    version: Version,
) -> Result<Point<Site>, Error> {
    let mut nearer = listed(checkpoints).await;
    let first = checkpoints.first();
    if version < first
        && let Some(base) = nearer.iter().find(|info| info.version >= first)
    {
        // Its records may still be there for a moment, and then not.
        return Err(Error::Pruned { before: base.time });
    }
    let in_memory = [at_hand, checkpoints.newest()].into_iter().flatten();
    let in_memory = in_memory.filter(|point| (first..=version).contains(&point.state.version()));
    let in_memory = in_memory.max_by_key(|point| point.state.version()).unwrap_or_else(Point::start);
    let behind = in_memory.state.version().0.saturating_add(WORTH_READING);
    let from_nothing = in_memory.state.version() == Version(0);
    nearer.retain(|info| info.version <= version && (from_nothing || info.version.0 > behind));
    let on_disk = newest_fit(&checkpoints.store, &nearer, version).await.written;
    Ok(on_disk.map_or(in_memory, |written| written.point))
}

/// Replays from a state to a later version, which the log has, on the way to `version`.
pub(super) async fn go_on(
    checkpoints: &Checkpoints,
    from: Point<Site>,
    until: Version,
    version: Version,
) -> Result<Point<Site>, Error> {
    match replay(&checkpoints.store, checkpoints.site, from, until, None).await {
        Ok(Replayed { point, .. }) if point.state.version() == until => Ok(point),
        Ok(_) => Err(Error::Internal),
        Err(error) => Err(failure(error, version, &listed(checkpoints).await)),
    }
}

/// The site's checkpoints on disk, oldest first; none if that cannot be told.
async fn listed(checkpoints: &Checkpoints) -> Vec<CheckpointInfo> {
    let site = checkpoints.site;
    checkpoints.store.checkpoints(site).await.unwrap_or_else(|error| {
        tracing::warn!(%site, code = error.code(), %error, "checkpoints cannot be listed");
        Vec::new()
    })
}

fn failure(error: StartError, version: Version, listed: &[CheckpointInfo]) -> Error {
    match (error, listed.first()) {
        (StartError::Store(StoreError::Pruned { .. }), Some(first)) if version < first.version => {
            Error::Pruned { before: first.time }
        }
        (StartError::Store(error), _) => unreadable(&error),
        (error, _) => {
            tracing::error!(%error, "the past cannot be replayed");
            Error::Internal
        }
    }
}
