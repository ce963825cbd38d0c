//! A page out of many devices without ordering the many: a sample of them says between which two the page lies, so that
//! one look at all of them leaves few to be compared, wherever the page is.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::AtomicBool;

use rules::block::Words;

use super::keys::{Key, Keys};
use super::order::DeviceOrder;
use crate::fleet::BlockRef;
use crate::queries::client_status::Page;
use crate::queries::device_filter::Found;
use crate::queries::sweep::sweep;
use crate::{DeviceRef, Site};

/// One thread goes through so many blocks in about a millisecond.
const BLOCKS_ALONE: usize = 64;

/// How much is looked at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sampling {
    /// Up to so many are all compared.
    pub(super) few: usize,
    /// Of more, so many.
    pub(super) sample: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { few: 4096, sample: 2048 }
    }
}

/// Devices from the first to the second, both included; `None`: from the first of all, to the last of all.
type Between = (Option<Key>, Option<Key>);

/// The page of those that were found, in their order.
pub(super) fn select<'a>(
    site: &'a Site,
    found: &Found,
    order: DeviceOrder,
    page: Page,
    sampling: Sampling,
    stop: &AtomicBool,
) -> Vec<DeviceRef<'a>> {
    let end = page.offset.saturating_add(page.limit).min(found.total());
    if page.offset >= end {
        return Vec::new();
    }
    let (keys, blocks): (_, Vec<_>) = (Keys::new(site, order), found.blocks(site).collect());
    let mut between = (None, None);
    if found.total() > sampling.few {
        between = guess(&keys, &blocks, found.total(), sampling.sample, page.offset..end);
    }
    let (mut before, mut within) = look(&keys, &blocks, between, stop);
    if before > page.offset || before + within.len() < end {
        (before, within) = look(&keys, &blocks, (None, None), stop);
    }
    // Where it was stopped there may be fewer.
    let (start, end) = (page.offset.saturating_sub(before), end.saturating_sub(before).min(within.len()));
    if start >= end {
        return Vec::new();
    }
    let compare = |one: &Key, other: &Key| keys.compare(one, other);
    if end < within.len() {
        within.select_nth_unstable_by(end, compare);
        within.truncate(end);
    }
    if start > 0 {
        within.select_nth_unstable_by(start, compare);
        within.drain(..start);
    }
    within.sort_unstable_by(compare);
    within.iter().filter_map(|key| site.fleet.at(key.location)).collect()
}

/// Two devices between which those of a part of the order lie, most likely.
fn guess<'a>(
    keys: &Keys<'a>,
    blocks: &[(BlockRef<'a>, Words)],
    total: usize,
    most: usize,
    part: Range<usize>,
) -> Between {
    let (every, mut passed) = (total / most + 1, 0);
    let mut sample = Vec::with_capacity(most);
    for (block, places) in blocks {
        let count = places.len() as usize;
        // Not always the first of a block: devices that follow each other may be alike.
        let wanted = (0..count).filter(|place| (passed + place) % every == 0);
        let mut rest = places.iter();
        let mut next = 0;
        for place in wanted {
            let nth = rest.nth(place - next);
            next = place + 1;
            sample.extend(nth.map(|place| keys.of(*block, place)));
        }
        passed += count;
    }
    sample.sort_unstable_by(|one, other| keys.compare(one, other));
    // By how many places chance moves a rank in a sample: four times as far as it mostly does.
    let place = |rank: usize| rank * sample.len() / total;
    let spread = |rank: usize| 4 * (place(rank) * (total - rank) / total).isqrt() + 4;
    let first = place(part.start).checked_sub(spread(part.start));
    let last = place(part.end) + spread(part.end);
    (first.map(|first| sample[first]), sample.get(last).copied())
}

/// How many devices come before some, and those.
fn look<'a>(
    keys: &Keys<'a>,
    blocks: &[(BlockRef<'a>, Words)],
    (first, last): Between,
    stop: &AtomicBool,
) -> (usize, Vec<Key>) {
    let visit = |(before, within): &mut (usize, Vec<Key>), (block, places): (BlockRef<'a>, Words)| {
        keys.each(block, places, |key| {
            if last.as_ref().is_some_and(|last| Keys::is_surely_after(&key, last)) {
                return;
            }
            if first.as_ref().is_some_and(|first| keys.compare(&key, first).is_lt()) {
                *before += 1;
            } else if last.as_ref().is_none_or(|last| keys.compare(&key, last).is_le()) {
                within.push(key);
            }
        });
        ControlFlow::Continue(())
    };
    let ((mut before, mut within), more) = sweep(blocks, BLOCKS_ALONE, Some(stop), Default::default, visit);
    if let Some((more_before, more_within)) = more {
        before += more_before;
        within.extend(more_within);
    }
    (before, within)
}
