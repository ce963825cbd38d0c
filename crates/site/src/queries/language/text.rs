//! Texts without case, compared without copying them as long as they are ASCII.

use std::cmp::Ordering;

use domain::fold;
/// Compares two texts without case.
pub(super) fn compare(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    if a.is_ascii() && b.is_ascii() {
        a.bytes().map(lower).cmp(b.bytes().map(lower))
    } else {
        fold(a).cmp(&fold(b))
    }
}

/// Whether `text` holds `part`, which is without case, in any case.
pub(in crate::queries) fn has_part(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return fold(text).contains(part);
    }
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some((first, rest)) = part.split_first() else { return true };
    // Texts here are a few words long: what a search algorithm prepares would cost more than it saves.
    text.iter().enumerate().any(|(place, byte)| {
        byte.to_ascii_lowercase() == *first
            && text[place + 1..].get(..rest.len()).is_some_and(|found| found.eq_ignore_ascii_case(rest))
    })
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
