//! A page out of many devices without ordering the many: a sample of them says between which two the page lies, so that
//! one look at all of them leaves few to be compared, wherever the page is. In the order of texts it is a look at those that
//! quantiles have left.

use std::ops::{ControlFlow, Range};
use std::sync::atomic::{AtomicBool, Ordering};

use rules::block::Words;
use smallvec::SmallVec;

use super::keys::{Glances, Key, Keys};
use super::order::DeviceOrder;
use super::quantiles::by_quantiles;
use super::rank;
use crate::fleet::{BLOCK, BlockRef};
use crate::queries::client_status::Page;
use crate::queries::device_filter::Found;
use crate::queries::sweep::sweep;
use crate::{DeviceRef, Site};

/// Another thread is worth its start from so many blocks on.
const BLOCKS_ALONE: usize = 16;

/// So many devices of a block are looked at one by one sooner than all of the block together.
pub(super) const FEW_FOUND: usize = 64;
/// So many are sorted sooner than parted.
const FEW_SORTED: usize = 64;
/// So many say how few devices begin.
const FEW_SAMPLED: usize = 16;

/// How much is looked at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sampling {
    /// Up to so many are all compared.
    pub(super) few: usize,
    /// Of more, one in so many,
    pub(super) one_in: usize,
    /// but no more than so many.
    pub(super) sample: usize,
    /// So many times as far from the page as chance mostly moves them are the two devices between which it is looked for
    /// first, and then; at last among all.
    pub(super) spreads: [usize; 2],
    /// So many texts of all divide the others.
    pub(super) quantiles: usize,
    /// Of so many blocks a thread looks at all texts for one page; until all were looked at, pages come about without
    /// that.
    pub(super) looks: usize,
}

