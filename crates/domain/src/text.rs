//! Texts with a rule of form: names, descriptions, and the short texts that devices report.

use std::cmp::Ordering;

use crate::error::FormError;

/// Longest name of a tag, a classification or a rule, in characters.
pub const NAME_MAX_CHARS: usize = 80;
/// Longest description, in characters.
pub const DESCRIPTION_MAX_CHARS: usize = 255;

/// A text in the form by which names are compared: without case. Each character is folded alone, wherever it stands: a
/// part of a text folds to a part of what the whole folds to, and the sigma that ends a word is the one within it.
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    folded(text).collect()
}

/// Compares two texts in the form that [`fold`] gives them, which is not made for it.
#[must_use]
pub fn cmp_folded(one: &str, other: &str) -> Ordering {
    // The order of texts is that of their characters, and these are bytes where they are ASCII.
    if one.is_ascii() && other.is_ascii() {
        let lower = |byte: u8| byte.to_ascii_lowercase();
        return one.bytes().map(lower).cmp(other.bytes().map(lower));
    }
    folded(one).cmp(folded(other))
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).map(|char| if char == 'ς' { 'σ' } else { char })
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(smol_str::SmolStr);

        impl $name {
            /// Takes a text of this form, spaces at its ends removed.
            ///
            /// # Errors
            /// Says which rule of the form is broken.
            pub fn new(text: &str) -> Result<Self, FormError> {
                let check: fn(&str) -> Result<(), FormError> = $check;
                let text = $crate::text::trimmed(text);
                check(text).map(|()| Self(text.into()))
            }

            /// The text, as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}
pub(crate) use text;

text! {
    /// Name of a classification: 1–80 of letters, digits, hyphen, space and `( ) . _` (netskope-v2 §4).
    ClassificationName, |text| { length(text, 1, NAME_MAX_CHARS)?; letters(text, "-()._ ") }
}
text! {
    /// Name of a rule, in the form of a classification's (netskope-v2 §6).
    RuleName, |text| { length(text, 1, NAME_MAX_CHARS)?; letters(text, "-()._ ") }
}
text! {
    /// Name of a device tag: 1–80 characters, no control characters (alloyscan, Tags).
    TagName, |text| { length(text, 1, NAME_MAX_CHARS)?; printable(text) }
}
text! {
    /// Description of a classification or tag: at most 255 characters, any text (netskope-v2 §4).
    Description, |text| length(text, 0, DESCRIPTION_MAX_CHARS)
}
text! {
    /// Who acts: the owner of a token, as `modifiedBy` and the change log show it; 1–255 characters.
    Owner, |text| { length(text, 1, 255)?; printable(text) }
}
text! {
    /// A short text that a device reports of itself (host name, make, edition, event, …): 1–255 characters.
    Label, |text| { length(text, 1, 255)?; printable(text) }
}

impl TagName {
    /// The narrower form in which the Netskope dialect makes tags: letters, digits, hyphen, space (netskope-v2 §8).
    ///
    /// # Errors
    /// Says which rule of the form is broken.
    pub fn netskope(text: &str) -> Result<Self, FormError> {
        letters(text, "- ")?;
        Self::new(text)
    }
}

impl Description {
    /// The narrower form of a tag's description in the Netskope dialect: as its name, or empty (netskope-v2 §8).
    ///
    /// # Errors
    /// Says which rule of the form is broken.
    pub fn netskope(text: &str) -> Result<Self, FormError> {
        length(text.trim(), 0, NAME_MAX_CHARS)?;
        letters(text, "- ")?;
        Self::new(text)
    }

    /// No description.
    #[must_use]
    pub fn empty() -> Self {
        Self("".into())
    }
}

/// A text without the spaces at its ends. Few have any, and most of those that have none show it by two bytes.
#[must_use]
pub fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

pub(crate) fn length(text: &str, min: usize, max: usize) -> Result<(), FormError> {
    // No more characters than bytes: what is short enough in bytes need not be counted, and what is far too long
    // in bytes neither.
    let short = text.len() <= max && (min == 0 || !text.is_empty());
    let fits = || text.len() <= max.saturating_mul(4) && (min..=max).contains(&text.chars().count());
    if (short && min <= 1) || fits() {
        return Ok(());
    }
    let message = match (text.is_empty(), min) {
        (true, 1..) => "must not be empty".to_owned(),
        (_, 0) => format!("must be at most {max} characters long"),
        _ => format!("must be {min} to {max} characters long"),
    };
    Err(FormError::new("length", message))
}

pub(crate) fn printable(text: &str) -> Result<(), FormError> {
    // All of them, rather than to the first that is not: so several bytes are looked at at once.
    let plain = text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~'));
    if plain || !text.chars().any(char::is_control) {
        return Ok(());
    }
    Err(FormError::new("control_character", "must not contain control characters"))
}

fn letters(text: &str, others: &str) -> Result<(), FormError> {
    if text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c)) {
        return Ok(());
    }
    let others = others.trim_end().chars().map(String::from).collect::<Vec<_>>().join(" ");
    let message = format!("may hold letters, digits, spaces and {others} only");
    Err(FormError::new("characters", message))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_compare_as_their_folded_forms(one in "[abAB -]{0,3}.{0,2}", other in "[abAB -]{0,3}.{0,2}") {
            prop_assert_eq!(cmp_folded(&one, &other), fold(&one).cmp(&fold(&other)));
        }
    }

    proptest! {
        #[test]
        fn spaces_of_any_kind_are_taken_off_the_ends(text in "[ \t\u{a0}\u{2003}a]{0,2}.{0,2}[ \u{3000}\u{85}é]{0,2}") {
            prop_assert_eq!(trimmed(&text), text.trim());
        }
    }

    #[test]
    fn names_hold_what_their_contract_allows() {
        assert!(ClassificationName::new("Low (2.0)_x-y").is_ok());
        assert_eq!(ClassificationName::new("a/b").unwrap_err().code, "characters");
        assert_eq!(ClassificationName::new("  ").unwrap_err().message, "must not be empty");
        assert!(TagName::new("Büro №1").is_ok());
        assert!(TagName::netskope("Büro").is_err());
        assert!(TagName::netskope("a\nb").is_err());
        assert_eq!(TagName::new(&"x".repeat(81)).unwrap_err().message, "must be 1 to 80 characters long");
        assert!(TagName::new(&"é".repeat(80)).is_ok());
    }

    #[test]
    fn spaces_at_the_ends_are_no_part_of_a_name() {
        assert_eq!(TagName::new("  low risk ").unwrap().as_str(), "low risk");
    }

    #[test]
    fn a_part_of_a_text_folds_to_a_part_of_the_whole() {
        assert_eq!(fold("ΟΔΟΣ Ä"), fold("οδος ä"));
        assert_eq!(fold("ΟΔΟΣ") + &fold("Α"), fold("ΟΔΟΣΑ"));
        assert_eq!((fold("\u{212a}"), fold("İ")), ("k".to_owned(), "i\u{307}".to_owned()));
        assert_eq!(fold("X.Exe"), "x.exe");
    }
}
