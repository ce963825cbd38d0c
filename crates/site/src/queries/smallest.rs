//! The first few of many, without sorting the many.

/// Batches below this are not worth more than one cut.
const BATCH_MIN: usize = 512;

/// Keeps the smallest keys that it is offered. Keys are distinct.
pub(super) struct Smallest<K> {
    keep: usize,
    kept: Vec<K>,
    /// Once more than enough came: what is not smaller has no chance.
    bound: Option<K>,
}

impl<K: Ord + Clone> Smallest<K> {
    /// To keep `keep` of them.
    pub(super) fn new(keep: usize) -> Self {
        Self { keep, kept: Vec::new(), bound: None }
    }

    /// Whether a key could be among them.
    pub(super) fn takes(&self, key: &K) -> bool {
        self.keep > 0 && self.bound.as_ref().is_none_or(|bound| key < bound)
    }

    /// What a key must be below to be among them; nothing until enough came.
    pub(super) fn bound(&self) -> Option<&K> {
        self.bound.as_ref()
    }

    /// Takes a key into account.
    pub(super) fn offer(&mut self, key: K) {
        if !self.takes(&key) {
            return;
        }
        self.kept.push(key);
        // Cut when as many were added as are kept: each key then costs a constant on average.
        if self.kept.len() >= self.keep.saturating_mul(2).max(BATCH_MIN) {
            self.cut();
        }
    }

    /// How many are kept so far; once enough came, at least as many as were to be.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// Those kept so far, in no order.
    pub(super) fn into_kept(self) -> Vec<K> {
        self.kept
    }

    /// Those after the first `skip`, smallest first.
    pub(super) fn into_sorted_after(mut self, skip: usize) -> Vec<K> {
        self.cut();
        if skip >= self.kept.len() {
            return Vec::new();
        }
        if skip > 0 {
            self.kept.select_nth_unstable(skip);
            self.kept.drain(..skip);
        }
        self.kept.sort_unstable();
        self.kept
    }

    fn cut(&mut self) {
        if self.keep == 0 || self.kept.len() < self.keep {
            return;
        }
        let (_, last, _) = self.kept.select_nth_unstable(self.keep - 1);
        self.bound = Some(last.clone());
        self.kept.truncate(self.keep);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn agrees_with_sorting_all(
            keys in proptest::collection::vec(any::<u16>(), 0..3000), skip in 0usize..1200, limit in 0usize..1200
        ) {
            let distinct: BTreeSet<_> = keys.iter().copied().collect();
            let mut smallest = Smallest::new(skip + limit);
            let mut offered = BTreeSet::new();
            for key in keys {
                if offered.insert(key) {
                    smallest.offer(key);
                }
            }
            let wanted: Vec<_> = distinct.into_iter().skip(skip).take(limit).collect();
            prop_assert_eq!(smallest.into_sorted_after(skip), wanted);
        }
    }
}
