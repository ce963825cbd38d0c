//! Sets of places of a block.

use std::ops::{BitAnd, BitOr, Not};

use super::column::BLOCK;

/// A set of places of a block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places(pub(super) [u64; BLOCK / 64]);

impl Places {
    /// The places of whose values `holds`.
    pub(crate) fn of<T: Copy>(values: &[T; BLOCK], holds: impl Fn(T) -> bool) -> Self {
        let mut places = Self::default();
        let (words, _) = values.as_chunks::<64>();
        for (word, values) in places.0.iter_mut().zip(words) {
            *word = word_of(&values.map(|value| u8::from(holds(value))));
        }
        places
    }

    pub(crate) fn has(&self, place: usize) -> bool {
        self.0[place / 64] & 1 << (place % 64) != 0
    }

    pub(crate) fn set(&mut self, place: usize, member: bool) {
        let bit = 1 << (place % 64);
        if member {
            self.0[place / 64] |= bit;
        } else {
            self.0[place / 64] &= !bit;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; BLOCK / 64]
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The places in ascending order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + use<> {
        let words = self.0.into_iter().zip((0..).step_by(64));
        words.flat_map(|(word, first)| bits(word).map(move |bit| first + bit))
    }

    /// Those of which `holds`.
    pub(crate) fn filter(self, mut holds: impl FnMut(usize) -> bool) -> Self {
        self.map_words(|word, members| {
            bits(members).map(|bit| u64::from(holds(word * 64 + bit)) << bit).fold(0, |word, bit| word | bit)
        })
    }

    /// The set whose words `map` makes of its words, each with its index.
    pub(crate) fn map_words(self, mut map: impl FnMut(usize, u64) -> u64) -> Self {
        Self(std::array::from_fn(|word| map(word, self.0[word])))
    }

    fn zip(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        Self(std::array::from_fn(|word| with(self.0[word], other.0[word])))
    }
}

impl BitAnd for Places {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        self.zip(other, |a, b| a & b)
    }
}

impl BitOr for Places {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.zip(other, |a, b| a | b)
    }
}

impl Not for Places {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

/// The bits of a word that are set, the lowest first.
pub(crate) fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        bit
    })
}

/// 64 bytes that are 0 or 1 as bits.
pub(crate) fn word_of(bytes: &[u8; 64]) -> u64 {
    // The product gathers the lowest bits of eight bytes in its highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = bytes.as_chunks::<8>();
    let gathered = eights.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56);
    (0..).step_by(8).zip(gathered).fold(0, |word, (at, bits)| word | bits << at)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn places_behave_like_a_set(
            a in proptest::collection::btree_set(0..BLOCK, 0..99), b in proptest::collection::btree_set(0..BLOCK, 0..99)
        ) {
            let of = |set: &BTreeSet<usize>| Places::of(&std::array::from_fn(|place| place), |place| set.contains(&place));
            let (x, y) = (of(&a), of(&b));
            prop_assert!(x.iter().eq(a.iter().copied()));
            prop_assert_eq!((x.len(), x.is_empty()), (a.len(), a.is_empty()));
            prop_assert!((x & y).iter().eq(a.intersection(&b).copied()));
            prop_assert!((x | y).iter().eq(a.union(&b).copied()));
            prop_assert!((x & !y).iter().eq(a.difference(&b).copied()));
            prop_assert_eq!(x.filter(|place| y.has(place)), x & y);
            prop_assert!((0..BLOCK).all(|place| x.has(place) == a.contains(&place)));
        }
    }
}
