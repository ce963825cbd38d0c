//! Texts without case, compared without copying them as long as they are ASCII.

use std::cmp::Ordering;

use domain::fold;

pub(super) use crate::fleet::has_part;

/// Compares two texts without case.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    if a.is_ascii() && b.is_ascii() {
        a.bytes().map(lower).cmp(b.bytes().map(lower))
    } else {
        fold(a).cmp(&fold(b))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn both_agree_with_the_folded_texts(
            a in "[aAkK\u{212a}éÉσΣςİ ]{0,5}", b in "[aAkK\u{212a}éÉσΣςİ ]{0,2}"
        ) {
            prop_assert_eq!(compare(&a, &b), fold(&a).cmp(&fold(&b)));
            prop_assert_eq!(has_part(&a, &fold(&b)), fold(&a).contains(&fold(&b)));
        }
    }
}
