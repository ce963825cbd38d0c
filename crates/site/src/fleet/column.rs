//! Columns of a block. Each is its own `Arc`: a clone shares it, and the first write that differs copies it alone.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rules::block::Words;

pub(super) use super::places::Places;

/// Devices in a block.
pub(crate) const BLOCK: usize = 1024;

/// One small value a device; not allocated until one differs from the default.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column<T>(pub(super) Option<Arc<[T; BLOCK]>>);

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Copy + Default + PartialEq> Column<T> {
    pub(super) fn get(&self, place: usize) -> T {
        self.0.as_ref().map_or_else(T::default, |values| values[place])
    }

    /// The values of all places; none when all have the default.
    pub(super) fn values(&self) -> Option<&[T; BLOCK]> {
        self.0.as_deref()
    }

    /// The values of all places, where need be written to `scratch`; none when all have the default.
    pub(super) fn all<'a>(&'a self, _scratch: &'a mut [T; BLOCK]) -> Option<&'a [T; BLOCK]> {
        self.values()
    }

    /// Sets the same value at some places.
    pub(super) fn set_all(&mut self, places: &Words, value: T) {
        if self.0.is_none() && value == T::default() {
            return;
        }
        let values = Arc::make_mut(self.0.get_or_insert_with(|| Arc::new([T::default(); BLOCK])));
        places.iter().for_each(|place| values[place] = value);
    }

    /// Sets a value and gives the one before.
    pub(super) fn set(&mut self, place: usize, value: T) -> T {
        let before = self.get(place);
        if before != value {
            let values = self.0.get_or_insert_with(|| Arc::new([T::default(); BLOCK]));
            Arc::make_mut(values)[place] = value;
        }
        before
    }
}

/// A list of values a device, all lists of a block behind one another.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lists<T>(pub(super) Arc<Packed<T>>);

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Packed<T> {
    /// Where the list of each place ends; places beyond have none. 32 bits: 1024 devices of 64 tags need 65,536.
    pub(super) ends: Vec<u32>,
    pub(super) values: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self(Arc::new(Packed { ends: Vec::new(), values: Vec::new() }))
    }
}

impl<T: Copy + PartialEq> Lists<T> {
    pub(super) fn get(&self, place: usize) -> &[T] {
        let Some(&end) = self.0.ends.get(place) else { return &[] };
        let start = if place == 0 { 0 } else { self.0.ends[place - 1] };
        &self.0.values[start as usize..end as usize]
    }

    /// The lists of some places, in their order; the last of these may have none and are left out.
    pub(super) fn run(&self, places: Range<usize>) -> impl Iterator<Item = &[T]> {
        let Packed { ends, values } = &*self.0;
        let places = places.start.min(ends.len())..places.end.min(ends.len());
        let mut start = places.start.checked_sub(1).map_or(0, |before| ends[before] as usize);
        ends[places].iter().map(move |end| {
            let list = &values[start..*end as usize];
            start = *end as usize;
            list
        })
    }

    /// Takes a value out of every list. Gives the places that had it.
    pub(super) fn remove(&mut self, value: T) -> Words {
        let mut places = Words::NONE;
        for (place, list) in self.run(0..BLOCK).enumerate() {
            if list.contains(&value) {
                places.insert(place);
            }
        }
        if !places.is_empty() {
            let Packed { ends, values } = Arc::make_mut(&mut self.0);
            let (mut start, mut kept) = (0, 0);
            for end in ends {
                for at in start..*end as usize {
                    if values[at] != value {
                        values[kept] = values[at];
                        kept += 1;
                    }
                }
                start = *end as usize;
                *end = narrow(kept);
            }
            values.truncate(kept);
        }
        places
    }

    pub(super) fn set(&mut self, place: usize, list: &[T]) {
        let before = self.get(place);
        if before == list {
            return;
        }
        let (old, new) = (narrow(before.len()), narrow(list.len()));
        let packed = Arc::make_mut(&mut self.0);
        let total = narrow(packed.values.len());
        if packed.ends.len() <= place {
            packed.ends.reserve_exact(BLOCK - packed.ends.len());
            packed.ends.resize(place + 1, total);
        }
        let more = list.len().saturating_sub(old as usize);
        if packed.values.capacity() - packed.values.len() < more {
            // Room for an eighth more: doubling would leave a large part of the memory of all texts unused.
            packed.values.reserve_exact(more.max(packed.values.len() / 8));
        }
        let start = packed.ends[place] - old;
        let stored = start as usize..(start + old) as usize;
        if old == new {
            packed.values[stored].copy_from_slice(list);
            return;
        }
        packed.values.splice(stored, list.iter().copied());
        for end in &mut packed.ends[place..] {
            *end = *end - old + new;
        }
    }
}

