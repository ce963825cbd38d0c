//! Those of some ranks, and where such are among a sample, as far as chance lets one say.

use std::cmp::Ordering;
use std::ops::Range;

/// Those of some ranks in their order, and of the others no more is compared than it takes.
pub(super) fn part<T>(
    mut all: Vec<T>,
    ranks: Range<usize>,
    mut compare: impl FnMut(&T, &T) -> Ordering,
) -> Vec<T> {
    if ranks.end < all.len() {
        all.select_nth_unstable_by(ranks.end, &mut compare);
        all.truncate(ranks.end);
    }
    if 0 < ranks.start && ranks.start < all.len() {
        all.select_nth_unstable_by(ranks.start, &mut compare);
    }
    let mut part = all.split_off(ranks.start);
    part.sort_unstable_by(compare);
    part
}

/// The places in a sample of so many between which those of a part of all are, most likely: so many times as far from it
/// as chance mostly moves them. `None` before the first of the sample, and behind the last.
pub(super) fn around(
    part_of: &Range<usize>,
    total: usize,
    sample: usize,
    spreads: usize,
) -> (Option<usize>, Option<usize>) {
    let place = |rank: usize| rank * sample / total;
    let spread = |rank: usize| spreads * ((place(rank) * (total - rank) / total).isqrt() + 1);
    let first = place(part_of.start).checked_sub(spread(part_of.start));
    let last = Some(place(part_of.end) + spread(part_of.end)).filter(|last| *last < sample);
    (first, last)
}
