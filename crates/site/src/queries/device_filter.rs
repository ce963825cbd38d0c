//! Which devices are meant (alloyscan, Devices): the filters of their list, for whatever else takes them.

mod found;
mod in_address;
mod on_segment;
mod search;
mod sieve;
mod tags;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{ClassificationId, DeviceNumber, Os, SegmentId, Status, Timestamp};

pub use self::found::Found;
use self::sieve::{Plan, Sieve};
pub use self::tags::{FILTERED_TAGS_MAX, TagFilter};
use super::sweep::sweep;
use crate::Site;
use crate::fleet::BlockRef;

/// So many blocks a thread takes at a time: of all but the last of these it is known which comes next.
const STRETCH: usize = 8;

/// What must hold of a device, all of it. Where several values are listed any of them will do; an empty list is met by
/// no device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFilter {
    /// A part of a name, an id or an address, whatever its case.
    pub search: Option<String>,
    /// Its operating system.
    pub systems: Option<Vec<Os>>,
    /// Its status.
    pub statuses: Option<Vec<Status>>,
    /// Its classification; `None` among them: it has none.
    pub classifications: Option<Vec<Option<ClassificationId>>>,
    /// What it carries.
    pub tags: TagFilter,
    /// The segment that it is on; `Some(None)`: it is on none.
    pub segment: Option<Option<SegmentId>>,
    /// It checked in later than this.
    pub seen_after: Option<Timestamp>,
    /// It has not checked in since before this.
    pub seen_before: Option<Timestamp>,
}

impl DeviceFilter {
    /// Whether it asks for nothing, so that every device will do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The devices for which it holds; `None` once `stop` is true.
    #[must_use]
    pub fn find(&self, site: &Site, stop: &AtomicBool) -> Option<Found> {
        let blocks: Vec<_> = site.fleet.blocks().collect();
        let plan = Plan::new(self, site);
        let new = || (Sieve::new(&plan), Vec::new());
        let visit = |(sieve, found): &mut (Sieve<'_>, Vec<_>), stretch: &[BlockRef<'_>]| {
            for (number, block) in stretch.iter().enumerate() {
                let places = sieve.places(*block, stretch.get(number + 1));
                if !places.is_empty() {
                    found.push((block.index(), places));
                }
            }
            ControlFlow::Continue(())
        };
        let stretches: Vec<_> = blocks.chunks(STRETCH).collect();
        let alone = plan.blocks_alone() / STRETCH;
        let ((_, mut found), more) = sweep(&stretches, alone, Some(stop), new, visit);
        found.extend(more.into_iter().flat_map(|(_, more)| more));
        (!stop.load(Ordering::Relaxed)).then(|| Found::new(found))
    }

    /// The numbers of those devices, in order; `None` once `stop` is true.
    #[must_use]
    pub fn numbers(&self, site: &Site, stop: &AtomicBool) -> Option<Vec<DeviceNumber>> {
        let found = self.find(site, stop)?;
        let mut numbers = Vec::with_capacity(found.total());
        for (block, places) in found.blocks(site) {
            numbers.extend(places.iter().map(|place| DeviceNumber(block.number(place))));
        }
        numbers.sort_unstable();
        Some(numbers)
    }
}
