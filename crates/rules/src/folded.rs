//! Texts that compare without case.

use domain::fold;

/// A text in the form in which it compares without case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folded(Box<str>);

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(fold(text).into())
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` folds to this text followed by nothing, or if not `whole` by nothing or a space.
    pub(crate) fn begins(&self, other: &str, whole: bool) -> bool {
        if other.is_ascii() {
            let Some((start, rest)) = other.as_bytes().split_at_checked(self.0.len()) else { return false };
            ends(rest, whole) && start.eq_ignore_ascii_case(self.0.as_bytes())
        } else {
            fold(other).strip_prefix(&*self.0).is_some_and(|rest| ends(rest.as_bytes(), whole))
        }
    }

    /// Whether `other` folds to this text. Allocates only for a text outside ASCII that differs.
    #[must_use]
    pub fn same(&self, other: &str) -> bool {
        self.0.eq_ignore_ascii_case(other) || (!other.is_ascii() && *fold(other) == *self.0)
    }
}

fn ends(rest: &[u8], whole: bool) -> bool {
    rest.is_empty() || (!whole && rest[0] == b' ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_beyond_ascii_fold_too() {
        assert!(Folded::new("BÜRO").same("büro"));
        assert!(Folded::new("k").same("\u{212a}"), "the Kelvin sign folds to k");
        assert!(!Folded::new("k").same("ck"));
    }

    proptest! {
        #[test]
        fn same_is_equality_of_the_folded_texts(a in "[aAkK\u{212a}éÉσΣςİ ]{0,3}", b in "[aAkK\u{212a}éÉσΣςİ ]{0,3}") {
            prop_assert_eq!(Folded::new(&a).same(&b), a.to_lowercase() == b.to_lowercase());
        }
    }
}
