//! A byte or two, looked for in short texts a word at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = ONES << 7;

/// Bytes of a word.
const WORD_BYTES: usize = 8;

/// One or two bytes of ASCII, no capitals and no control characters.
#[derive(Debug)]
pub(super) struct FewBytes {
    first: Wanted,
    second: Option<Wanted>,
}

/// A byte in each byte of a word.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    all: u64,
    /// The bit that makes a capital a small letter, which does so to nothing else that would be one.
    case: u64,
}

impl FewBytes {
    /// Those of a part without case, if it has no more.
    pub(super) fn of(folded: &str) -> Option<Self> {
        let wanted = |byte: u8| Wanted {
            all: ONES * u64::from(byte),
            case: if byte.is_ascii_lowercase() { ONES << 5 } else { 0 },
        };
        let (first, second) = match *folded.as_bytes() {
            [first] => (first, None),
            [first, second] => (first, Some(second)),
            _ => return None,
        };
        let are_seen = folded.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        are_seen.then(|| Self { first: wanted(first), second: second.map(wanted) })
    }

    /// Whether a text has them, in any case; of letters right for texts of ASCII only.
    #[inline]
    pub(super) fn are_in(&self, text: &[u8]) -> bool {
        let Some(last) = text.last_chunk() else { return self.are_in_word(short_word(text)) };
        // Those of two may lie across where one word ends.
        let step = WORD_BYTES - usize::from(self.second.is_some());
        let mut before = (0..text.len() - WORD_BYTES).step_by(step).filter_map(|at| text[at..].first_chunk());
        let has = |word: &[u8; WORD_BYTES]| self.are_in_word(u64::from_le_bytes(*word));
        has(last) || before.any(has)
    }

    #[inline]
    fn are_in_word(&self, word: u64) -> bool {
        // What is none of it is where they are.
        let other = self.first.other(word) | self.second.map_or(0, |second| second.other(word >> 8));
        // Taking one from each byte sets the highest bit of the first that is none.
        other.wrapping_sub(ONES) & !other & HIGHEST != 0
    }
}

impl Wanted {
    /// In which bits each byte of a word is another.
    #[inline]
    fn other(self, word: u64) -> u64 {
        (word | self.case) ^ self.all
    }
}

/// The bytes of a text that is shorter than a word, zeros behind.
#[inline]
fn short_word(text: &[u8]) -> u64 {
    match (text.first_chunk(), text.last_chunk()) {
        // Four and four, perhaps over one another.
        (Some(first), Some(last)) => {
            let [first, last] = [*first, *last].map(|four| u64::from(u32::from_le_bytes(four)));
            first | last << (8 * (text.len() - 4))
        }
        _ => text.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::part::has_part;
    use super::*;

    proptest! {
        #[test]
        fn a_text_has_them_in_any_case(
            text in "[ -~\u{0}\u{1}]{0,30}|[@Aa`]{0,30}", wanted in "[ -@\\[-~]{1,2}|[@a`]{2}",
        ) {
            prop_assert_eq!(FewBytes::of(&wanted).unwrap().are_in(text.as_bytes()), has_part(&text, &wanted));
        }

        #[test]
        fn wherever_they_stand_they_are_found(before in 0..40_usize, behind in 0..40_usize, wanted in "[a-z]{1,2}") {
            let text = format!("{}{}{}", "-".repeat(before), wanted.to_uppercase(), "-".repeat(behind));
            prop_assert!(FewBytes::of(&wanted).unwrap().are_in(text.as_bytes()));
        }

        #[test]
        fn digits_are_bytes_of_any_text(text in "[±é1-3a]{0,20}", wanted in "[1-3]{1,2}") {
            prop_assert_eq!(FewBytes::of(&wanted).unwrap().are_in(text.as_bytes()), has_part(&text, &wanted));
        }
    }

    #[test]
    fn no_more_than_two_that_are_seen() {
        for none in ["", "abc", "é", "\n", "a\0"] {
            assert!(FewBytes::of(none).is_none(), "{none:?}");
        }
    }
}
