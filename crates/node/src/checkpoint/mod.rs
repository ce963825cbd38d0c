//! A site's checkpoints: written while it serves, read at the start and for moments that have passed.

mod find;
mod fit;
mod keeper;
mod prune;
mod restore;
mod thin;
mod write;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use domain::{SiteId, Version};
use site::Site;
use site::checkpoint::PartKey;
use store::{BlobId, Store};
use tokio::sync::{Notify, RwLock};

pub(crate) use self::find::{Found, newest_fit};
pub(crate) use self::fit::hash_at;
pub(crate) use self::keeper::{Keeper, Kept};
use crate::blocking::drop_off_thread;
use crate::point::Point;

/// A checkpoint that is on disk, as this program knows it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) point: Point<Site>,
    /// The blobs that each part was cut into.
    blobs: HashMap<PartKey, Vec<BlobId>>,
}

/// The checkpoints of a site, for its keeper and for who starts from one.
pub(crate) struct Checkpoints {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) site: SiteId,
    /// The last that was written or restored.
    newest: ArcSwapOption<Written>,
    /// Whoever reads a checkpoint and the records after it holds this shared; who drops checkpoints, or says that the
    /// records before [`Checkpoints::first`] are to go, holds it alone.
    pub(crate) in_use: RwLock<()>,
    /// No state of a version before this one is shown or begun from any more; 0 when this program has pruned nothing.
    first: AtomicU64,
    /// The site's settings may differ from those that were looked at last.
    settings_changed: Notify,
}

impl Checkpoints {
    /// Those of a site that was begun from `newest`.
    pub(crate) fn new(store: Arc<dyn Store>, site: SiteId, newest: Option<Written>) -> Self {
        let newest = ArcSwapOption::new(newest.map(Arc::new));
        let (in_use, first) = (RwLock::default(), AtomicU64::default());
        Self { store, site, newest, in_use, first, settings_changed: Notify::new() }
    }

    /// Has the keeper look at the site's settings.
    pub(crate) fn settings_changed(&self) {
        self.settings_changed.notify_one();
    }

    /// The state of the last that was written or restored.
    pub(crate) fn newest(&self) -> Option<Point<Site>> {
        self.newest.load().as_ref().map(|written| written.point.clone())
    }

    /// Remembers the last that was written or restored.
    fn replace_newest(&self, newest: Option<Written>) {
        drop_off_thread(self.newest.swap(newest.map(Arc::new)));
    }

    /// The first version whose state can still be had, as far as this program has pruned or begun to.
    pub(crate) fn first(&self) -> Version {
        Version(self.first.load(Ordering::Relaxed))
    }
}
