//! Codes for few values.

/// Twice as many as there are codes.
const SLOTS: usize = 512;

/// Few different values, each with a code: its place among them.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Codes<T> {
    listed: Vec<T>,
    /// By where the search for a value begins: its code and one more, 0 where there is none.
    slots: [u16; SLOTS],
}

impl<T> Default for Codes<T> {
    fn default() -> Self {
        Self { listed: Vec::new(), slots: [0; SLOTS] }
    }
}

impl<T: Copy + Eq> Codes<T> {
    /// The code of a value, which gets one if it has none; `None` if `most`, at most 256, are given out. The same values
    /// have the same `word`, and different ones mostly different words.
    #[inline]
    pub(in crate::fleet) fn code(&mut self, value: T, word: u64, most: usize) -> Option<u8> {
        let mut slot = slot_of(word);
        loop {
            match self.slots[slot] {
                0 if self.listed.len() >= most => return None,
                0 => {
                    let code = u8::try_from(self.listed.len()).ok()?;
                    self.listed.push(value);
                    self.slots[slot] = u16::from(code) + 1;
                    return Some(code);
                }
                known if self.listed[usize::from(known - 1)] == value => return u8::try_from(known - 1).ok(),
                _ => slot = (slot + 1) % SLOTS,
            }
        }
    }

    /// The values by their codes.
    pub(in crate::fleet) fn into_listed(self) -> Vec<T> {
        self.listed
    }
}

/// Where the search for a value begins.
fn slot_of(word: u64) -> usize {
    // Fibonacci hashing: the highest 9 bits are the best mixed ones.
    let [.., seventh, eighth] = word.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes();
    usize::from(eighth) << 1 | usize::from(seventh >> 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_the_codes_that_they_got_first() {
        for step in [1, 512, 70_000] {
            let mut codes = Codes::default();
            for round in 0..2 {
                for value in 0..256_u64 {
                    let code = codes.code(value * step, value * step, 256);
                    assert_eq!(code.map(u64::from), Some(value), "in round {round}");
                }
                assert_eq!(codes.code(256 * step, 256 * step, 256), None);
            }
            assert!(codes.into_listed().into_iter().eq((0..256).map(|value| value * step)));
        }
    }

    #[test]
    fn values_of_one_word_are_told_apart() {
        let mut codes = Codes::default();
        assert_eq!(
            ["a", "b", "a", "c"].map(|value| codes.code(value, 7, 2)),
            [Some(0), Some(1), Some(0), None]
        );
    }
}
