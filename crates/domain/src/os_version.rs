//! Versions of operating systems.

use std::cmp::Ordering;
use std::fmt;

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::error::FormError;
use crate::text::{length, printable, trimmed};

/// Longest version, in characters.
pub const OS_VERSION_MAX_CHARS: usize = 64;

/// A version as a device reports it or a rule asks for it: the text, and the numbers it begins with.
///
/// `10.0.19045`, `10.0 (2009)` and `13.4.1c` have numbers; a text such as `rolling` has none and can satisfy no
/// lower bound but "0". Versions are totally ordered: by numbers, a missing one being 0, then by text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OsVersion {
    text: SmolStr,
    numbers: Box<[u64]>,
}

impl OsVersion {
    /// Takes a version as reported: 1–64 characters without control characters.
    ///
    /// # Errors
    /// Says which rule of the form is broken.
    pub fn new(text: &str) -> Result<Self, FormError> {
        let text = trimmed(text);
        length(text, 1, OS_VERSION_MAX_CHARS)?;
        printable(text)?;
        Ok(Self { text: text.into(), numbers: leading_numbers(text) })
    }

    /// Takes the lower bound of a rule: it must begin with a number.
    ///
    /// # Errors
    /// As [`OsVersion::new`], and for a text without numbers.
    pub fn bound(text: &str) -> Result<Self, FormError> {
        let version = Self::new(text)?;
        if version.text.starts_with(|c: char| c.is_ascii_digit()) {
            return Ok(version);
        }
        Err(FormError::new(
            "version",
            "must begin with a number, such as 10.0.19045, or be 0 for any version",
        ))
    }

    /// The text, as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the text begins with a number at all.
    #[must_use]
    pub fn has_numbers(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// The leading numbers without trailing zeros: `10.0` and `10` have the same.
    #[must_use]
    pub fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    /// Compares number by number, missing ones being 0, and nothing else.
    #[must_use]
    pub fn at_least(&self, bound: &Self) -> bool {
        self.numbers >= bound.numbers
    }
}

impl PartialOrd for OsVersion {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OsVersion {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| self.text.cmp(&other.text))
    }
}

impl fmt::Display for OsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn leading_numbers(text: &str) -> Box<[u64]> {
    let mut numbers = SmallVec::<[u64; 8]>::new();
    // A part that is empty (`10..1`) counts 0, one beyond u64 counts as the largest.
    let mut number = 0_u64;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => number = number.saturating_mul(10).saturating_add(u64::from(byte - b'0')),
            b'.' => numbers.push(std::mem::take(&mut number)),
            _ => break,
        }
    }
    numbers.push(number);
    // Without trailing zeros the order of slices is the order of versions.
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    numbers.as_slice().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(text: &str) -> OsVersion {
        OsVersion::new(text).unwrap()
    }

    #[test]
    fn numbers_compare_one_by_one() {
        assert!(version("10.0.19045") < version("10.0.22631"));
        assert!(version("10.0.22631").at_least(&version("10")));
        assert!(version("9.10").at_least(&version("9.9")));
        assert!(version("10").at_least(&version("10.0.0")));
        assert!(version("10.0 (2009)").at_least(&version("10.0")));
        assert!(!version("12.6").at_least(&version("13.0")));
        assert!(version("rolling").at_least(&version("0")));
        assert!(!version("rolling").has_numbers());
        assert_eq!(version("1..99999999999999999999.0b7").numbers(), [1, 0, u64::MAX]);
    }

    #[test]
    fn a_bound_needs_a_number() {
        assert!(OsVersion::bound("0").is_ok());
        assert_eq!(OsVersion::bound("any").unwrap_err().code, "version");
        assert_eq!(OsVersion::bound("").unwrap_err().code, "length");
    }

    proptest! {
        #[test]
        fn the_order_is_total_and_agrees_with_a_naive_one(
            a in "[0-9]{1,3}(\\.[0-9]{0,3}){0,4}[a-z]{0,2}",
            b in "[0-9]{1,3}(\\.[0-9]{0,3}){0,4}[a-z]{0,2}",
            c in "[0-9]{1,3}(\\.[0-9]{0,3}){0,4}[a-z]{0,2}",
        ) {
            let (x, y, z) = (version(&a), version(&b), version(&c));
            prop_assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
            prop_assert_eq!(x.cmp(&y) == Ordering::Equal, x == y);
            if x <= y && y <= z {
                prop_assert!(x <= z);
            }
            prop_assert_eq!(x.at_least(&y), naive_at_least(&a, &b));
        }
    }

    fn naive_at_least(a: &str, b: &str) -> bool {
        let parts = |text: &str| -> Vec<u64> {
            text.trim_end_matches(|c: char| c.is_ascii_lowercase())
                .split('.')
                .map(|part| part.parse().unwrap_or(0))
                .collect()
        };
        let (a, b) = (parts(a), parts(b));
        for place in 0..a.len().max(b.len()) {
            let (x, y) = (a.get(place).unwrap_or(&0), b.get(place).unwrap_or(&0));
            if x != y {
                return x > y;
            }
        }
        true
    }
}
