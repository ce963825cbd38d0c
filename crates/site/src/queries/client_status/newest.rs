//! The newest rows, found without looking at most of the others.

use std::cmp::Reverse;
use std::ops::{ControlFlow, RangeInclusive};
use std::sync::atomic::{AtomicI64, Ordering};

use domain::DeviceNumber;

use super::{ClientStatus, Page};
use crate::fleet::{BLOCK, BlockRef};
use crate::queries::smallest::Smallest;
use crate::queries::sweep::sweep;

/// A row: the newest first, those of one moment by device number; and where its device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    seen: Reverse<i64>,
    number: u32,
    location: u32,
}

/// Where the devices of a page of the newest rows are, in their order.
pub(super) fn locations(rows: &ClientStatus<'_>, page: Page) -> Vec<u32> {
    let newest = newest(rows, page.offset.saturating_add(page.limit));
    newest.into_sorted_after(page.offset).into_iter().map(|row| row.location).collect()
}

/// The numbers of the devices of all rows, newest first.
pub(super) fn numbers(rows: &ClientStatus<'_>) -> Vec<DeviceNumber> {
    newest(rows, usize::MAX).into_sorted_after(0).into_iter().map(|row| DeviceNumber(row.number)).collect()
}

fn newest(rows: &ClientStatus<'_>, keep: usize) -> Smallest<Row> {
    if let Some(named) = rows.named() {
        let mut newest = Smallest::new(keep);
        for device in named.take_while(|_| !rows.stops()) {
            let seen = Reverse(device.seen_at().millis());
            newest.offer(Row { seen, number: device.number().0, location: device.location() });
        }
        return newest;
    }
    let (first, last) = rows.moments().into_inner();
    let mut blocks: Vec<_> = rows.site.fleet.blocks().map(|block| (block.newest(), block)).collect();
    blocks.retain(|(newest, _)| *newest >= first);
    blocks.sort_unstable_by_key(|(newest, _)| Reverse(*newest));
    let blocks: Vec<_> = blocks.into_iter().map(|(_, block)| block).collect();
    if let Some(wanted) = guess(rows, &blocks, last, keep).filter(|wanted| *wanted > first) {
        let newest = of_blocks(rows, &blocks, wanted..=last, keep);
        if newest.len() >= keep {
            return newest;
        }
    }
    of_blocks(rows, &blocks, first..=last, keep)
}

/// A moment since which about as many devices have checked in as are to be kept, or some more: if it is so, those
/// before need not be looked at. Blocks come newest first.
fn guess(rows: &ClientStatus<'_>, blocks: &[BlockRef<'_>], last: i64, keep: usize) -> Option<i64> {
    // Of a query it is not known of how many it holds.
    blocks.first().filter(|newest| rows.query.is_none() && newest.newest() <= last)?;
    // Each of the first blocks has a row as new as its newest.
    if let Some(block) = blocks.get(keep.checked_sub(1)?) {
        return Some(block.newest());
    }
    let mut sample: Vec<_> = blocks.iter().flat_map(BlockRef::sample_seen).map(Reverse).collect();
    let rank = keep.checked_mul(sample.len())? / (blocks.len() * BLOCK);
    // Some more, since chance plays its part.
    let rank = rank + rank / 5 + 16;
    (rank < sample.len() / 2).then(|| sample.select_nth_unstable(rank).1.0)
}

/// The newest of the rows of some blocks, which come newest first, as far as they are not too old.
fn of_blocks(
    rows: &ClientStatus<'_>,
    blocks: &[BlockRef<'_>],
    moments: RangeInclusive<i64>,
    keep: usize,
) -> Smallest<Row> {
    let (first, last) = moments.into_inner();
    // What is older than this has no chance.
    let wanted = AtomicI64::new(first);
    let new = || (Smallest::new(keep), rows.filter());
    let visit = |(newest, filter): &mut (Smallest<Row>, Option<_>), block: BlockRef<'_>| {
        let first = wanted.load(Ordering::Relaxed);
        if block.newest() < first {
            return ControlFlow::Break(());
        }
        for place in rows.places(block, &(first..=last), filter.as_mut()).iter() {
            let seen = Reverse(block.seen(place));
            newest.offer(Row { seen, number: block.number(place), location: block.location(place) });
        }
        if let Some(bound) = newest.bound() {
            wanted.fetch_max(bound.seen.0, Ordering::Relaxed);
        }
        ControlFlow::Continue(())
    };
    let alone = rows.filter().map_or(usize::MAX, |filter| filter.blocks_alone());
    let ((mut newest, _), more) = sweep(blocks, alone, rows.stop, new, visit);
    more.into_iter().flat_map(|(more, _)| more.into_kept()).for_each(|row| newest.offer(row));
    newest
}
