//! Glances at texts of which many start alike: what is the same for all of these is looked at once.

use super::glance::{Glance, ascii, begun, is_ascii, lower};
use crate::first_word::first_word;
use crate::fleet::STARTS_MAX;

/// Bytes of a word.
const WORD_BYTES: usize = 8;

/// Glances at texts that are known by which of some starts they have, and what they have behind it.
pub(super) struct AfterStarts<'g, 't> {
    glance: &'g Glance,
    starts: [(&'t [u8], After); STARTS_MAX],
}

/// How the glance at a text with one start comes from the first eight bytes of the rest, the first highest.
#[derive(Clone, Copy, Debug, Default)]
struct After {
    /// Which of these count.
    mask: u64,
    /// Whether the glance's prefix goes on in them, and if it does, what they are: only then more has to be looked at.
    goes_on: bool,
    prefix: u64,
    /// How many bytes of the prefix come behind the start.
    missing: usize,
    /// Where it does not go on, what the start comes to,
    told: u64,
    /// and how far behind that they stand.
    bits: u32,
    /// Whether the start is ASCII; else it takes all of the text to tell.
    is_ascii: bool,
}

impl<'g, 't> AfterStarts<'g, 't> {
    pub(super) fn new(glance: &'g Glance, starts: impl Iterator<Item = &'t [u8]>) -> Self {
        let mut all = [(&[][..], After::default()); STARTS_MAX];
        for (known, start) in all.iter_mut().zip(starts) {
            *known = (start, After::of(glance.prefix(), start));
        }
        Self { glance, starts: all }
    }

    /// The glance at a text with this one of the starts.
    #[inline]
    pub(super) fn of(&self, start: u8, rest: &[u8]) -> u64 {
        if start == 0 {
            return self.glance.of(rest);
        }
        let (start, after) = self.starts[usize::from(start) % STARTS_MAX];
        after.glance(rest).unwrap_or_else(|| self.glance.of(&[start, rest].concat()))
    }

    /// As [`Self::of`], from the first bytes of the rest; and whether it is right.
    #[inline]
    pub(super) fn of_word(&self, start: u8, word: u64) -> (u64, bool) {
        self.starts[usize::from(start) % STARTS_MAX].1.of_word(word)
    }
}

impl After {
    fn of(prefix: &[u8], start: &[u8]) -> Self {
        if !start.is_ascii() {
            return Self::default();
        }
        let told = |told| Self { told, is_ascii: true, ..Self::default() };
        let own = start.iter().map(u8::to_ascii_lowercase);
        if let Some((own, wanted)) = own.zip(prefix).find(|(own, wanted)| own != *wanted) {
            return told(if own < *wanted { 0 } else { u64::MAX });
        }
        let shared = start.len().min(prefix.len());
        let (over, missing) = (&start[shared..], &prefix[shared..]);
        if !missing.is_empty() {
            let mask = u64::MAX << (8 * WORD_BYTES.saturating_sub(missing.len()));
            let (prefix, missing) = (first_word(missing), missing.len());
            return Self { mask, goes_on: true, prefix, missing, ..told(0) };
        }
        let told = told(begun(lower(first_word(over))));
        // A glance has one byte less than a word.
        if over.len() >= WORD_BYTES - 1 {
            return told;
        }
        let bits = u32::try_from(8 * (over.len() + 1)).unwrap_or_default();
        Self { mask: u64::MAX, bits, ..told }
    }

    /// The glance that comes from a word, and whether it is right: no branches, as texts of all kinds stand in a block.
    #[inline]
    fn of_word(&self, word: u64) -> (u64, bool) {
        let own = lower(word) & self.mask;
        let beside = if own < self.prefix { 0 } else { u64::MAX };
        let glance = if self.goes_on { beside } else { self.told | own >> self.bits };
        (glance, self.is_ascii & is_ascii(word) & !(self.goes_on & (own == self.prefix)))
    }

    /// `None` where it takes all of the text to tell.
    #[inline]
    fn glance(&self, rest: &[u8]) -> Option<u64> {
        let word = first_word(rest);
        let (glance, is_right) = self.of_word(word);
        if is_right {
            return Some(glance);
        }
        // The prefix goes on in the rest.
        let is_known = self.is_ascii && is_ascii(word) && self.missing <= WORD_BYTES;
        let behind = rest.get(self.missing..).filter(|_| is_known)?;
        ascii(first_word(behind)).map(begun)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_glance_is_the_same_however_a_text_is_known(
            starts in proptest::collection::vec("([aA]b)?[xX]{0,12}[-é]", 1..STARTS_MAX),
            texts in proptest::collection::vec((any::<prop::sample::Index>(), "[aAbBxX0-9éİ~]{0,12}"), 1..60),
            prefix in "(ab)?x{0,12}-?[0-9bxé]{0,9}",
        ) {
            let glance = Glance::behind(prefix.as_bytes());
            let starts: Vec<_> = [""].into_iter().chain(starts.iter().map(String::as_str)).collect();
            let after = AfterStarts::new(&glance, starts.iter().map(|start| start.as_bytes()));
            for (start, rest) in &texts {
                let start = start.index(starts.len());
                let code = u8::try_from(start).unwrap();
                let whole = glance.of(format!("{}{rest}", starts[start]).as_bytes());
                prop_assert_eq!(after.of(code, rest.as_bytes()), whole);
                let (of_word, is_right) = after.of_word(code, first_word(rest.as_bytes()));
                prop_assert!(!is_right || of_word == whole);
            }
        }
    }

    #[test]
    fn what_a_glance_tells_of_a_word_needs_no_more() {
        let glance = Glance::behind(b"ab-cd-ef");
        let after =
            AfterStarts::new(&glance, [&b""[..], b"ab-", b"AB-CD-EFG", b"x-", b"ab-cd-ef"].into_iter());
        let rests: [(u8, &[u8], bool); 8] = [
            (0, b"ab-cc", true),
            (0, b"AB-cd-efx", false),
            (1, b"CD", true),
            (1, b"cd-efx", false),
            (2, b"", true),
            (3, b"anything", true),
            (4, b"12345678", true),
            (4, "é".as_bytes(), false),
        ];
        for (code, rest, is_right) in rests {
            assert_eq!(after.of_word(code, first_word(rest)).1, is_right, "{rest:?} behind {code}");
        }
    }
}
