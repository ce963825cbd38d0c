//! Memory that is needed next, fetched while other memory is looked at: a processor foresees what lies behind that, not
//! that another column follows.

use branches::prefetch_read_data;

/// Bytes of a line of the cache.
pub(crate) const LINE: usize = 64;

/// Bytes that are looked at next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Prefetch<'b>(&'b [u8]);

impl<'b> Prefetch<'b> {
    /// Fetched as so many others are looked at.
    pub(crate) fn of(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// Has the line fetched that is at the place of what is looked at.
    #[inline]
    pub(crate) fn line(self, at: usize) {
        if let Some(byte) = self.0.get(at) {
            prefetch_read_data::<_, 0>(byte);
        }
    }

    /// As [`Self::line`], of all lines while so many other things are looked at: to be told of each of these.
    #[inline]
    pub(crate) fn beside(self, others: usize) -> impl FnMut() {
        let lines = self.0.len().div_ceil(LINE).div_ceil(others.max(1));
        let mut next = 0;
        move || {
            (next..next + lines).for_each(|line| self.line(line * LINE));
            next += lines;
        }
    }
}
