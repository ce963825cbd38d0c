//! Where bytes, or parts of bytes, stand behind one another: looked for at many places together.

use wide::u8x16;

/// Most places that are looked at together, a bit each in what comes of it.
pub(crate) const AT_ONCE: usize = 64;

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
}

impl Wanted {
    #[inline]
    fn places(&self, bytes: &[u8; AT_ONCE]) -> u64 {
        let (lanes, _) = bytes.as_chunks();
        let places = |bytes: &[u8; 16]| (u8x16::new(*bytes) & self.mask).simd_eq(self.value).to_bitmask();
        lanes.iter().rev().fold(0, |all, bytes| all << 16 | u64::from(places(bytes)))
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
            bytes in vec(0_u8..4, 0..100),
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
        }
    }
}
