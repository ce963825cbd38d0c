//! The text of a token.

use std::fmt;

use domain::TokenHash;

const PREFIX: &str = "fm_";
const RANDOM_BYTES: usize = 20;
/// 62^27 is just above 2^160.
const RANDOM_DIGITS: usize = 27;
/// 62^6 is above 2^32.
const CHECKSUM_DIGITS: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A token as its holder presents it: `fm_`, 160 random bits and the CRC-32 of all that, in letters and digits. The
/// prefix lets scanners find one that leaked, the checksum tells a mistyped one from a revoked one.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenText(String);

impl TokenText {
    /// A new one.
    #[must_use]
    pub fn generate() -> Self {
        Self::from_random(random())
    }

    fn from_random(mut random: [u8; RANDOM_BYTES]) -> Self {
        let digits: [u8; RANDOM_DIGITS] =
            std::array::from_fn(|_| DIGITS[usize::from(divide_by_62(&mut random))]);
        let mut text: String = PREFIX.chars().chain(digits.map(char::from)).collect();
        let checksum = checksum(&text);
        text.extend(checksum.map(char::from));
        Self(text)
    }

    /// Whether `text` has the form of these tokens, checksum included.
    #[must_use]
    pub fn is_well_formed(text: &str) -> bool {
        let whole = PREFIX.len() + RANDOM_DIGITS + CHECKSUM_DIGITS;
        if text.len() != whole || !text.starts_with(PREFIX) || !text.is_ascii() {
            return false;
        }
        let (body, given) = text.split_at(whole - CHECKSUM_DIGITS);
        given.as_bytes() == checksum(body)
    }

    /// The text, to be shown once.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(…)")
    }
}

fn checksum(text: &str) -> [u8; CHECKSUM_DIGITS] {
    let mut rest = crc32fast::hash(text.as_bytes());
    std::array::from_fn(|_| {
        let digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
        digit
    })
}

/// Divides a big-endian number and gives the remainder.
fn divide_by_62(number: &mut [u8]) -> u8 {
    let mut rest = 0;
    for byte in number {
        let value = rest << 8 | u16::from(*byte);
        *byte = (value / 62).to_le_bytes()[0];
        rest = value % 62;
    }
    rest.to_le_bytes()[0]
}

#[expect(clippy::disallowed_methods, reason = "the edge is where tokens are made")]
fn random() -> [u8; RANDOM_BYTES] {
    let mut bytes = [0; RANDOM_BYTES];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_well_formed_until_a_character_changes() {
        let token = TokenText::generate();
        let text = token.as_str();
        assert_eq!(text.len(), 36);
        assert!(TokenText::is_well_formed(text));
        for place in 0..text.len() {
            let mut other = text.to_owned().into_bytes();
            other[place] = if other[place] == b'x' { b'y' } else { b'x' };
            assert!(!TokenText::is_well_formed(std::str::from_utf8(&other).unwrap()), "{place}");
        }
        assert!(!TokenText::is_well_formed("fm_") && !TokenText::is_well_formed(&"é".repeat(18)));
    }

    #[test]
    fn all_bits_are_in_the_text() {
        let texts = |byte: usize, bit: u8| {
            let mut random = [0xFF; RANDOM_BYTES];
            random[byte] ^= 1 << bit;
            TokenText::from_random(random).0
        };
        let all: std::collections::BTreeSet<_> =
            (0..RANDOM_BYTES).flat_map(|byte| (0..8).map(move |bit| texts(byte, bit))).collect();
        assert_eq!(all.len(), 160);
        assert!(!format!("{:?}", TokenText::generate()).contains("fm_"));
    }
}