impl Default for Sampling {
    fn default() -> Self {
        // Each that is looked at is fetched from elsewhere in memory, all others are not.
        Self { few: 4096, one_in: 256, sample: 2048, spreads: [3, 12], quantiles: 2048, looks: 16 }
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
    let mut total = found.total();
    let mut page = page.offset..page.offset.saturating_add(page.limit).min(total);
    if page.is_empty() {
        return Vec::new();
    }
    let mut blocks: Vec<_> = found.blocks(site).collect();
    if total > sampling.few
        && let Some(nearer) = by_quantiles(site, &blocks, page.clone(), order, sampling, stop)
    {
        page = page.start - nearer.passed..page.end - nearer.passed;
        (total, blocks) = (nearer.count, nearer.blocks);
        // Where it was stopped there may be fewer.
        if total < page.end {
            return Vec::new();
        }
    }
    let all = Keys::new(site, order);
    for spreads in sampling.spreads.into_iter().map(Some).chain([None]) {
        let (keys, between) = guess(&all, &blocks, total, sampling, page.clone(), spreads);
        let (before, within) = look(&keys, &blocks, between, stop);
        let is_all = matches!(between, (None, None)) || stop.load(Ordering::Relaxed);
        if is_all || before <= page.start && page.end <= before + within.len() {
            // Where it was stopped there may be fewer.
            let (start, end) =
                (page.start.saturating_sub(before), page.end.saturating_sub(before).min(within.len()));
            let page = if start < end { part(&keys, within, start..end) } else { Vec::new() };
            return page.iter().filter_map(|key| site.fleet.at(key.location)).collect();
        }
    }
    Vec::new()
}

/// Two devices between which those of a part of the order lie, most likely, and glances that tell these apart. They are
/// so many times as far from it as chance mostly moves them, or the first and the last of all.
fn guess<'a>(
    keys: &Keys<'a>,
    blocks: &[(BlockRef<'a>, Words)],
    total: usize,
    sampling: Sampling,
    part_of: Range<usize>,
    spreads: Option<usize>,
) -> (Keys<'a>, Between) {
    let is_few = total <= sampling.few;
    let most = if is_few { FEW_SAMPLED } else { sampling.sample.min(total.div_ceil(sampling.one_in)) };
    let mut sample: Vec<_> =
        sampled(blocks, total, most).map(|(block, place)| Key::seen(block, place, [0; 2])).collect();
    let keys = keys.between(&mut sample);
    let Some(spreads) = spreads.filter(|_| !is_few) else { return (keys, (None, None)) };
    let (first, last) = rank::around(&part_of, total, sample.len(), spreads);
    let ends = [first.unwrap_or(0), last.unwrap_or(sample.len() - 1)];
    let mut ends = ends.map(|place| part(&keys, sample.clone(), place..place + 1)).concat();
    let keys = keys.between(&mut ends);
    (keys, (first.map(|_| ends[0]), last.map(|_| ends[1])))
}

/// About so many devices, far from each other.
pub(super) fn sampled<'a, 'b>(
    blocks: &'b [(BlockRef<'a>, Words)],
    total: usize,
    most: usize,
) -> impl Iterator<Item = (BlockRef<'a>, usize)> + 'b {
    let mut ranks = rank::sampled(total, most).peekable();
    let mut passed = 0;
    blocks.iter().flat_map(move |(block, places)| {
        let first = passed;
        passed += places.len() as usize;
        let own: SmallVec<[usize; 8]> = std::iter::from_fn(|| ranks.next_if(|rank| *rank < passed)).collect();
        own.into_iter().filter_map(move |rank| Some((*block, places.nth(rank - first)?)))
    })
}

/// How many devices come before some, and those.
fn look<'a>(
    keys: &Keys<'a>,
    blocks: &[(BlockRef<'a>, Words)],
    (first, last): Between,
    stop: &AtomicBool,
) -> (usize, Vec<Key>) {
    let (low, high) = (first.map_or(0, |key| key.glance[0]), last.map_or(u64::MAX, |key| key.glance[0]));
    let new = || (0, Vec::new(), Box::new([0; BLOCK]));
    let visit = |seen: &mut (usize, Vec<Key>, Box<Glances>), (block, places): (BlockRef<'a>, Words)| {
        let (before, within, glances) = seen;
        keys.fill(block, &places, glances);
        if low > 0 {
            *before += those(glances, places, |glance| glance < low).len() as usize;
        }
        let about = those(glances, places, |glance| (low..=high).contains(&glance));
        keys.refine(block, &about, glances, |place, glance| {
            let key = Key::seen(block, place, glance);
            if first.is_some_and(|first| keys.compare(&key, &first).is_lt()) {
                *before += 1;
            } else if last.is_none_or(|last| keys.compare(&key, &last).is_le()) {
                within.push(key);
            }
        });
        ControlFlow::Continue(())
    };
    let ((mut before, mut within, _), more) = sweep(blocks, BLOCKS_ALONE, Some(stop), new, visit);
    if let Some((more_before, more_within, _)) = more {
        before += more_before;
        within.extend(more_within);
    }
    (before, within)
}

/// Those of some places of whose glances `holds`.
fn those(glances: &Glances, places: Words, holds: impl Fn(u64) -> bool) -> Words {
    if places.len() as usize <= FEW_FOUND {
        return places.filter(|place| holds(glances[place]));
    }
    Words::of(glances, holds) & places
}

/// A part of these devices in their order, by their glances as far as these tell.
fn part(keys: &Keys<'_>, mut devices: Vec<Key>, wanted: Range<usize>) -> Vec<Key> {
    if devices.len() <= FEW_SORTED {
        return sorted(keys, devices, wanted);
    }
    // The glances at its first and its last device, all others with one of these, and those between.
    let by_glance = |key: &Key| key.glance;
    let high = devices.select_nth_unstable_by_key(wanted.end - 1, by_glance).1.glance;
    let low = devices[..wanted.end].select_nth_unstable_by_key(wanted.start, by_glance).1.glance;
    let before = devices.iter().filter(|key| key.glance < low).count();
    devices.retain(|key| (low..=high).contains(&key.glance));
    let (start, end) = (wanted.start - before, wanted.end - before);
    if low == high {
        return alike(keys, devices, start..end);
    }
    let (highest, lower): (Vec<_>, Vec<_>) = devices.into_iter().partition(|key| key.glance == high);
    let (lowest, mut part): (Vec<_>, Vec<_>) = lower.into_iter().partition(|key| key.glance == low);
    part.sort_unstable_by(|one, other| keys.compare(one, other));
    let (first, count) = (lowest.len(), lowest.len() + part.len());
    let mut all = alike(keys, lowest, start..first);
    all.append(&mut part);
    all.append(&mut alike(keys, highest, 0..end - count));
    all
}

/// As [`part`], of devices that a glance does not tell apart.
fn alike(keys: &Keys<'_>, mut devices: Vec<Key>, wanted: Range<usize>) -> Vec<Key> {
    let told = devices.first().is_none_or(|key| keys.tells_all(key.glance));
    if !told && devices.len() > FEW_SORTED {
        return part(&keys.between(&mut devices), devices, wanted);
    }
    sorted(keys, devices, wanted)
}

/// As [`part`], of devices that are quickly compared.
fn sorted(keys: &Keys<'_>, devices: Vec<Key>, wanted: Range<usize>) -> Vec<Key> {
    rank::part(devices, wanted, |one, other| keys.compare(one, other))
}
