//! A text of a device.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use smallvec::SmallVec;

/// Bytes of the longest text that is put together without the heap: that of a UUID is, and of most addresses.
pub(super) const TEXT_BYTES: usize = 40;

/// A text as a fleet gives it: where it is kept in fewer bytes than it has, it is put together here, without the heap
/// unless it is long.
#[derive(Clone)]
pub struct Text<'a>(Kept<'a>);

#[derive(Clone)]
enum Kept<'a> {
    /// As it is kept.
    Whole(&'a str),
    /// Put together; valid UTF-8.
    Made(SmallVec<[u8; TEXT_BYTES]>),
}

impl<'a> Text<'a> {
    /// One that is kept as it is.
    pub(super) fn whole(text: &'a str) -> Self {
        Self(Kept::Whole(text))
    }

    /// One that was put together.
    pub(super) fn made(text: SmallVec<[u8; TEXT_BYTES]>) -> Self {
        Self(Kept::Made(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::Whole(text) => text,
            Kept::Made(text) => std::str::from_utf8(text).unwrap_or_default(),
        }
    }

    /// Whether it has no bytes; quicker than asking the text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Kept::Whole(text) => text.is_empty(),
            Kept::Made(text) => text.is_empty(),
        }
    }
}

/// An empty one.
impl Default for Text<'_> {
    fn default() -> Self {
        Self::whole("")
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<'a> From<Text<'a>> for Cow<'a, str> {
    fn from(text: Text<'a>) -> Self {
        match text.0 {
            Kept::Whole(text) => Cow::Borrowed(text),
            Kept::Made(_) => Cow::Owned(text.into()),
        }
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self::whole(text)
    }
}

impl From<Text<'_>> for String {
    fn from(text: Text<'_>) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
