//! Bytes as hexadecimal digits.

/// Both digits of each byte, letters small.
pub(crate) const SMALL: [[u8; 2]; 256] = digits(b"0123456789abcdef");
/// Both digits of each byte, letters capital.
pub(crate) const CAPITAL: [[u8; 2]; 256] = digits(b"0123456789ABCDEF");

const fn digits(of: &[u8; 16]) -> [[u8; 2]; 256] {
    let mut digits = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        digits[byte] = [of[byte >> 4], of[byte & 15]];
        byte += 1;
    }
    digits
}

/// Whether these are digits, letters among them being small ones.
pub(crate) fn are_small(text: &[u8]) -> bool {
    text.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether these are digits, letters among them being capitals.
pub(crate) fn are_capital(text: &[u8]) -> bool {
    text.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'A'..=b'F'))
}

/// What one digit or two stand for.
pub(crate) fn value(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |byte, digit| {
        byte << 4
            | match digit {
                b'0'..=b'9' => digit - b'0',
                _ => (digit | 0x20).wrapping_sub(b'a' - 10),
            }
    })
}
