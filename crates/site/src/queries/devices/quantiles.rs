//! Lists in the order of texts, narrowed to about a page by quantiles of these.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::fold;
use rules::block::Words;

use super::narrow::{Nearer, Ranking, narrow};
use super::order::{DeviceKey, DeviceOrder};
use super::select::{Sampling, sampled};
use super::text;
use crate::fleet::{BLOCK, BlockRef, ChosenLast, Quantiles, Ranks};
use crate::{Site, State};

/// So many ranks, as a power of two, tell the numbers of devices apart.
const NUMBER_BITS: u32 = 12;

/// As long as no two quantiles that follow each other have one device in so many between them, they divide them well.
const LARGE_PART: u32 = 64;

/// Where texts stand among quantiles.
struct OfTexts<'q> {
    by: DeviceKey,
    quantiles: &'q Arc<Quantiles>,
    descending: bool,
}

/// The upper bits of the numbers of devices.
struct OfNumbers {
    lower_bits: u32,
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
    let among = &quantiles(site, order.by, sampling.quantiles)?;
    let ranking = OfTexts { by: order.by, quantiles: among, descending: order.descending };
    let (nearer, ranks) = narrow(blocks, page.clone(), &ranking, sampling.looks, stop)?;
    if nearer.count <= sampling.few || ranks.start() < ranks.end() {
        // Where a page ends in another rank than it begins in, it may be one of many devices.
        return Some(nearer);
    }
    if Quantiles::is_one_text(ranking.turned(*ranks.start())) {
        // They come in the order of their numbers.
        let last = site.fleet.next_number().0;
        let numbers = OfNumbers { lower_bits: u32::BITS - (last >> NUMBER_BITS).leading_zeros() };
        let part_of = page.start - nearer.passed..page.end - nearer.passed;
        let (within, _) = narrow(&nearer.blocks, part_of, &numbers, 0, stop)?;
        return Some(Nearer { passed: nearer.passed + within.passed, ..within });
    }
    if nearer.count > (site.fleet.len() / LARGE_PART) as usize {
        chosen(site, order.by)?.forget(among, site.version());
    }
    Some(nearer)
}

/// Looks at the names of all devices, as lists otherwise do, a few blocks for each page. Before each block it asks whether
/// it is to stop.
pub(super) fn look_at_names(site: &Site, most: usize, is_stopped: impl Fn() -> bool) {
    let Some(quantiles) = quantiles(site, DeviceKey::Name, most) else { return };
    let names = OfTexts { by: DeviceKey::Name, quantiles: &quantiles, descending: false };
    for block in site.fleet.blocks().take_while(|_| !is_stopped()) {
        names.fill(block, &block.devices(), true, &mut [0; BLOCK]);
    }
}

/// Whether a list by name need look at hardly any.
pub(super) fn are_names_known(site: &Site) -> bool {
    let last = site.fleet.name_quantiles().get();
    let last = last.filter(|last| !last.are_outgrown(site.fleet.len(), site.version()));
    last.is_some_and(|quantiles| {
        let names = OfTexts { by: DeviceKey::Name, quantiles: &quantiles, descending: false };
        site.fleet.blocks().all(|block| names.fill(block, &block.devices(), false, &mut [0; BLOCK]))
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
    Some(chosen.get().filter(|last| !last.are_outgrown(devices, site.version())).unwrap_or_else(|| {
        let blocks: Vec<_> = site.fleet.blocks().map(|block| (block, block.devices())).collect();
        let sample = sampled(&blocks, devices as usize, most);
        let texts = sample.map(|(block, place)| fold(&text(by, &block.device(place))));
        let quantiles = Arc::new(Quantiles::new(texts.collect(), devices, site.version()));
        chosen.set(&quantiles);
        quantiles
    }))
}

impl OfTexts<'_> {
    /// The rank of what comes so late, and the other way round.
    fn turned(&self, rank: u16) -> usize {
        let rank = usize::from(rank);
        if self.descending { self.ranks() - 1 - rank } else { rank }
    }
}

impl Ranking for OfTexts<'_> {
    fn ranks(&self) -> usize {
        self.quantiles.ranks()
    }

    fn fill(&self, block: BlockRef<'_>, places: &Words, many: bool, room: &mut Ranks) -> bool {
        let texts = match self.by {
            DeviceKey::SerialNumber => block.serial_numbers(),
            _ => block.hostnames(),
        };
        let Some(empty) = texts.ranks(self.quantiles, many, room) else { return false };
        if empty > 0 && self.by == DeviceKey::Name {
            // Devices without a name go by another.
            let lacking = Words::of(room, |rank| rank == 0) & *places;
            let uids = &mut [0; BLOCK];
            if !lacking.is_empty() && block.uids().ranks(self.quantiles, many, uids).is_none() {
                return false;
            }
            lacking.iter().for_each(|place| room[place] = uids[place]);
        }
        if self.descending {
            let last = u16::try_from(self.ranks() - 1).unwrap_or(u16::MAX);
            room.iter_mut().for_each(|rank| *rank = last - *rank);
        }
        true
    }
}

impl Ranking for OfNumbers {
    fn ranks(&self) -> usize {
        1 << NUMBER_BITS
    }

    fn fill(&self, block: BlockRef<'_>, _: &Words, _: bool, room: &mut Ranks) -> bool {
        let numbers = &mut [0; BLOCK];
        for (rank, number) in room.iter_mut().zip(block.numbers(numbers)) {
            *rank = u16::try_from(number >> self.lower_bits).unwrap_or(u16::MAX);
        }
        true
    }
}
