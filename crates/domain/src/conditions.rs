//! A rule's condition tree as it was given.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::error::FormError;
use crate::json::Strict;

/// Longest condition tree, in bytes of its JSON text.
pub const CONDITIONS_MAX_BYTES: usize = 256 * 1024;

/// The JSON of a condition tree, kept word for word: clients read a tree back, change their part of it and write it
/// again, so order and members we do not know must survive (netskope-v2 §6).
#[derive(Clone, PartialEq, Eq)]
pub struct Conditions(Arc<str>);

impl Conditions {
    /// Keeps `json`, an object without a member given twice.
    ///
    /// # Errors
    /// When it is not such an object, or longer than [`CONDITIONS_MAX_BYTES`].
    pub fn new(json: &str) -> Result<Self, FormError> {
        if json.len() > CONDITIONS_MAX_BYTES {
            let message = format!("must be at most {CONDITIONS_MAX_BYTES} bytes long");
            return Err(FormError::new("too_long", message));
        }
        match serde_json::from_str::<Strict>(json) {
            Ok(Strict) if json.trim_start().starts_with('{') => Ok(Self(json.into())),
            Ok(Strict) => Err(FormError::new("type", "must be an object such as {\"$and\": […]}")),
            Err(error) => Err(FormError::new("json", format!("must be strict JSON: {error}"))),
        }
    }

    /// The JSON text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The tree as a JSON value, members in alphabetical order.
    #[must_use]
    pub fn value(&self) -> Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Conditions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_kept_word_for_word() {
        let text = r#"{ "$or": [ {"x_check": {"b": 1.0, "a": 1}} ] }"#;
        assert_eq!(Conditions::new(text).unwrap().as_str(), text);
    }

    #[test]
    fn must_be_one_strict_object() {
        assert_eq!(Conditions::new("[]").unwrap_err().code, "type");
        assert_eq!(Conditions::new("{} {}").unwrap_err().code, "json");
        assert_eq!(Conditions::new(r#"{"$and":[],"$and":[]}"#).unwrap_err().code, "json");
        assert_eq!(Conditions::new(&" ".repeat(CONDITIONS_MAX_BYTES + 1)).unwrap_err().code, "too_long");
    }
}
