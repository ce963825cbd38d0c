//! What was worked out of dictionary ids, one after the other as they are met.

use hashbrown::HashMap;

/// Ids from here on are looked up in a table of those that were met, so that the room a run takes is never that of
/// all ids there ever were.
const DENSE_MAX: u32 = 1 << 16;

/// Set in every row that was made.
const MADE: u64 = 1 << 63;

/// A row of 63 bits an id, made when it is asked for the first time.
#[derive(Debug)]
pub(super) struct Memo {
    dense: Vec<u64>,
    sparse: HashMap<u32, u64>,
}

impl Memo {
    /// Of ids below `ids`.
    pub(super) fn new(ids: u32) -> Self {
        // All zeros is memory that is not there before it is written to.
        Self { dense: vec![0; ids.min(DENSE_MAX) as usize], sparse: HashMap::new() }
    }

    /// The row of an id.
    #[inline]
    pub(super) fn row(&mut self, id: u32, make: impl FnOnce() -> u64) -> u64 {
        let known = match self.dense.get_mut(id as usize) {
            Some(known) => known,
            None => self.sparse.entry(id).or_default(),
        };
        if *known == 0 {
            *known = make() | MADE;
        }
        *known & !MADE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_made_once() {
        let mut memo = Memo::new(DENSE_MAX * 2);
        for id in [0, 7, DENSE_MAX - 1, DENSE_MAX, DENSE_MAX * 3] {
            assert_eq!(memo.row(id, || u64::from(id) * 2), u64::from(id) * 2);
            assert_eq!(memo.row(id, || unreachable!("it is known")), u64::from(id) * 2);
        }
    }
}
