//! Sets of places, and truths as two of them.

use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Not};

use wide::u8x16;

use crate::truth::Truth;

/// Words of a block.
pub const WORDS: usize = 16;
/// Places of a block.
pub const PLACES: usize = WORDS * 64;

/// A set of places of a block, 64 a word. Its operations are loops without branches, which compilers make vectors of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Words(pub [u64; WORDS]);

impl Words {
    /// No place.
    pub const NONE: Self = Self([0; WORDS]);
    /// Every place.
    pub const ALL: Self = Self([u64::MAX; WORDS]);

    /// So many places, from the first on.
    #[must_use]
    pub fn first(count: usize) -> Self {
        Self(std::array::from_fn(|word| match count.saturating_sub(word * 64) {
            0 => 0,
            more => u64::MAX >> (64 - more.min(64)),
        }))
    }

    /// The places of whose values `holds`.
    pub fn of<T: Copy>(values: &[T; PLACES], holds: impl Fn(T) -> bool) -> Self {
        let (words, _) = values.as_chunks::<64>();
        Self(std::array::from_fn(|word| word_of(&words[word].map(|value| u8::from(holds(value))))))
    }

    /// Whether it has no place.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    /// How many places it has.
    #[must_use]
    #[inline]
    pub fn len(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Adds a place.
    pub fn insert(&mut self, place: usize) {
        self.0[place / 64] |= 1 << (place % 64);
    }

    /// Adds a place or takes it away.
    pub fn set(&mut self, place: usize, member: bool) {
        let (word, bit) = (&mut self.0[place / 64], 1 << (place % 64));
        *word = if member { *word | bit } else { *word & !bit };
    }

    /// Whether it has that place.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.0[place / 64] >> (place % 64) & 1 != 0
    }

    /// Its places, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..WORDS).flat_map(|number| places_of(self.0[number]).map(move |bit| number * 64 + bit))
    }

    /// Its place before which it has so many others.
    #[must_use]
    pub fn nth(&self, mut before: usize) -> Option<usize> {
        for (number, word) in self.0.iter().enumerate() {
            let count = word.count_ones() as usize;
            if before < count {
                return places_of(*word).nth(before).map(|bit| number * 64 + bit);
            }
            before -= count;
        }
        None
    }

    /// The places of words in which it has any, as numbers of words.
    pub fn words(&self) -> impl Iterator<Item = usize> + '_ {
        (0..WORDS).filter(|number| self.0[*number] != 0)
    }

    /// Those of its places of which `holds`.
    #[must_use]
    pub fn filter(self, mut holds: impl FnMut(usize) -> bool) -> Self {
        let of_word = |number, word| {
            places_of(word)
                .map(|bit| u64::from(holds(number * 64 + bit)) << bit)
                .fold(0, |word, bit| word | bit)
        };
        self.map_words(of_word)
    }

    /// The set whose words `map` makes of these, each with its number.
    #[must_use]
    pub fn map_words(self, mut map: impl FnMut(usize, u64) -> u64) -> Self {
        Self(std::array::from_fn(|number| map(number, self.0[number])))
    }

    /// Those of its places that `other` lacks.
    #[must_use]
    #[inline]
    pub fn without(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & !other.0[word]))
    }
}

/// 64 bytes that are 0 or 1 as a word.
#[must_use]
pub fn word_of(bytes: &[u8; 64]) -> u64 {
    plane(bytes, 0)
}

/// Bit `bit` of each of 64 bytes, the first one's lowest.
#[must_use]
#[inline]
pub fn plane(bytes: &[u8; 64], bit: u32) -> u64 {
    let wanted = u8x16::splat(1 << bit);
    let places = |bytes: &[u8; 16]| (u8x16::new(*bytes) & wanted).simd_eq(wanted).to_bitmask();
    let (lanes, _) = bytes.as_chunks();
    lanes.iter().rev().fold(0, |word, bytes| word << 16 | u64::from(places(bytes)))
}

/// The places of one word, ascending.
pub fn places_of(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        bit
    })
}

impl BitAnd for Words {
    type Output = Self;

    #[inline]
    fn bitand(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] & other.0[word]))
    }
}

impl BitOr for Words {
    type Output = Self;

    #[inline]
    fn bitor(self, other: Self) -> Self {
        Self(std::array::from_fn(|word| self.0[word] | other.0[word]))
    }
}

impl Not for Words {
    type Output = Self;

    #[inline]
    fn not(self) -> Self {
        Self(self.0.map(|word| !word))
    }
}

impl BitAndAssign<&Self> for Words {
    #[inline]
    fn bitand_assign(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word &= other);
    }
}

impl BitOrAssign<&Self> for Words {
    #[inline]
    fn bitor_assign(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, other)| *word |= other);
    }
}

/// A truth for each place of a block. `pass` is within `maybe`; where neither is set, it does not hold. `$and` is the
/// same operation on both sets, and so is `$or`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    /// Where it holds.
    pub pass: Words,
    /// Where it holds or facts are missing to tell.
    pub maybe: Words,
}

impl Bits {
    /// The same for all places.
    #[must_use]
    pub fn all(truth: Truth) -> Self {
        let set = |member| if member { Words::ALL } else { Words::NONE };
        Self { pass: set(truth == Truth::Pass), maybe: set(truth != Truth::Fail) }
    }

    /// Sets that of one place.
    pub fn set(&mut self, place: usize, truth: Truth) {
        self.pass.set(place, truth == Truth::Pass);
        self.maybe.set(place, truth != Truth::Fail);
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::btree_set;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_a_set_of_places(
            a in btree_set(0..PLACES, 0..200), b in btree_set(0..PLACES, 0..200), place in 0..PLACES
        ) {
            let words = |places: &std::collections::BTreeSet<usize>| {
                let mut words = Words::NONE;
                places.iter().for_each(|place| words.insert(*place));
                words
            };
            let (left, right) = (words(&a), words(&b));
            let of = Words::of(&std::array::from_fn(|place| place), |place| a.contains(&place));
            prop_assert_eq!(of, left);
            prop_assert!(Words::first(place).iter().eq(0..place));
            prop_assert_eq!(left.filter(|place| right.has(place)), left & right);
            let mut set = left;
            set.set(place, !left.has(place));
            prop_assert_eq!(set.has(place), !left.has(place));
            prop_assert!(left.iter().eq(a.iter().copied()));
            prop_assert_eq!(left.nth(place % 300), a.iter().nth(place % 300).copied());
            prop_assert_eq!((left.len() as usize, left.is_empty()), (a.len(), a.is_empty()));
            prop_assert_eq!(left.has(place), a.contains(&place));
            prop_assert!((left & right).iter().eq(a.intersection(&b).copied()));
            prop_assert!((left | right).iter().eq(a.union(&b).copied()));
            prop_assert!(left.without(&right).iter().eq(a.difference(&b).copied()));
            prop_assert_eq!(left & !left, Words::NONE);
        }

        #[test]
        fn a_plane_has_the_same_bit_of_each_byte(bytes in proptest::collection::vec(any::<u8>(), 64), bit in 0..8_u32) {
            let plane = plane(bytes.as_slice().try_into().unwrap(), bit);
            for (place, byte) in bytes.iter().enumerate() {
                prop_assert_eq!(plane >> place & 1, u64::from(byte >> bit & 1));
            }
        }
    }
}
