//! Where bytes, or parts of bytes, stand behind one another: looked for at many places together.

use std::array;

use wide::u8x16;

use crate::prefetch::{LINE, Prefetch};

/// Most places that are looked at together, a bit each in what comes of it; a line, so that one more is fetched for each
/// look.
pub(crate) const AT_ONCE: usize = LINE;
/// Places that are looked at where few are.
pub(crate) const FEW: usize = 16;

/// What bytes must be, from the one on at which it begins; of one byte at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BytePattern(Vec<Wanted>);

/// What a byte must be, so far behind the one at which the pattern begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    behind: usize,
    mask: u8x16,
    value: u8x16,
}

impl BytePattern {
    /// Of how far behind the first a byte is, which bits of it are meant, and what these are.
    pub(crate) fn new(bytes: impl IntoIterator<Item = (usize, u8, u8)>) -> Self {
        let wanted =
            |(behind, mask, value)| Wanted { behind, mask: u8x16::splat(mask), value: u8x16::splat(value) };
        Self(bytes.into_iter().map(wanted).collect())
    }

    /// At which of the first [`AT_ONCE`] places it begins. Where `bytes` end before it does, it does not begin.
    #[inline]
    pub(crate) fn begun(&self, bytes: &[u8]) -> u64 {
        let mut begun = u64::MAX;
        for wanted in &self.0 {
            let bytes = bytes.get(wanted.behind..).unwrap_or_default();
            begun &= match bytes.first_chunk() {
                Some(bytes) => wanted.places(bytes),
                None => wanted.places_of_few(bytes),
            };
            // Mostly two bytes are enough to say that it is nowhere.
            if begun == 0 {
                break;
            }
        }
        begun
    }

    /// As [`Self::begun`], of the first [`FEW`] places.
    #[inline]
    pub(crate) fn begun_of_few(&self, bytes: &[u8]) -> u64 {
        let mut begun = u8x16::MAX;
        for wanted in &self.0 {
            let Some(bytes) = bytes.get(wanted.behind..).and_then(<[u8]>::first_chunk) else {
                return self.begun(bytes) & u64::from(u16::MAX);
            };
            begun &= wanted.lane(bytes);
        }
        begun.to_bitmask().into()
    }

    /// As [`Self::begun`] of the bytes from each `step`th on: those of the places that are among `starts` are added to
    /// `begun`.
    pub(crate) fn mark(
        &self,
        bytes: &[u8],
        step: usize,
        starts: u64,
        prefetch: Prefetch<'_>,
        begun: &mut [u64],
    ) {
        // One or two bytes mostly tell it, which are kept at hand as long as all places have theirs.
        let behind = self.0.iter().map(|wanted| wanted.behind).max().unwrap_or_default();
        let whole = (bytes.len() + 1).saturating_sub(behind + AT_ONCE).div_ceil(step).min(begun.len());
        let whole = if self.0.len() > 2 { 0 } else { whole };
        let (of_whole, others) = begun.split_at_mut(whole);
        let firsts = |from: usize| (from * step..).step_by(step);
        match *self.0 {
            [one] => mark([one], bytes, starts, prefetch, of_whole.iter_mut().zip(firsts(0))),
            [one, other] => mark([one, other], bytes, starts, prefetch, of_whole.iter_mut().zip(firsts(0))),
            _ => {}
        }
        for (begun, first) in others.iter_mut().zip(firsts(whole)) {
            prefetch.line(first);
            *begun |= self.begun(&bytes[first..]) & starts;
        }
    }
}

/// As [`BytePattern::mark`], of bytes that all places have.
#[inline]
fn mark<'b, const WANTED: usize>(
    wanted: [Wanted; WANTED],
    bytes: &[u8],
    starts: u64,
    prefetch: Prefetch<'_>,
    looks: impl Iterator<Item = (&'b mut u64, usize)>,
) {
    for (begun, first) in looks {
        prefetch.line(first);
        let mut all = [u8x16::MAX; AT_ONCE / FEW];
        for wanted in &wanted {
            let bytes = bytes[first + wanted.behind..].first_chunk().expect("all places have their bytes");
            all.iter_mut().zip(wanted.lanes(bytes)).for_each(|(all, lane)| *all &= lane);
        }
        *begun |= bits(all) & starts;
    }
}

/// A bit for each place.
#[inline]
fn bits(lanes: [u8x16; AT_ONCE / FEW]) -> u64 {
    lanes.iter().rev().fold(0, |all, lane| all << FEW | u64::from(lane.to_bitmask()))
}

impl Wanted {
    #[inline]
    fn places(&self, bytes: &[u8; AT_ONCE]) -> u64 {
        bits(self.lanes(bytes))
    }

    /// At which places it is as wanted, all bits of a place or none.
    #[inline]
    fn lanes(&self, bytes: &[u8; AT_ONCE]) -> [u8x16; AT_ONCE / FEW] {
        let (lanes, _) = bytes.as_chunks();
        array::from_fn(|lane| self.lane(&lanes[lane]))
    }

    #[inline]
    fn lane(&self, bytes: &[u8; FEW]) -> u8x16 {
        (u8x16::new(*bytes) & self.mask).simd_eq(self.value)
    }

    /// The same of fewer bytes than there are places.
    #[cold]
    fn places_of_few(&self, bytes: &[u8]) -> u64 {
        let mut room = [0; AT_ONCE];
        room[..bytes.len()].copy_from_slice(bytes);
        self.places(&room) & ((1 << bytes.len()) - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_begins_where_all_its_bytes_are(
            bytes in vec(0_u8..4, 0..300),
            wanted in vec((0..70_usize, prop_oneof![Just(1_u8), Just(2), Just(3)], 0_u8..4), 1..4),
        ) {
            let wanted: Vec<_> = wanted.into_iter().map(|(behind, mask, value)| (behind, mask, value & mask)).collect();
            let pattern = BytePattern::new(wanted.iter().copied());
            let begins = |place| {
                wanted.iter().all(|(behind, mask, value)| {
                    bytes.get(place + behind).is_some_and(|byte| byte & mask == *value)
                })
            };
            let naive = (0..AT_ONCE).filter(|place| begins(*place)).fold(0, |all, place| all | 1_u64 << place);
            prop_assert_eq!(pattern.begun(&bytes), naive);
            prop_assert_eq!(pattern.begun_of_few(&bytes), naive & 0xFFFF);
            let (step, starts) = (1 + bytes.len() % 61, 0xF0F0_F0F0_F0F0_F0F1);
            let mut begun = vec![1 << 63; bytes.len().div_ceil(step)];
            pattern.mark(&bytes, step, starts, Prefetch::default(), &mut begun);
            for (begun, first) in begun.into_iter().zip((0..).step_by(step)) {
                prop_assert_eq!(begun, pattern.begun(&bytes[first..]) & starts | 1 << 63);
            }
        }
    }
}
