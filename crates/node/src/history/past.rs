//! Works out a state of the past.

use domain::{Error, Version};
use site::{Site, State};
use store::{CheckpointInfo, StoreError};

use crate::checkpoint::{Checkpoints, newest_fit};
use crate::error::StartError;
use crate::failure::unreadable;
use crate::point::Point;
use crate::replay::replay;

/// Reading a checkpoint takes as long as replaying about so many records: a state at hand that is behind by fewer is
/// the better one to begin from.
const WORTH_READING: u64 = 20_000;

/// The state as of a version, from the best of: a state that is at hand, the last checkpoint (which is in memory),
/// a checkpoint on disk, the start of the log.
pub(super) async fn state_at(
    checkpoints: &Checkpoints,
    at_hand: Option<Point<Site>>,
    version: Version,
) -> Result<Point<Site>, Error> {
    // Nothing is dropped or pruned while this is held.
    let _in_use = checkpoints.in_use.read().await;
    let site = checkpoints.site;
    let listed = checkpoints.store.checkpoints(site).await.unwrap_or_else(|error| {
        tracing::warn!(%site, code = error.code(), %error, "checkpoints cannot be listed");
        Vec::new()
    });
    let first = checkpoints.first();
    let in_memory = [at_hand, checkpoints.newest()].into_iter().flatten();
    let in_memory = in_memory.filter(|point| (first..=version).contains(&point.state.version()));
    let in_memory = in_memory.max_by_key(|point| point.state.version()).unwrap_or_else(Point::start);
    let behind = in_memory.state.version().0.saturating_add(WORTH_READING);
    let from_nothing = in_memory.state.version() == Version(0);
    let mut nearer = listed.clone();
    nearer.retain(|info| info.version <= version && (from_nothing || info.version.0 > behind));
    let on_disk = newest_fit(&checkpoints.store, &nearer, version).await.written;
    let from = on_disk.map_or(in_memory, |written| written.point);
    let replayed = replay(&checkpoints.store, site, from, version, None).await;
    let point = replayed.map_err(|error| failure(error, version, &listed))?.point;
    if point.state.version() == version { Ok(point) } else { Err(Error::Internal) }
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
