//! Texts that compare without case.

use domain::fold;

/// A text in the form in which it compares without case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folded {
    text: Box<str>,
    /// Whether no text beyond ASCII folds to it or to what it begins: it is of ASCII and has no `k`, to which the
    /// Kelvin sign folds.
    from_ascii: bool,
}

impl Folded {
    /// Folds a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text = fold(text);
        Self { from_ascii: text.is_ascii() && !text.contains('k'), text: text.into() }
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `other` folds to this text followed by nothing, or if not `whole` by nothing or a space.
    pub(crate) fn begins(&self, other: &str, whole: bool) -> bool {
        let cut = other.as_bytes().split_at_checked(self.text.len());
        if cut
            .is_some_and(|(start, rest)| ends(rest, whole) && same_but_for_case(self.text.as_bytes(), start))
        {
            return true;
        }
        let rest = |folded: &str| folded.strip_prefix(&*self.text).map(|rest| ends(rest.as_bytes(), whole));
        !self.from_ascii && !other.is_ascii() && rest(&fold(other)) == Some(true)
    }

    /// Whether `other` folds to this text. Allocates only for a text outside ASCII that differs.
    #[must_use]
    #[inline]
    pub fn same(&self, other: &str) -> bool {
        same_but_for_case(self.text.as_bytes(), other.as_bytes())
            || (!self.from_ascii && !other.is_ascii() && *fold(other) == *self.text)
    }
}

fn ends(rest: &[u8], whole: bool) -> bool {
    rest.is_empty() || (!whole && rest[0] == b' ')
}

/// Whether `other` is the folded text but for the case of letters of ASCII; then it folds to it. Eight bytes are
/// compared at once, the last eight first, since texts that differ often begin alike.
fn same_but_for_case(folded: &[u8], other: &[u8]) -> bool {
    if folded.len() != other.len() {
        return false;
    }
    match (folded.last_chunk(), other.last_chunk()) {
        (Some(folded_end), Some(other_end)) => {
            let mut chunks = folded.as_chunks().0.iter().zip(other.as_chunks().0);
            is_eight(folded_end, other_end) && chunks.all(|(folded, other)| is_eight(folded, other))
        }
        _ => folded.eq_ignore_ascii_case(other),
    }
}

/// All of them, rather than to the first that is not: so they are looked at at once.
#[inline]
fn is_eight(folded: &[u8; 8], other: &[u8; 8]) -> bool {
    folded
        .iter()
        .zip(other)
        .fold(true, |same, (folded, other)| same & (*folded == other.to_ascii_lowercase()))
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
        assert!(Folded::new("ΟΔΟΣ").same("οδος") && Folded::new("οδος").same("ΟΔΟΣ"));
        assert!(Folded::new("ΟΔΟΣ").begins("οδος 7", false));
    }

    #[test]
    fn of_all_signs_beyond_ascii_only_the_kelvin_sign_folds_to_ascii() {
        let beyond = (char::MIN..=char::MAX).filter(|sign| !sign.is_ascii());
        let folds_to_ascii = |sign: &char| fold(&sign.to_string()).is_ascii();
        assert_eq!(beyond.filter(folds_to_ascii).collect::<String>(), "\u{212a}");
    }

    /// Texts of which many are the same but for case, or begin so.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            "[aAiIkK\u{212a}éÉσΣςİ ]{0,3}",
            "[aA]{0,20}",
            "([aA]{7}|[kK]{8}|\u{212a}{5}|[zZ][@`\\[{ ]|ς|Σ| ){0,3}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn same_is_equality_of_the_folded_texts(a in text(), b in text()) {
            prop_assert_eq!(Folded::new(&a).same(&b), fold(&a) == fold(&b));
            prop_assert!(Folded::new(&a).same(&a));
            prop_assert!(Folded::new(&a).same(&a.to_ascii_uppercase()) || !a.is_ascii());
        }

        #[test]
        fn begins_is_said_of_the_folded_texts(a in text(), b in text(), c in text()) {
            for other in [b.clone(), format!("{a}{b}"), format!("{a} {c}")] {
                let rest = fold(&other).strip_prefix(&fold(&a)).map(str::to_owned);
                let whole = rest.as_deref() == Some("");
                prop_assert_eq!(Folded::new(&a).begins(&other, true), whole);
                let word = rest.is_some_and(|rest| rest.starts_with(' '));
                prop_assert_eq!(Folded::new(&a).begins(&other, false), whole || word);
            }
        }
    }
}
