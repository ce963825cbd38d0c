//! Texts.

use super::lists::Lists;

/// One text a device.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::fleet) struct Texts(pub(in crate::fleet) Lists<u8>);

impl Texts {
    /// The text; empty where none was set.
    pub(in crate::fleet) fn get(&self, place: usize) -> &str {
        // Only whole texts are set, so each list is one.
        std::str::from_utf8(self.0.get(place)).unwrap_or_default()
    }

    /// Whether the text is `text`; quicker than comparing what `get` gives.
    pub(in crate::fleet) fn is(&self, place: usize, text: &str) -> bool {
        self.0.get(place) == text.as_bytes()
    }

    /// Whether the text is `text`, whatever the case of ASCII letters.
    pub(in crate::fleet) fn is_ignoring_ascii_case(&self, place: usize, text: &str) -> bool {
        self.0.get(place).eq_ignore_ascii_case(text.as_bytes())
    }

    pub(in crate::fleet) fn set(&mut self, place: usize, text: &str) {
        self.0.set(place, text.as_bytes());
    }

    /// Bytes that they take besides themselves.
    pub(in crate::fleet) fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}
