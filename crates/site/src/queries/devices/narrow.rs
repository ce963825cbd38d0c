//! Devices narrowed to those that stand about where a page does, by a small number of each: what is before and behind
//! them is counted, not compared.

use std::ops::{ControlFlow, Range, RangeInclusive};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::fold;
use rules::block::Words;

use super::order::{DeviceKey, DeviceOrder};
use super::select::{Sampling, sampled};
use super::text;
use crate::Site;
use crate::fleet::{BLOCK, BlockRef, ChosenLast, Quantiles, Ranks};
use crate::queries::sweep::sweep;

/// Another thread is worth its start from so many blocks on.
const ALONE: usize = 64;

/// Where a block has so many of the devices, they are counted as all less those others.
const MANY: u32 = 768;

/// So many ranks, as a power of two, part devices by their numbers.
const NUMBER_BITS: u32 = 12;

/// Quantiles were chosen well, and of devices like these, as long as no two that follow each other have one in so many
/// between them.
const LARGE_PART: u32 = 64;

/// Some of the devices that were found.
pub(super) struct Nearer<'a> {
    pub(super) blocks: Vec<(BlockRef<'a>, Words)>,
    /// How many they are,
    pub(super) count: usize,
    /// and how many come before all of them.
    pub(super) passed: usize,
    /// What their ranks are.
    between: RangeInclusive<usize>,
}

/// Those among which a page is, where texts are what devices are ordered by. `None` where too many texts were not looked
/// at yet; each time some more are.
pub(super) fn by_quantiles<'a>(
    site: &'a Site,
    blocks: &[(BlockRef<'a>, Words)],
    page: Range<usize>,
    order: DeviceOrder,
    sampling: Sampling,
    stop: &AtomicBool,
) -> Option<Nearer<'a>> {
    let chosen = chosen(site, order.by)?;
    let quantiles = quantiles(site, order.by, sampling.quantiles)?;
    let ranks = |block: BlockRef<'a>, places: &Words, many: bool, room: &mut Ranks| {
        ranks(block, order.by, &quantiles, places, many, room)
    };
    let by = By { ranks, count: quantiles.ranks(), descending: order.descending };
    let nearer = narrow(blocks, page.clone(), &by, sampling.looks, stop)?;
    if nearer.count <= sampling.few || nearer.between.start() < nearer.between.end() {
        return Some(nearer);
    }
    if Quantiles::is_one_text(*nearer.between.start()) {
        let part_of = page.start - nearer.passed..page.end - nearer.passed;
        let among = narrow(&nearer.blocks, part_of, &by_number(site), 0, stop)?;
        return Some(Nearer { passed: nearer.passed + among.passed, ..among });
    }
    if nearer.count > (site.fleet.len() / LARGE_PART) as usize {
        chosen.forget(&quantiles);
    }
    Some(nearer)
}

/// Looks at the names of all devices, as lists otherwise do, a few blocks for each page. Before each block it asks whether
/// it is to stop.
pub(super) fn look_at_names(site: &Site, most: usize, is_stopped: impl Fn() -> bool) {
    let by = DeviceKey::Name;
    let Some(quantiles) = quantiles(site, by, most) else { return };
    for block in site.fleet.blocks().take_while(|_| !is_stopped()) {
        ranks(block, by, &quantiles, &block.devices(), true, &mut [0; BLOCK]);
    }
}

/// Whether a list by name need look at hardly any.
pub(super) fn are_names_known(site: &Site) -> bool {
    let by = DeviceKey::Name;
    let last = chosen(site, by).and_then(ChosenLast::get);
    last.filter(|last| !last.are_outgrown(site.fleet.len())).is_some_and(|quantiles| {
        site.fleet
            .blocks()
            .all(|block| ranks(block, by, &quantiles, &block.devices(), false, &mut [0; BLOCK]))
    })
}

fn chosen(site: &Site, by: DeviceKey) -> Option<&ChosenLast> {
    match by {
        DeviceKey::Name => Some(site.fleet.name_quantiles()),
        DeviceKey::SerialNumber => Some(site.fleet.serial_number_quantiles()),
        DeviceKey::LastSeen | DeviceKey::Type | DeviceKey::IpAddress | DeviceKey::Classification => None,
    }
}

/// Those that were chosen last, or up to so many that are chosen now.
fn quantiles(site: &Site, by: DeviceKey, most: usize) -> Option<Arc<Quantiles>> {
    let (chosen, devices) = (chosen(site, by)?, site.fleet.len());
    Some(chosen.get().filter(|last| !last.are_outgrown(devices)).unwrap_or_else(|| {
        let blocks: Vec<_> = site.fleet.blocks().map(|block| (block, block.devices())).collect();
        let sample = sampled(&blocks, devices as usize, most);
        let texts = sample.map(|(block, place)| fold(&text(by, &block.device(place))));
        let quantiles = Arc::new(Quantiles::new(texts.collect(), devices));
        chosen.set(&quantiles);
        quantiles
    }))
}

