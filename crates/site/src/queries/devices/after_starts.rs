//! Glances at texts of which many start alike: what is the same for all of these is looked at once.

use rules::block::Words;

use super::glance::{Glance, ascii, begun, first_word, is_ascii, lower};
use super::keys::Glances;

/// Most bytes of a prefix that are compared at once.
const WORD_BYTES: usize = 8;
/// So many starts are remembered: machines of all kinds stand in one block.
const STARTS: usize = 32;

/// Glances at one text after the other.
pub(super) struct AfterStarts<'g, 't> {
    glance: &'g Glance,
    /// How some of the last ones started, each where its address says, and what that leaves to look at.
    last: [(&'t [u8], After); STARTS],
}

/// What is left to look at behind the start of a text.
#[derive(Clone, Copy, Debug)]
enum After {
    /// Nothing.
    Told(u64),
    /// The first bytes, which stand in a word behind those of the start that are as many bits.
    Rest { word: u64, bits: u32 },
    /// The last bytes of the prefix, which are these bits of a word, and what comes behind.
    Prefix { word: u64, mask: u64, bytes: usize },
    /// All of it.
    All,
}

impl<'g, 't> AfterStarts<'g, 't> {
    pub(super) fn new(glance: &'g Glance) -> Self {
        Self { glance, last: [(&[], After::All); STARTS] }
    }

    /// The glance at a text that is known by its start and its rest.
    #[inline]
    pub(super) fn of(&mut self, start: &'t [u8], rest: &[u8]) -> u64 {
        if start.is_empty() {
            return self.glance.of(rest);
        }
        let last = &mut self.last[(start.as_ptr().addr() >> 4) % STARTS];
        if !std::ptr::eq(start, last.0) {
            *last = (start, After::of(self.glance.prefix(), start));
        }
        last.1.glance(rest).unwrap_or_else(|| self.of_whole(start, rest))
    }

    /// Turns words, the first bytes of rests behind the same start, into the glances at these texts. Gives the places
    /// of which the glance is right.
    pub(super) fn of_words(&self, start: &[u8], words: &mut Glances) -> Words {
        match After::of(self.glance.prefix(), start) {
            After::Told(glance) => {
                words.fill(glance);
                Words::ALL
            }
            After::Rest { word, bits } => {
                let right = Words::of(words, is_ascii);
                words.iter_mut().for_each(|own| *own = begun(word | lower(*own) >> bits));
                right
            }
            After::Prefix { .. } | After::All => Words::NONE,
        }
    }

    #[cold]
    fn of_whole(&self, start: &[u8], rest: &[u8]) -> u64 {
        self.glance.of(&[start, rest].concat())
    }
}

impl After {
    fn of(prefix: &[u8], start: &[u8]) -> Self {
        if !start.is_ascii() {
            return Self::All;
        }
        let start = start.to_ascii_lowercase();
        let shared = start.len().min(prefix.len());
        if start[..shared] != prefix[..shared] {
            return Self::Told(if *start < *prefix { 0 } else { u64::MAX });
        }
        let (over, missing) = (&start[shared..], &prefix[shared..]);
        let word = first_word(if missing.is_empty() { over } else { missing });
        let bits = |bytes: usize| u32::try_from(8 * bytes).unwrap_or(u32::MAX);
        match (over.len(), missing.len()) {
            // A glance has one byte less than a word.
            (WORD_BYTES.., _) => Self::Told(begun(word)),
            (over, 0) => Self::Rest { word, bits: bits(over) },
            (_, bytes @ 1..=WORD_BYTES) => Self::Prefix { word, mask: u64::MAX << (64 - 8 * bytes), bytes },
            _ => Self::All,
        }
    }

    /// `None` where it takes all of the text to tell.
    #[inline]
    fn glance(self, rest: &[u8]) -> Option<u64> {
        match self {
            Self::Told(glance) => Some(glance),
            Self::Rest { word, bits } => Some(begun(word | ascii(first_word(rest))? >> bits)),
            Self::Prefix { word, mask, bytes } => {
                let own = ascii(first_word(rest))? & mask;
                if own != word {
                    return Some(if own < word { 0 } else { u64::MAX });
                }
                ascii(first_word(rest.get(bytes..)?)).map(begun)
            }
            Self::All => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fleet::BLOCK;

    proptest! {
        #[test]
        fn a_glance_is_the_same_however_a_text_is_known(
            texts in proptest::collection::vec(("([aA]b)?[xX]{0,12}[-é]", "[aAbBxX0-9éİ~]{0,12}"), 1..3 * STARTS),
            prefix in "(ab)?x{0,12}-?[0-9bxé]{0,9}",
        ) {
            let glance = Glance::behind(prefix.as_bytes());
            let mut starts = AfterStarts::new(&glance);
            for (start, rest) in &texts {
                let whole = format!("{start}{rest}");
                prop_assert_eq!(starts.of(start.as_bytes(), rest.as_bytes()), glance.of(whole.as_bytes()));
                prop_assert_eq!(starts.of(b"", whole.as_bytes()), glance.of(whole.as_bytes()));
                let mut words = [first_word(rest.as_bytes()); BLOCK];
                if starts.of_words(start.as_bytes(), &mut words).has(0) {
                    prop_assert_eq!(words[0], glance.of(whole.as_bytes()));
                }
            }
        }
    }
}
