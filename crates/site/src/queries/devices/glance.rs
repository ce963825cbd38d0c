//! Texts as far as seven bytes tell them apart.

use domain::fold;

use crate::first_word::first_word;

/// Longer texts are not short.
const SHORT: usize = 32;

const ONES: u64 = 0x0101_0101_0101_0101;
/// The bits that ASCII leaves free.
const HIGHEST: u64 = ONES << 7;

/// Bytes of a glance.
const BYTES: usize = 7;
/// So many leave enough of it.
const FEW: usize = 3;

/// What texts are compared by at a glance: seven bytes of each as a number, behind what most of them begin with.
#[derive(Clone, Debug, Default)]
pub(super) struct Glance {
    /// Without case.
    prefix: Box<[u8]>,
    /// Where each eight bytes of the prefix stand, the last ones perhaps over others; which bits of them it has, and
    /// what these are.
    words: Box<[(usize, u64, u64)]>,
}

impl Glance {
    /// What stands behind a beginning without case, or behind a little less of it.
    pub(super) fn behind(prefix: &[u8]) -> Self {
        // A few bytes are sooner looked at with what stands behind them than compared.
        let over = prefix.len() % 8;
        let prefix = if over <= FEW { &prefix[..prefix.len() - over] } else { prefix };
        let word = |at: usize| {
            let length = (prefix.len() - at).min(8);
            let mask = u64::MAX << (64 - 8 * length);
            (at, mask, first_word(&prefix[at..]))
        };
        Self { words: (0..prefix.len()).step_by(8).map(word).collect(), prefix: prefix.into() }
    }

    /// Seven bytes of a text, whatever its case, behind the prefix. Texts are in the order of these numbers: the lowest
    /// or the highest is that of what begins otherwise.
    #[inline]
    pub(super) fn of(&self, text: &[u8]) -> u64 {
        self.of_ascii(text).unwrap_or_else(|| self.of_short(text).unwrap_or_else(|| self.of_any(text)))
    }

    /// Of what is long enough and ASCII as far as it is looked at, where folding leaves each byte in its place. It is
    /// asked of all devices: few branches, and nothing that is called.
    #[inline]
    fn of_ascii(&self, text: &[u8]) -> Option<u64> {
        let at = self.prefix.len();
        let over = (at + 8).saturating_sub(text.len());
        if over >= 8 {
            return None;
        }
        for (at, mask, own) in &self.words {
            let word = u64::from_be_bytes(*text[(*at).min(text.len())..].first_chunk()?);
            // Mostly it is the prefix as it stands.
            if word & mask != *own || own & HIGHEST != 0 {
                let word = ascii(word)? & mask;
                if word != *own {
                    return Some(if word < *own { 0 } else { u64::MAX });
                }
            }
        }
        // Where fewer are left, the last eight bytes without those before.
        let behind = match over {
            0 => u64::from_be_bytes(*text[at..].first_chunk()?),
            over => u64::from_be_bytes(*text.last_chunk()?) << (8 * over),
        };
        ascii(behind).map(begun)
    }

    /// As [`Self::of_ascii`], of what is not long enough for that.
    fn of_short(&self, text: &[u8]) -> Option<u64> {
        let mut padded = [0; SHORT];
        padded.get_mut(..text.len())?.copy_from_slice(text);
        self.of_ascii(padded.get(..self.prefix.len() + 8)?)
    }

    #[cold]
    fn of_any(&self, text: &[u8]) -> u64 {
        let folded = fold(std::str::from_utf8(text).unwrap_or_default());
        // Compared byte by byte what is folded is in order, ASCII or not.
        match folded.as_bytes().strip_prefix(&*self.prefix) {
            Some(behind) => begun(first_word(behind)),
            None if folded.as_bytes() < &*self.prefix => 0,
            None => u64::MAX,
        }
    }

    /// The eight bytes behind those of the glance at a text, which is known by its start and its rest: texts of one
    /// glance are in the order of these, as far as they have the prefix.
    #[inline]
    pub(super) fn further(&self, glance: u64, start: &[u8], rest: &[u8]) -> u64 {
        if !Self::leaves_open(glance) {
            return 0;
        }
        let from = (self.prefix.len() + BYTES).checked_sub(start.len());
        let parts = from.map(|from| rest.split_at(from.min(rest.len())));
        let known = parts.filter(|(before, _)| start.is_ascii() && before.is_ascii());
        let word = known.and_then(|(_, behind)| ascii(first_word(behind)));
        word.unwrap_or_else(|| self.further_of_any(&[start, rest].concat()))
    }

