//! Values that many devices have, kept once and named by a small number.

use std::hash::Hash;
use std::sync::Arc;

use super::cow::{CowTable, CowVec};
use super::hash::hash_of;

/// Values by id. Id 0 stands for unknown. An id is one node's private matter: it appears in no record and is used
/// again once the last device has let go of it.
#[derive(Clone, Debug)]
pub(super) struct Dictionary<V> {
    pub(super) entries: CowVec<Entry<V>>,
    pub(super) index: CowTable,
    pub(super) free: Arc<Vec<u32>>,
    pub(super) next: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Entry<V> {
    pub(super) value: Option<Arc<V>>,
    pub(super) uses: u32,
}

impl<V: PartialEq> PartialEq for Entry<V> {
    fn eq(&self, other: &Self) -> bool {
        self.uses == other.uses && self.value == other.value
    }
}

impl<V> Default for Entry<V> {
    fn default() -> Self {
        Self { value: None, uses: 0 }
    }
}

impl<V> Default for Dictionary<V> {
    fn default() -> Self {
        Self { entries: CowVec::default(), index: CowTable::default(), free: Arc::default(), next: 1 }
    }
}

impl<V: PartialEq> PartialEq for Dictionary<V> {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries && self.index == other.index && self.free == other.free
    }
}

impl<V: Clone + Eq + Hash> Dictionary<V> {
    pub(super) fn get(&self, id: u32) -> Option<&V> {
        self.entries.get(id)?.value.as_deref()
    }

    /// The id of `value`, if any device has it.
    pub(super) fn find(&self, value: &V) -> Option<u32> {
        self.index.candidates(hash_of(value)).find(|id| self.get(*id) == Some(value))
    }

    /// The id of `value`, with one use more.
    pub(super) fn take(&mut self, value: &V) -> u32 {
        self.take_many(value, 1)
    }

    /// The id of `value`, with so many uses more.
    pub(super) fn take_many(&mut self, value: &V, uses: u32) -> u32 {
        let id = self.find(value).unwrap_or_else(|| self.add(value));
        self.entries.entry(id).uses += uses;
        id
    }

    /// One use less of `id`; the value goes with the last one.
    pub(super) fn release(&mut self, id: u32) {
        self.release_many(id, 1);
    }

    /// So many uses less of `id`; the value goes with the last one.
    pub(super) fn release_many(&mut self, id: u32, uses: u32) {
        if id == 0 {
            return;
        }
        let entry = self.entries.entry(id);
        entry.uses -= uses;
        if entry.uses > 0 {
            return;
        }
        if let Some(value) = entry.value.take() {
            self.index.remove(hash_of(&*value), id);
        }
        Arc::make_mut(&mut self.free).push(id);
    }

    /// Whether no id stands for one value here and for another there.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        self.entries.iter().zip(other.entries.iter()).all(|((_, one), (_, other))| {
            let both = one.value.as_ref().zip(other.value.as_ref());
            both.is_none_or(|(one, other)| Arc::ptr_eq(one, other) || one == other)
        })
    }

    /// Every value with the number of its uses.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&V, u32)> {
        self.entries.iter().filter_map(|(_, entry)| Some((entry.value.as_deref()?, entry.uses)))
    }

    fn add(&mut self, value: &V) -> u32 {
        let id = if self.free.is_empty() { None } else { Arc::make_mut(&mut self.free).pop() };
        let id = id.unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        self.entries.entry(id).value = Some(Arc::new(value.clone()));
        self.index.insert(hash_of(value), id);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_id_while_it_is_used() {
        let mut dictionary = Dictionary::default();
        let first = dictionary.take(&"a");
        assert_eq!((first, dictionary.take(&"a")), (1, 1));
        assert_eq!(dictionary.take(&"b"), 2);
        dictionary.release(first);
        assert_eq!(dictionary.find(&"a"), Some(1));
        dictionary.release(first);
        assert_eq!((dictionary.find(&"a"), dictionary.get(1)), (None, None));
        assert_eq!(dictionary.take(&"c"), 1);
        assert_eq!(dictionary.iter().collect::<Vec<_>>(), [(&"c", 1), (&"b", 1)]);
    }
}
