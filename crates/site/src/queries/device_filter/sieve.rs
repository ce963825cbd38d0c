//! A filter made ready to look at blocks.

use std::ops::RangeInclusive;

use domain::{Os, Outcome};
use rules::block::Words;

use super::DeviceFilter;
use super::on_segment::OnSegment;
use super::search::Search;
use super::tags::TagTest;
use crate::Site;
use crate::fleet::{BLOCK, BlockRef, Ids, Shared};

/// Another thread is worth its start from so many blocks on, as long as no text is looked at,
const BLOCKS_ALONE: usize = 256;
/// and from so many on where texts are.
const BLOCKS_OF_TEXTS_ALONE: usize = 8;

/// What all threads need to know of a filter.
pub(super) struct Plan<'f> {
    filter: &'f DeviceFilter,
    /// In Unix milliseconds, when a device last checked in.
    seen: Option<RangeInclusive<i64>>,
    systems: Option<Lookup>,
    outcomes: Option<Lookup>,
    tags: Option<TagTest>,
    segment: Option<OnSegment>,
}

/// What one thread looks with.
pub(super) struct Sieve<'p> {
    plan: &'p Plan<'p>,
    search: Option<Search>,
    room: Box<Ids>,
}

/// Whether the values of a column will do, by the numbers that stand for them.
struct Lookup {
    column: Shared,
    holds: Vec<bool>,
}

impl<'f> Plan<'f> {
    pub(super) fn new(filter: &'f DeviceFilter, site: &Site) -> Self {
        let systems = filter.systems.as_ref().map(|systems| {
            let holds = |os| systems.contains(&os);
            let os = |id| u8::try_from(id).ok().and_then(Os::from_number);
            Lookup::new(site, Shared::Os, |id| os(id).is_some_and(holds))
        });
        Self {
            filter,
            seen: seen(filter),
            systems,
            outcomes: outcomes(filter, site),
            tags: TagTest::new(&filter.tags),
            segment: filter.segment.map(|segment| OnSegment::new(site, segment)),
        }
    }

    /// For how many blocks it is not worth starting a thread.
    pub(super) fn blocks_alone(&self) -> usize {
        if self.filter.search.is_some() { BLOCKS_OF_TEXTS_ALONE } else { BLOCKS_ALONE }
    }
}

impl<'p> Sieve<'p> {
    pub(super) fn new(plan: &'p Plan<'p>) -> Self {
        let search = plan.filter.search.as_deref().and_then(Search::new);
        Self { plan, search, room: Box::new([0; BLOCK]) }
    }

    /// The places of a block on which devices stand for which it holds. What is looked up comes before what is worked
    /// out, and texts come last. The block `next` is looked at after it.
    pub(super) fn places(&mut self, block: BlockRef<'_>, next: Option<&BlockRef<'_>>) -> Words {
        let Plan { seen, systems, outcomes, tags, segment, .. } = self.plan;
        let mut left = match seen {
            Some(seen) => block.seen_between(seen),
            None => block.devices(),
        };
        for lookup in systems.iter().chain(outcomes) {
            left = lookup.places(block, left, &mut self.room);
        }
        if let Some(tags) = tags {
            let (named, holds) = (|all: &[_]| tags.names_any(all), |carried: &[_]| tags.holds(carried));
            left = block.carrying(left, named, tags.takes_bare(), holds);
        }
        if let Some(segment) = segment.as_ref().filter(|_| !left.is_empty()) {
            left = segment.places(block, left, &mut self.room);
        }
        match &mut self.search {
            Some(search) if !left.is_empty() => search.places(block, left, next),
            _ => left,
        }
    }
}

fn seen(filter: &DeviceFilter) -> Option<RangeInclusive<i64>> {
    if filter.seen_after.is_none() && filter.seen_before.is_none() {
        return None;
    }
    // Who never checked in is as one who did at the epoch.
    let first = filter.seen_after.map_or(0, |after| after.millis().max(0) + 1);
    let last = filter.seen_before.map_or(i64::MAX, |before| before.millis() - 1);
    Some(first..=last)
}

fn outcomes(filter: &DeviceFilter, site: &Site) -> Option<Lookup> {
    let DeviceFilter { statuses, classifications, .. } = filter;
    if statuses.is_none() && classifications.is_none() {
        return None;
    }
    let unknown = Outcome::default();
    Some(Lookup::new(site, Shared::Outcome, |id| {
        let outcome = site.fleet.shared_outcome(id).unwrap_or(&unknown);
        statuses.as_ref().is_none_or(|wanted| wanted.contains(&outcome.status))
            && classifications.as_ref().is_none_or(|wanted| wanted.contains(&outcome.classification))
    }))
}

impl Lookup {
    fn new(site: &Site, column: Shared, holds: impl Fn(u32) -> bool) -> Self {
        Self { column, holds: (0..site.fleet.shared_end(column)).map(holds).collect() }
    }

    fn places(&self, block: BlockRef<'_>, within: Words, room: &mut Ids) -> Words {
        let holds = |id: u32| self.holds.get(id as usize).is_some_and(|holds| *holds);
        if within.is_empty() {
            return within;
        }
        match block.shared(self.column, room) {
            Some(ids) => within & Words::of(ids, holds),
            None if holds(0) => within,
            None => Words::NONE,
        }
    }
}