    #[cold]
    fn further_of_any(&self, text: &[u8]) -> u64 {
        let folded = fold(std::str::from_utf8(text).unwrap_or_default());
        let behind = folded.as_bytes().strip_prefix(&*self.prefix);
        behind.and_then(|behind| behind.get(BYTES..)).map_or(0, first_word)
    }

    /// What all texts begin with that are told apart, without case.
    pub(super) fn prefix(&self) -> &[u8] {
        &self.prefix
    }

    /// Whether texts of this number have the prefix, and have not ended.
    #[inline]
    pub(super) fn leaves_open(glance: u64) -> bool {
        // None holds a control character.
        glance >> (8 * BYTES) == 1 && glance & 0xFF != 0
    }

    /// Whether texts of this number are all the same whose further bytes are the same too.
    #[inline]
    pub(super) fn tells_all(glance: u64, further: u64) -> bool {
        // Where the last byte is none, the text has ended.
        glance >> (8 * BYTES) == 1 && (glance & 0xFF == 0 || further & 0xFF == 0)
    }
}

/// How many bytes texts have in common from the start, of which one is without case.
pub(super) fn common(folded: &[u8], text: &str) -> usize {
    if !text.is_ascii() {
        return fold(text).bytes().zip(folded).take_while(|(one, other)| one == *other).count();
    }
    text.bytes().zip(folded).take_while(|(one, other)| one.to_ascii_lowercase() == **other).count()
}

/// What tells a text with the prefix from those without, and its next seven bytes.
pub(super) fn begun(word: u64) -> u64 {
    1 << 56 | word >> 8
}

/// Eight bytes of ASCII at once, capitals made small.
#[inline]
pub(super) fn ascii(bytes: u64) -> Option<u64> {
    is_ascii(bytes).then(|| lower(bytes))
}

/// Whether eight bytes are ASCII.
#[inline]
pub(super) fn is_ascii(bytes: u64) -> bool {
    bytes & HIGHEST == 0
}

/// Eight bytes, of which those that are capitals of ASCII are made small; where others are no ASCII, they may be any.
#[inline]
pub(super) fn lower(bytes: u64) -> u64 {
    // The highest bit of each byte, which ASCII leaves free, says whether it is at least so high.
    let at_least = |letter: u8| (bytes & !HIGHEST) + ONES * (128 - u64::from(letter));
    let capitals = (at_least(b'A') & !at_least(b'Z' + 1)) & HIGHEST;
    bytes | capitals >> 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_in_the_order_of_their_glances(
            a in "[aAbBzZ@\\[`{éİΣ~]{0,3}(xxxxxxxxxx)?[xX]{0,12}[abÉ]?",
            b in "[aAbBzZ@\\[`{éİΣ~]{0,3}(xxxxxxxxxx)?[xX]{0,12}[abÉ]?",
            prefix in "[abzé@]{0,2}x{0,20}",
            own in 0..9_usize,
        ) {
            let (one, other) = (fold(&a), fold(&b));
            let shared = &one.as_bytes()[..common(one.as_bytes(), &b)];
            for prefix in [prefix.as_bytes(), shared, &one.as_bytes()[..own.min(one.len())]] {
                let glance = Glance::behind(prefix);
                let [at, before] = [&a, &b].map(|text| {
                    let first = glance.of(text.as_bytes());
                    let further = glance.further(first, b"", text.as_bytes());
                    let split = text.char_indices().map(|(at, _)| text.split_at(at));
                    split.for_each(|(start, rest)| {
                        assert_eq!(glance.further(first, start.as_bytes(), rest.as_bytes()), further);
                    });
                    (first, further)
                });
                let by_text = one.cmp(&other);
                prop_assert!(at.0.cmp(&before.0) == by_text || at.0 == before.0, "{:?}", prefix);
                prop_assert!(at.cmp(&before) == by_text || at == before, "{:?}", prefix);
                prop_assert!(at != before || by_text.is_eq() || !Glance::tells_all(at.0, at.1));
            }
            let glance = Glance::behind(shared);
            prop_assert!(one == other || glance.of(a.as_bytes()) != glance.of(b.as_bytes()));
        }
    }
}
