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

/// One of them.
pub(super) struct Kept {
    site: SiteId,
    point: Point<Site>,
    used: Instant,
    /// The version that it was worked out for: its own, or a later one that is not reached yet.
    towards: Version,
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
        let kept = Kept { used: now, towards: version, ..self.kept.remove(place) };
        let state = Arc::clone(&kept.point.state);
        self.kept.push(kept);
        Some(state)
    }

    /// The last state of a site that is not beyond a version.
    pub(super) fn nearest(&self, site: SiteId, version: Version) -> Option<Point<Site>> {
        let before = self.kept.iter().filter(|kept| kept.site == site && kept.version() <= version);
        before.max_by_key(|kept| kept.version()).map(|kept| kept.point.clone())
    }

    /// Keeps a state that was worked out for the version `towards`, in the place of those that came less far. Gives back
    /// what is not kept any more: that, and those that were not used for longest if they are too many or too large.
    pub(super) fn insert(
        &mut self,
        site: SiteId,
        point: Point<Site>,
        towards: Version,
        now: Instant,
    ) -> Vec<Kept> {
        let version = point.state.version();
        let (of_site, arrived) = (|kept: &Kept| kept.site == site, version == towards);
        let replaces = |kept: &mut Kept| {
            of_site(kept) && (kept.towards == towards || arrived && kept.version() == version)
        };
        let mut gone: Vec<_> = self.kept.extract_if(.., replaces).collect();
        if self.kept.iter().any(|kept| of_site(kept) && kept.version() == version) {
            // Someone asked for this very state: it stays as it is, and is as good to go on from.
            return gone;
        }
        self.kept.push(Kept { site, point, used: now, towards });
        while self.kept.len() > 1 && (self.kept.len() > STATES_MAX || self.devices() > DEVICES_MAX) {
            gone.push(self.kept.remove(0));
        }
        gone
    }

    /// Whether a task must be started that calls [`Cache::sweep`].
    pub(super) fn begin_sweeping(&mut self) -> bool {
        !std::mem::replace(&mut self.sweeping, true)
    }

    /// Gives back what was not used for too long. Says when the next may go; none when nothing is left to go.
    pub(super) fn sweep(&mut self, now: Instant) -> (Vec<Kept>, Option<Instant>) {
        let gone = self.kept.extract_if(.., |kept| kept.used + UNUSED_FOR <= now).collect();
        let next = self.kept.first().map(|oldest| oldest.used + UNUSED_FOR);
        self.sweeping = next.is_some();
        (gone, next)
    }

    fn devices(&self) -> u64 {
        self.kept.iter().map(|kept| u64::from(kept.point.state.fleet.len())).sum()
    }
}
