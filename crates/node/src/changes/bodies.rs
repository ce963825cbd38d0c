//! Pages of indexes that are kept in memory, of all sites.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::{SiteId, Version};
use site::log_index::LogPage;
use tokio::time::Instant;

/// The most that they weigh together: pages of some ten million check-ins.
const BYTES_MAX: usize = 64 << 20;
/// How long one that was not used is kept although another could be.
const UNUSED_FOR: Duration = Duration::from_secs(300);

/// The pages, by site and last version. While there is room those that come are kept; then those go that were not used
/// for a while. What does not fit is read from the store each time.
#[derive(Debug, Default)]
pub(crate) struct Bodies(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    pages: HashMap<(SiteId, Version), Body>,
    bytes: usize,
}

#[derive(Debug)]
struct Body {
    page: Arc<LogPage>,
    bytes: usize,
    used: Instant,
}

impl Bodies {
    /// The page of a site that ends at a version.
    pub(super) fn get(&self, site: SiteId, through: Version) -> Option<Arc<LogPage>> {
        let mut kept = self.kept();
        let body = kept.pages.get_mut(&(site, through))?;
        body.used = Instant::now();
        Some(Arc::clone(&body.page))
    }

    /// Keeps a page that weighs so much, if there is room.
    pub(super) fn keep(&self, site: SiteId, page: Arc<LogPage>, bytes: usize) {
        let mut kept = self.kept();
        if kept.bytes + bytes > BYTES_MAX {
            kept.drop_unused();
        }
        let key = (site, page.through());
        if kept.bytes + bytes <= BYTES_MAX && !kept.pages.contains_key(&key) {
            kept.bytes += bytes;
            kept.pages.insert(key, Body { page, bytes, used: Instant::now() });
        }
    }

    /// Lets go of a site's.
    pub(super) fn forget(&self, site: SiteId) {
        self.kept().retain(|of, _| of.0 != site);
    }

    /// Lets go of those that were not used for a while.
    pub(crate) fn sweep(&self) {
        self.kept().drop_unused();
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn drop_unused(&mut self) {
        let now = Instant::now();
        self.retain(|_, body| body.used + UNUSED_FOR > now);
    }

    fn retain(&mut self, stays: impl Fn(&(SiteId, Version), &Body) -> bool) {
        self.pages.retain(|key, body| stays(key, body));
        self.bytes = self.pages.values().map(|body| body.bytes).sum();
    }
}
