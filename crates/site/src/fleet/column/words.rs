//! The first bytes of what all texts of a block have besides what they share.

use std::array;

use rules::block::Words;

use super::BLOCK;
use super::texts::{Form, Texts};

/// Bytes of a word.
const WORD_BYTES: usize = 8;

impl Texts {
    /// How the first text starts, as mostly nearly all do, and where these are. Puts the first eight bytes of what each
    /// of them has behind that into `words`, the first highest, zeros where there are no more; what is there for others
    /// may be any.
    /// `None` where they are kept otherwise, or the first of them shares no start.
    pub(in crate::fleet) fn words(&self, words: &mut [u64; BLOCK]) -> Option<(&[u8], Words)> {
        let Form::Parted(shared) = &self.form else { return None };
        let bytes = self.lists.values();
        let code = bytes.first().filter(|code| **code > 0 && shared.is_of_starts())?;
        let masks: [u64; WORD_BYTES + 1] = array::from_fn(|count| match count {
            0 => 0,
            count => u64::MAX << (8 * (WORD_BYTES - count)),
        });
        let mut is_alike = [false; BLOCK];
        self.lists.each_range(|place, range| {
            // The last ones have nothing behind them, and are few.
            let Some([own_code, own @ ..]) = bytes.get(range.start..).and_then(<[u8]>::first_chunk::<9>)
            else {
                return;
            };
            let count = range.len().saturating_sub(1).min(WORD_BYTES);
            words[place] = u64::from_be_bytes(*own) & masks[count];
            is_alike[place] = own_code == code && !range.is_empty();
        });
        Some((shared.halves(&bytes[..1]).0, Words::of(&is_alike, |is_alike| is_alike)))
    }
}
