//! Versions as queries compare them.

use std::cmp::Ordering;

use super::text;

/// Compares the numbers that two versions begin with one by one, a missing one being 0, then what follows them
/// without case: `9.10` is above `9.9`, `10.0` is `10`, and `13.4` is not `13.4c`.
pub(in crate::queries) fn compare(a: &str, b: &str) -> Ordering {
    let ((a_numbers, a_rest), (b_numbers, b_rest)) = (split(a), split(b));
    let (mut a_numbers, mut b_numbers) = (numbers(a_numbers), numbers(b_numbers));
    loop {
        match (a_numbers.next(), b_numbers.next()) {
            (None, None) => return text::compare(a_rest, b_rest),
            (a, b) => match a.unwrap_or(0).cmp(&b.unwrap_or(0)) {
                Ordering::Equal => {}
                unequal => return unequal,
            },
        }
    }
}

/// Whether a version begins with a number, without which it is neither above nor below another.
pub(super) fn has_numbers(version: &str) -> bool {
    version.starts_with(|c: char| c.is_ascii_digit())
}

fn split(version: &str) -> (&str, &str) {
    let end = version.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(version.len());
    version.split_at(end)
}

/// As `domain::OsVersion` reads them: an empty part counts 0, one beyond u64 counts as the largest.
fn numbers(text: &str) -> impl Iterator<Item = u64> {
    text.split('.').map(|part| if part.is_empty() { 0 } else { part.parse().unwrap_or(u64::MAX) })
}

#[cfg(test)]
mod tests {
    use domain::OsVersion;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zeros_at_the_end_make_no_difference_and_letters_do() {
        assert_eq!(compare("10.0", "10"), Ordering::Equal);
        assert_eq!(compare("9.10", "9.9"), Ordering::Greater);
        assert_eq!(compare("13.4", "13.4c"), Ordering::Less);
        assert_eq!(compare("13.4C", "13.4.0c"), Ordering::Equal);
        assert_eq!(compare("rolling", "other"), Ordering::Greater);
    }

    proptest! {
        #[test]
        fn where_the_numbers_differ_it_is_the_order_of_os_versions(
            a in "[0-9]{1,3}(\\.[0-9]{0,3}){0,4}[a-z]{0,2}",
            b in "[0-9]{1,3}(\\.[0-9]{0,3}){0,4}[a-z]{0,2}",
        ) {
            let (x, y) = (OsVersion::new(&a).unwrap(), OsVersion::new(&b).unwrap());
            if x.numbers() != y.numbers() {
                prop_assert_eq!(compare(&a, &b), x.cmp(&y));
            }
        }
    }
}
