//! Truths that may be unknown.

use std::sync::Arc;

use rules::block::Words;

/// One truth a device that may be unknown, as two sets: where it is known, and where it is true.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::fleet) struct Truths(pub(in crate::fleet) Option<Arc<(Words, Words)>>);

impl Truths {
    pub(in crate::fleet) fn get(&self, place: usize) -> Option<bool> {
        let (known, truth) = self.0.as_deref()?;
        known.has(place).then(|| truth.has(place))
    }

    pub(in crate::fleet) fn set(&mut self, place: usize, value: bool) {
        if self.get(place) != Some(value) {
            let (known, truth) = Arc::make_mut(self.0.get_or_insert_default());
            known.set(place, true);
            truth.set(place, value);
        }
    }

    /// Makes it unknown again.
    pub(in crate::fleet) fn clear(&mut self, place: usize) {
        if self.get(place).is_some() {
            let (known, truth) = Arc::make_mut(self.0.get_or_insert_default());
            known.set(place, false);
            truth.set(place, false);
        }
    }

    /// Bytes that they take besides themselves.
    pub(in crate::fleet) fn heap_bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |_| 16 + size_of::<(Words, Words)>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_is_unknown_until_it_is_set() {
        let mut truths = Truths::default();
        assert_eq!(truths.get(1023), None);
        truths.set(1023, false);
        assert_eq!((truths.get(1023), truths.get(0)), (Some(false), None));
        truths.set(1023, true);
        truths.clear(1023);
        assert_eq!(truths.get(1023), None);
    }
}
