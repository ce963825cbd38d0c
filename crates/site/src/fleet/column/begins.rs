//! Where a part begins among the bytes of texts.

use std::ops::Range;

use memchr::arch::all::packedpair::Pair;
use rules::block::places_of;

use crate::byte_pattern::{AT_ONCE, BytePattern};
use crate::prefetch::Prefetch;

/// The bit by which a small letter differs from its capital.
const CASE: u8 = b'a' ^ b'A';

/// Bytes of a word.
const WORD_BYTES: usize = 8;

/// So many bits are in a word wherever in its first byte they start.
const IN_WORD: usize = 57;

/// A part that is looked for whatever the case of its ASCII letters.
#[derive(Debug)]
pub(super) struct Begins {
    part: Box<[u8]>,
    /// One or two of its bytes: where these are it may begin.
    pattern: BytePattern,
    /// As many of its first bytes as a word has: which bits of them are meant, and what these are.
    mask: u64,
    head: u64,
}

/// Where a part begins: a bit for each byte.
#[derive(Debug, Default)]
pub(super) struct Begun {
    words: Vec<u64>,
    /// The same as bytes, and a word behind.
    bits: Vec<[u8; WORD_BYTES]>,
}

impl Begins {
    /// Of a part without case, which is not empty.
    pub(super) fn of(part: &[u8]) -> Self {
        // Two bytes that are rare among texts.
        let looked_for = match Pair::new(part) {
            Some(pair) => vec![pair.index1(), pair.index2()],
            None => vec![0],
        };
        let bytes = looked_for.into_iter().map(usize::from).map(|behind| {
            let (mask, value) = wanted(part[behind]);
            (behind, mask, value)
        });
        let (mut mask, mut head) = ([0; WORD_BYTES], [0; WORD_BYTES]);
        for ((mask, head), byte) in mask.iter_mut().zip(&mut head).zip(part) {
            (*mask, *head) = wanted(*byte);
        }
        Self {
            pattern: BytePattern::new(bytes),
            part: part.into(),
            mask: u64::from_le_bytes(mask),
            head: u64::from_le_bytes(head),
        }
    }

    /// Puts where it begins among `bytes` into `begun`.
    pub(super) fn mark(&self, bytes: &[u8], prefetch: Prefetch<'_>, begun: &mut Begun) {
        begun.words.clear();
        begun.words.resize(bytes.len().div_ceil(AT_ONCE), 0);
        self.pattern.mark(bytes, AT_ONCE, u64::MAX, prefetch, &mut begun.words);
        // Shorter ones have no more bytes than were looked for.
        if self.part.len() > 2 {
            for (word, first) in begun.words.iter_mut().zip((0..).step_by(AT_ONCE)) {
                let begins = places_of(*word).filter(|bit| self.is_at(&bytes[first + bit..]));
                *word = begins.fold(0, |word, bit| word | 1 << bit);
            }
        }
    }

    /// Whether bytes start with it.
    #[inline]
    fn is_at(&self, bytes: &[u8]) -> bool {
        match bytes.first_chunk() {
            Some(word) if self.part.len() <= WORD_BYTES => u64::from_le_bytes(*word) & self.mask == self.head,
            Some(word) if u64::from_le_bytes(*word) & self.mask != self.head => false,
            _ => bytes.get(..self.part.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(&self.part)),
        }
    }
}

/// Which bits of a byte are meant so that the case of a letter is not, and what these are.
fn wanted(byte: u8) -> (u8, u8) {
    let mask = if byte.is_ascii_alphabetic() { !CASE } else { u8::MAX };
    (mask, byte & mask)
}

impl Begun {
    /// At which bytes it begins.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = (0..).step_by(AT_ONCE).zip(&self.words);
        words.flat_map(|(first, word)| places_of(*word).map(move |bit| first + bit))
    }

    /// Makes ready for [`Self::any`].
    pub(super) fn pack(&mut self) {
        self.bits.clear();
        self.bits.extend(self.words.iter().map(|word| word.to_le_bytes()));
        self.bits.push([0; WORD_BYTES]);
    }

    /// Whether it begins at one of some bytes.
    #[inline]
    pub(super) fn any(&self, bytes: Range<usize>) -> bool {
        let mut from = bytes.start;
        while from < bytes.end {
            let word = self.bits.as_flattened()[from / 8..].first_chunk();
            let bits = word.map_or(0, |word| u64::from_le_bytes(*word)) >> (from % 8);
            if bits & ((1 << (bytes.end - from).min(IN_WORD)) - 1) != 0 {
                return true;
            }
            from += IN_WORD;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_begins_wherever_the_bytes_behind_are_it(
            text in "[abAB@]{0,40}|[abAB]{1000,1040}|[aA]{1000,1040}|[aBé\u{0}]{0,80}", part in "[ab@`]{1,4}|(ab){4,6}|[aé\u{0}]{1,9}|a{250,300}",
            ranges in proptest::collection::vec((0..1040_usize, 0..200_usize), 9),
        ) {
            let (bytes, part, mut begun) = (text.as_bytes(), part.as_bytes(), Begun { words: vec![7], bits: vec![[7; 8]] });
            Begins::of(part).mark(bytes, Prefetch::default(), &mut begun);
            let begins = |at: usize| {
                bytes[at..].get(..part.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(part))
            };
            prop_assert!(begun.iter().eq((0..bytes.len()).filter(|at| begins(*at))));
            begun.pack();
            for (start, length) in ranges {
                let range = start.min(bytes.len())..(start + length).min(bytes.len());
                prop_assert_eq!(begun.any(range.clone()), range.clone().any(begins), "{:?}", range);
            }
        }
    }
}
