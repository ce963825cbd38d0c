//! Moments as answers show them.

use std::fmt;

use serde::{Serialize, Serializer};

/// A moment in RFC 3339 with milliseconds, `2026-01-31T00:00:00.000Z`, kept without the heap: an answer has many.
// Aligned as words are, so that what shows it to be a text looks at words.
#[repr(align(8))]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Moment([u8; Self::LENGTH]);

impl Moment {
    /// How many characters it has.
    pub const LENGTH: usize = 24;

    /// From its characters.
    #[must_use]
    pub const fn new(characters: [u8; Self::LENGTH]) -> Self {
        Self(characters)
    }

    /// The text; empty if the characters were none of a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Serialize for Moment {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