/// One text a device.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Texts(pub(super) Lists<u8>);

impl Texts {
    /// The text; empty where none was set.
    pub(super) fn get(&self, place: usize) -> &str {
        // Only whole texts are set, so each list is one.
        std::str::from_utf8(self.0.get(place)).unwrap_or_default()
    }

    /// Whether the text is `text`; quicker than comparing what `get` gives.
    pub(super) fn is(&self, place: usize, text: &str) -> bool {
        self.0.get(place) == text.as_bytes()
    }

    /// Whether the text is `text`, whatever the case of ASCII letters.
    pub(super) fn is_ignoring_ascii_case(&self, place: usize, text: &str) -> bool {
        self.0.get(place).eq_ignore_ascii_case(text.as_bytes())
    }

    pub(super) fn set(&mut self, place: usize, text: &str) {
        self.0.set(place, text.as_bytes());
    }

    /// All of them.
    pub(super) fn packed(&self) -> PackedTexts<'_> {
        PackedTexts { ends: Cow::Borrowed(&self.0.0.ends), bytes: Cow::Borrowed(&self.0.0.values) }
    }
}

/// The texts of a block behind one another.
#[derive(Clone, Debug)]
pub(crate) struct PackedTexts<'a> {
    /// Where the text of each place ends; places beyond have an empty one.
    pub(crate) ends: Cow<'a, [u32]>,
    pub(crate) bytes: Cow<'a, [u8]>,
}

impl PackedTexts<'_> {
    /// The text of a place as bytes of UTF-8.
    pub(crate) fn get(&self, place: usize) -> &[u8] {
        let Some(end) = self.ends.get(place) else { return &[] };
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start as usize..*end as usize]
    }

    /// Of the places `within` those whose texts are empty.
    pub(crate) fn empty(&self, within: Places) -> Places {
        within.filter(|place| self.get(place).is_empty())
    }
}

/// One truth a device that may be unknown, as two sets: where it is known, and where it is true.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Truths(pub(super) Option<Arc<(Places, Places)>>);

impl Truths {
    pub(super) fn get(&self, place: usize) -> Option<bool> {
        let (known, truth) = self.0.as_deref()?;
        known.has(place).then(|| truth.has(place))
    }

    pub(super) fn set(&mut self, place: usize, value: bool) {
        if self.get(place) != Some(value) {
            let (known, truth) = Arc::make_mut(self.0.get_or_insert_default());
            known.set(place, true);
            truth.set(place, value);
        }
    }

    /// Makes it unknown again.
    pub(super) fn clear(&mut self, place: usize) {
        if self.get(place).is_some() {
            let (known, truth) = Arc::make_mut(self.0.get_or_insert_default());
            known.set(place, false);
            truth.set(place, false);
        }
    }
}

fn narrow(length: usize) -> u32 {
    u32::try_from(length).expect("limits keep a block's lists far below 4 GiB")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_column_is_shared_until_it_differs() {
        let mut column = Column::<u32>::default();
        column.set(7, 0);
        assert!(column.0.is_none());
        assert_eq!(column.set(7, 3), 0);
        let shared = column.clone();
        column.set(7, 3);
        assert!(Arc::ptr_eq(column.0.as_ref().unwrap(), shared.0.as_ref().unwrap()));
        column.set(8, 1);
        assert_eq!((shared.get(8), column.get(8), column.get(7)), (0, 1, 3));
    }

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

    proptest! {
        #[test]
        fn lists_behave_like_a_vector_of_vectors(
            writes in proptest::collection::vec((0..BLOCK, proptest::collection::vec(0u8..9, 0..6)), 0..200)
        ) {
            let mut lists = Lists::default();
            let mut naive = vec![Vec::new(); BLOCK];
            for (place, list) in writes {
                lists.set(place, &list);
                naive[place] = list;
            }
            for (place, list) in naive.iter().enumerate() {
                prop_assert_eq!(lists.get(place), &list[..]);
            }
            let listed: Vec<_> = lists.run(100..900).collect();
            prop_assert!(naive[100..900].iter().eq(listed.iter().chain(&vec![&[][..]; 800 - listed.len()])));
            let removed = lists.remove(3);
            for (place, list) in naive.iter_mut().enumerate() {
                prop_assert_eq!(removed.has(place), list.contains(&3));
                list.retain(|value| *value != 3);
                prop_assert_eq!(lists.get(place), &list[..]);
            }
        }
    }
}
