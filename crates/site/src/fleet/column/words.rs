//! The first bytes of what all texts of a block have besides what they share.

use std::array;

use super::texts::{Form, Texts};

/// Bytes of a word.
const WORD_BYTES: usize = 8;

impl Texts {
    /// Tells `told` which of [`Self::starts`] each text has, and the first eight bytes of what it has behind that, the
    /// first highest, zeros where there are no more. It is not told of places that have no text, nor of the last ones,
    /// which have nothing behind them and are few; and of none where texts are kept otherwise.
    #[inline]
    pub(crate) fn each_word(&self, mut told: impl FnMut(usize, u8, u64)) {
        let bytes = self.lists.values();
        let masks: [u64; WORD_BYTES + 1] = array::from_fn(|count| match count {
            0 => 0,
            count => u64::MAX << (8 * (WORD_BYTES - count)),
        });
        let masked =
            |word: &[u8; WORD_BYTES], count: usize| u64::from_be_bytes(*word) & masks[count.min(WORD_BYTES)];
        match &self.form {
            Form::Whole => self.lists.each_range(|place, range| {
                let word = bytes.get(range.start..).and_then(<[u8]>::first_chunk);
                if let Some(word) = word.filter(|_| !range.is_empty()) {
                    told(place, 0, masked(word, range.len()));
                }
            }),
            Form::Parted(shared) if shared.is_of_starts() => self.lists.each_range(|place, range| {
                let first: Option<&[u8; 1 + WORD_BYTES]> =
                    bytes.get(range.start..).and_then(<[u8]>::first_chunk);
                if let Some([code, word @ ..]) = first.filter(|_| !range.is_empty()) {
                    told(place, *code, masked(word, range.len() - 1));
                }
            }),
            Form::Parted(_) | Form::Shaped(_) => {}
        }
    }
}
