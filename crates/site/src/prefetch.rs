//! Memory that is needed next, fetched while other memory is looked at: a processor foresees what lies behind that, not
//! that another column follows.

use branches::prefetch_read_data;

/// Bytes of a line of the cache.
pub(crate) const LINE: usize = 64;

/// The cache that lines are fetched to, by its number for [`prefetch_read_data`]: unlike the first it has room for several
/// columns.
const L2: i32 = 1;

/// Bytes that are looked at next, and some that are later.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Prefetch<'b> {
    next: &'b [u8],
    later: &'b [u8],
}

impl<'b> Prefetch<'b> {
    /// The later ones are fetched if what is at hand is looked at again.
    pub(crate) fn of(next: &'b [u8], later: &'b [u8]) -> Self {
        Self { next, later }
    }

    /// What is fetched while the same bytes are looked at once more.
    pub(crate) fn again(self) -> Self {
        Self { next: self.later, later: &[] }
    }

    /// Has the line fetched that is at the place of what is looked at.
    #[inline]
    pub(crate) fn line(self, at: usize) {
        if let Some(byte) = self.next.get(at) {
            prefetch_read_data::<_, L2>(byte);
        }
    }

    /// As [`Self::line`], of all lines while so many other things are looked at: to be told of each of these.
    #[inline]
    pub(crate) fn beside(self, others: usize) -> impl FnMut() {
        let lines = self.next.len().div_ceil(LINE).div_ceil(others.max(1));
        let mut next = 0;
        move || {
            (next..next + lines).for_each(|line| self.line(line * LINE));
            next += lines;
        }
    }
}