/// Puts the ranks of what the devices at some places of a block are ordered by into `room`; those of other places may be
/// any. Gives whether they are known, if not `many` may be looked at.
fn ranks(
    block: BlockRef<'_>,
    by: DeviceKey,
    quantiles: &Arc<Quantiles>,
    places: &Words,
    many: bool,
    room: &mut Ranks,
) -> bool {
    if by == DeviceKey::SerialNumber {
        return block.serial_numbers().ranks(quantiles, many, room).is_some();
    }
    let Some(empty) = block.hostnames().ranks(quantiles, many, room) else { return false };
    // Devices without a name go by another.
    let lacking = if empty > 0 { Words::of(room, |rank| rank == 0) & *places } else { Words::NONE };
    if !lacking.is_empty() {
        let uids = &mut [0; BLOCK];
        if block.uids().ranks(quantiles, many, uids).is_none() {
            return false;
        }
        lacking.iter().for_each(|place| room[place] = uids[place]);
    }
    true
}

/// Small numbers of devices, in whose order these are.
struct By<R> {
    /// Puts them into the room for those at some places of a block, and gives whether they are known, if not many may be
    /// looked at.
    ranks: R,
    /// All are less.
    count: usize,
    /// Whether the highest come first.
    descending: bool,
}

/// The numbers of devices, without their lowest bits.
fn by_number<'a>(site: &Site) -> By<impl Fn(BlockRef<'a>, &Words, bool, &mut Ranks) -> bool + Sync> {
    let bits = u32::BITS - (site.fleet.next_number().0 >> NUMBER_BITS).leading_zeros();
    let ranks = move |block: BlockRef<'a>, _: &Words, _: bool, room: &mut Ranks| {
        let numbers = &mut [0; BLOCK];
        for (rank, number) in room.iter_mut().zip(block.numbers(numbers)) {
            *rank = u16::try_from(number >> bits).unwrap_or(u16::MAX);
        }
        true
    };
    By { ranks, count: 1 << NUMBER_BITS, descending: false }
}

/// Those of the devices that have the ranks of a page of them. `None` where a thread had to look at many of more blocks
/// than `looks`.
fn narrow<'a, R: Fn(BlockRef<'a>, &Words, bool, &mut Ranks) -> bool + Sync>(
    blocks: &[(BlockRef<'a>, Words)],
    page: Range<usize>,
    by: &By<R>,
    looks: usize,
    stop: &AtomicBool,
) -> Option<Nearer<'a>> {
    let counts = counts(blocks, by, looks, stop)?;
    let (mut passed, mut between, mut seen) = (0, None, 0);
    let order = |at: usize| if by.descending { by.count - 1 - at } else { at };
    for rank in (0..by.count).map(order) {
        seen += counts[rank] as usize;
        if between.is_none() && seen > page.start {
            (passed, between) = (seen - counts[rank] as usize, Some((rank, rank)));
        }
        if let Some((_, last)) = &mut between {
            *last = rank;
            if seen >= page.end {
                break;
            }
        }
    }
    // Where it was stopped there may be none.
    let (first, last) = between.unwrap_or_default();
    let between = first.min(last)..=first.max(last);
    let [first, last] = [between.start(), between.end()].map(|rank| u16::try_from(*rank).unwrap_or(u16::MAX));
    let visit = |nearer: &mut Vec<_>, (block, places): (BlockRef<'a>, Words)| {
        let room = &mut [0; BLOCK];
        (by.ranks)(block, &places, true, room);
        let places = Words::of(room, |rank| rank.wrapping_sub(first) <= last - first) & places;
        nearer.extend((!places.is_empty()).then_some((block, places)));
        ControlFlow::Continue(())
    };
    let (mut blocks, more) = sweep(blocks, ALONE, Some(stop), Vec::new, visit);
    blocks.extend(more.into_iter().flatten());
    let count = blocks.iter().map(|(_, places)| places.len() as usize).sum();
    Some(Nearer { blocks, count, passed, between })
}

/// How many of the devices have each rank.
fn counts<'a, R: Fn(BlockRef<'a>, &Words, bool, &mut Ranks) -> bool + Sync>(
    blocks: &[(BlockRef<'a>, Words)],
    by: &By<R>,
    looks: usize,
    stop: &AtomicBool,
) -> Option<Vec<u32>> {
    let new = || (vec![0; by.count], looks, true);
    let visit = |(counts, looks, are_known): &mut (Vec<u32>, usize, bool),
                 (block, places): (BlockRef<'a>, Words)| {
        let room = &mut [0; BLOCK];
        if !(by.ranks)(block, &places, false, room) {
            *are_known = *looks > 0 && (by.ranks)(block, &places, true, room);
            *looks = looks.saturating_sub(1);
        }
        if !*are_known {
            return ControlFlow::Break(());
        }
        if places.len() < MANY {
            places.iter().for_each(|place| counts[usize::from(room[place])] += 1);
        } else {
            room.iter().for_each(|rank| counts[usize::from(*rank)] += 1);
            (!places).iter().for_each(|place| counts[usize::from(room[place])] -= 1);
        }
        ControlFlow::Continue(())
    };
    let ((mut counts, _, are_known), more) = sweep(blocks, ALONE, Some(stop), new, visit);
    if !are_known {
        return None;
    }
    if let Some((more, _, are_known)) = more {
        counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
        return are_known.then_some(counts);
    }
    Some(counts)
}
