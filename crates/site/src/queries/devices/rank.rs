//! Where devices of some ranks are among a sample, as far as chance lets one say.

use std::ops::Range;

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
