//! States of the past that are kept for a while, because who asks for one asks for its next page.

use std::sync::Arc;
use std::time::Duration;

use domain::{SiteId, Version};
use site::{Site, State};
use tokio::time::Instant;

use crate::point::Point;

/// Most states that are kept.
const STATES_MAX: usize = 8;
/// Most devices that they have together. The one that was used last is kept however many it has.
const DEVICES_MAX: u64 = 4_000_000;
/// How long one is kept after its last use.
const UNUSED_FOR: Duration = Duration::from_secs(300);

/// The states, those that were used last at the end.
#[derive(Default)]
pub(super) struct Cache {
    kept: Vec<Kept>,
    /// A task lets go of those that are not used.
    sweeping: bool,
}

struct Kept {
    site: SiteId,
    point: Point<Site>,
    used: Instant,
}

impl Kept {
    fn version(&self) -> Version {
        self.point.state.version()
    }
}

impl Cache {
    /// A state that is kept; it stays for as long again.
    pub(super) fn get(&mut self, site: SiteId, version: Version, now: Instant) -> Option<Arc<Site>> {
        let place = self.kept.iter().position(|kept| kept.site == site && kept.version() == version)?;
        let kept = Kept { used: now, ..self.kept.remove(place) };
        let state = Arc::clone(&kept.point.state);
        self.kept.push(kept);
        Some(state)
    }

    /// The last state of a site that is not beyond a version.
    pub(super) fn nearest(&self, site: SiteId, version: Version) -> Option<Point<Site>> {
        let before = self.kept.iter().filter(|kept| kept.site == site && kept.version() <= version);
        before.max_by_key(|kept| kept.version()).map(|kept| kept.point.clone())
    }

    /// Keeps a state, and lets go of those that were not used for longest if they are too many or too large.
    pub(super) fn insert(&mut self, site: SiteId, point: Point<Site>, now: Instant) {
        let version = point.state.version();
        self.kept.retain(|kept| kept.site != site || kept.version() != version);
        self.kept.push(Kept { site, point, used: now });
        while self.kept.len() > 1 && (self.kept.len() > STATES_MAX || self.devices() > DEVICES_MAX) {
            self.kept.remove(0);
        }
    }

    /// Whether a task must be started that calls [`Cache::sweep`].
    pub(super) fn begin_sweeping(&mut self) -> bool {
        !std::mem::replace(&mut self.sweeping, true)
    }

    /// Lets go of what was not used for too long. Says when the next may go; none when nothing is left to go.
    pub(super) fn sweep(&mut self, now: Instant) -> Option<Instant> {
        self.kept.retain(|kept| now < kept.used + UNUSED_FOR);
        let next = self.kept.first().map(|oldest| oldest.used + UNUSED_FOR);
        self.sweeping = next.is_some();
        next
    }

    fn devices(&self) -> u64 {
        self.kept.iter().map(|kept| u64::from(kept.point.state.fleet.len())).sum()
    }
}
