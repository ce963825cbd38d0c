//! Devices narrowed to those that stand about where a page does, by small numbers of theirs: how many come before these
//! and behind them is counted, and none of them is compared.

use std::ops::{ControlFlow, Range, RangeInclusive};
use std::sync::atomic::AtomicBool;

use rules::block::Words;

use crate::fleet::{BLOCK, BlockRef, Ranks};
use crate::queries::sweep::sweep;

/// Another thread is worth its start from so many blocks on.
const ALONE: usize = 64;

/// Where a block has so many of the devices, they are counted as all but the others.
const MANY: u32 = 768;

/// Small numbers in whose order devices are, so that some have the same.
pub(super) trait Ranking: Sync {
    /// How many there are, from 0 on.
    fn ranks(&self) -> usize;

    /// Puts those of the devices at some places of a block into `room`, at other places any. Gives whether they are
    /// known, if not `many` texts may be looked at for that.
    fn fill(&self, block: BlockRef<'_>, places: &Words, many: bool, room: &mut Ranks) -> bool;
}

/// Some of the devices that were found.
pub(super) struct Nearer<'a> {
    pub(super) blocks: Vec<(BlockRef<'a>, Words)>,
    /// How many they are,
    pub(super) count: usize,
    /// and how many come before all of them.
    pub(super) passed: usize,
}

/// Those that have the ranks of a page of them, and these ranks. `None` where a thread had to look at all texts of more
/// blocks than `looks`.
pub(super) fn narrow<'a>(
    blocks: &[(BlockRef<'a>, Words)],
    page: Range<usize>,
    ranking: &impl Ranking,
    looks: usize,
    stop: &AtomicBool,
) -> Option<(Nearer<'a>, RangeInclusive<u16>)> {
    let counts = counts(blocks, ranking, looks, stop)?;
    // Where it was stopped they may be too few.
    let (last, with) = (counts.len() - 1, |rank: usize| counts[rank] as usize);
    let (mut start, mut passed) = (0, 0);
    while start < last && passed + with(start) <= page.start {
        passed += with(start);
        start += 1;
    }
    let (mut end, mut seen) = (start, passed + with(start));
    while end < last && seen < page.end {
        end += 1;
        seen += with(end);
    }
    let [start, end] = [start, end].map(|rank| u16::try_from(rank).unwrap_or(u16::MAX));
    let visit = |nearer: &mut Vec<_>, (block, places): (BlockRef<'a>, Words)| {
        let room = &mut [0; BLOCK];
        ranking.fill(block, &places, true, room);
        let places = Words::of(room, |rank| rank.wrapping_sub(start) <= end - start) & places;
        nearer.extend((!places.is_empty()).then_some((block, places)));
        ControlFlow::Continue(())
    };
    let (mut blocks, more) = sweep(blocks, ALONE, Some(stop), Vec::new, visit);
    blocks.extend(more.into_iter().flatten());
    let count = blocks.iter().map(|(_, places)| places.len() as usize).sum();
    Some((Nearer { blocks, count, passed }, start..=end))
}

/// How many of the devices have each rank.
fn counts(
    blocks: &[(BlockRef<'_>, Words)],
    ranking: &impl Ranking,
    looks: usize,
    stop: &AtomicBool,
) -> Option<Vec<u32>> {
    // How many of them have each, of how many more blocks all texts may be looked at, and whether that is enough.
    let new = || (vec![0; ranking.ranks()], looks, true);
    let visit = |(counts, looks, are_enough): &mut (Vec<u32>, usize, bool), (block, places): (_, Words)| {
        let room = &mut [0; BLOCK];
        if !ranking.fill(block, &places, false, room) {
            if *looks == 0 || !ranking.fill(block, &places, true, room) {
                *are_enough = false;
                return ControlFlow::Break(());
            }
            *looks -= 1;
        }
        if places.len() < MANY {
            places.iter().for_each(|place| counts[usize::from(room[place])] += 1);
        } else {
            room.iter().for_each(|rank| counts[usize::from(*rank)] += 1);
            (!places).iter().for_each(|place| counts[usize::from(room[place])] -= 1);
        }
        ControlFlow::Continue(())
    };
    let ((mut counts, _, mut are_enough), more) = sweep(blocks, ALONE, Some(stop), new, visit);
    if let Some((more, _, other_is_enough)) = more {
        are_enough &= other_is_enough;
        counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
    }
    are_enough.then_some(counts)
}
