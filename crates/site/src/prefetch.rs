//! Memory that is needed next, fetched while other memory is looked at: a processor foresees what lies behind that, not
//! that another column follows.

use branches::prefetch_read_data;

use crate::byte_pattern::AT_ONCE;

/// Bytes that are looked at next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Prefetch<'b>(&'b [u8]);

impl<'b> Prefetch<'b> {
    /// Fetched as so many others are looked at.
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
        // As many as a line of the cache has: one fetch for each look.
        const { assert!(AT_ONCE == 64) };
        Self(bytes)
    }

    /// Has the line fetched that is at the place of what is looked at.
    #[inline]
    pub(crate) fn line(self, at: usize) {
        if let Some(byte) = self.0.get(at) {
            prefetch_read_data::<_, 0>(byte);
        }
    }
}
