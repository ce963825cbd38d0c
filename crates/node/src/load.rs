//! The start of a log: the newest checkpoint that fits, and what the log has beyond it.

use std::sync::Arc;

use domain::{SiteId, Version};
use site::{Site, State};
use store::{Head, Store, StoreError};

use crate::checkpoint::{Found, newest_fit};
use crate::error::StartError;
use crate::point::Point;
use crate::replay::{Replayed, replay};

/// What a site begins with.
pub(crate) struct LoadedSite {
    pub(crate) log: Replayed<Site>,
    /// The checkpoint it began from, and those that will never do.
    pub(crate) checkpoints: Found,
}

/// The state that a whole log makes, from `from` on. A log that ends before the head that the store knew has lost its
/// tail.
pub(crate) async fn load<S: State>(
    store: &Arc<dyn Store>,
    site: SiteId,
    from: Point<S>,
    head: Option<Head>,
) -> Result<Replayed<S>, StartError> {
    let loaded = replay(store, site, from, Version(u64::MAX), None).await?;
    let version = loaded.point.state.version();
    match head {
        Some(head) if version < head.version => Err(StartError::Chain { site, version: version.next() }),
        Some(head) if version == head.version && loaded.point.hash != head.hash => {
            Err(StartError::Chain { site, version })
        }
        _ => Ok(loaded),
    }
}

/// The same for a site, from a checkpoint if there is one that fits. Checkpoints are only there to be faster, as long
/// as nothing was pruned: without them the log says all.
pub(crate) async fn load_site(
    store: &Arc<dyn Store>,
    site: SiteId,
    head: Option<Head>,
) -> Result<LoadedSite, StartError> {
    let all = store.checkpoints(site).await.unwrap_or_else(|error| {
        tracing::warn!(%site, code = error.code(), %error, "checkpoints cannot be listed; the whole log is read");
        Vec::new()
    });
    let end = head.map_or(Version(0), |head| head.version);
    let checkpoints = newest_fit(store, &all, end).await;
    let from = checkpoints.written.as_ref().map_or_else(Point::start, |written| written.point.clone());
    let log = load(store, site, from, head).await.map_err(|error| match error {
        StartError::Store(StoreError::Pruned { site, through }) => StartError::Pruned { site, through },
        other => other,
    })?;
    Ok(LoadedSite { log, checkpoints })
}
