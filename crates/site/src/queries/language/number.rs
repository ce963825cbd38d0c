//! Numbers of queries.

use std::cmp::Ordering;

/// A decimal number, exact as far as whole numbers compare with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    /// The largest whole number that is not above it.
    floor: i128,
    /// Whether it is above that: it has a fraction.
    above: bool,
}

impl Number {
    /// Reads digits, with a minus before them and a fraction after a point where there are such. A number that is
    /// beyond every field's is as good as the largest or the smallest.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        // Halved, so that a floor one below the smallest still is a number.
        let whole = whole.parse().unwrap_or(i128::MAX / 2);
        let above = fraction.bytes().any(|byte| byte != b'0');
        let floor = match (negative, above) {
            (false, _) => whole,
            (true, false) => -whole,
            (true, true) => -whole - 1,
        };
        Some(Self { floor, above })
    }

    /// The largest whole number that is not above it.
    pub(super) fn floor(self) -> i128 {
        self.floor
    }

    /// The smallest whole number that is not below it.
    pub(super) fn ceiling(self) -> i128 {
        self.floor + i128::from(self.above)
    }

    /// How a whole number compares with it.
    pub(super) fn compare(self, seen: i64) -> Ordering {
        i128::from(seen).cmp(&self.floor).then(if self.above { Ordering::Less } else { Ordering::Equal })
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use super::*;

    #[test]
    fn whole_numbers_compare_with_fractions() {
        for (text, seen, wanted) in [
            ("7", 7, Equal),
            ("7.0", 7, Equal),
            ("7.25", 7, Less),
            ("7.25", 8, Greater),
            ("-7.25", -7, Greater),
            ("-7.25", -8, Less),
            ("-7", -7, Equal),
            ("007", 7, Equal),
            ("-0", 0, Equal),
            ("99999999999999999999999999999999999999999999", i64::MAX, Less),
            ("-99999999999999999999999999999999999999999999.5", i64::MIN, Greater),
        ] {
            assert_eq!(Number::new(text).unwrap().compare(seen), wanted, "{seen} and {text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "-", ".", "1.", ".5", "1e9", "+1", "1 ", "--1", "1.2.3", "٣", "0x1"] {
            assert_eq!(Number::new(text), None, "{text}");
        }
    }
}
