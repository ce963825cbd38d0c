//! Those of some ranks, and where such are among a sample, as far as chance lets one say.

use std::cmp::Ordering;
use std::ops::Range;

/// The golden ratio as a part of a word: its multiples, as far as they fit one, lie evenly in it.
const SPREAD: u32 = 0x9E37_79B9;

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

/// Ranks of about so many among all, in their order: one of each part of them. Which of a part's changes, since what all
/// are alike in may come again and again.
pub(super) fn sampled(total: usize, most: usize) -> impl Iterator<Item = usize> {
    let every = total.div_ceil(most.max(1)).max(1);
    let rank = move |(first, part): (usize, u32)| {
        let within = (u64::from(part.wrapping_mul(SPREAD)) * every as u64) >> u32::BITS;
        first + usize::try_from(within).unwrap_or_default()
    };
    (0..total).step_by(every).zip(0..).map(rank).take_while(move |rank| *rank < total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_sample_has_one_of_each_part(total in 0..5000_usize, most in 1..3000_usize) {
            let every = total.div_ceil(most).max(1);
            let parts: Vec<_> = sampled(total, most).map(|rank| rank / every).collect();
            // Of the last part, which may be shorter, there may be none.
            prop_assert!(total.div_ceil(every) - parts.len() <= 1);
            prop_assert_eq!(&parts, &(0..parts.len()).collect::<Vec<_>>());
        }

        #[test]
        fn what_comes_again_and_again_is_in_a_sample_as_often_as_among_all(period in 2..50_usize, at in 0..50_usize) {
            let sample: Vec<_> = sampled(512_000, 2048).collect();
            let those = sample.iter().filter(|rank| **rank % period == at % period).count();
            prop_assert!((those * period).abs_diff(sample.len()) < sample.len() / 4, "{} of {}", those, sample.len());
        }
    }
}
