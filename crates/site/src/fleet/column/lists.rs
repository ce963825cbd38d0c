//! Lists of values.

use std::ops::Range;
use std::sync::Arc;

use rules::block::Words;

use super::BLOCK;
use super::ends::Ends;
use super::ranks::Ranked;

/// A list of values a device, all lists of a block behind one another.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Lists<T>(Arc<Packed<T>>);

#[derive(Clone, Debug)]
struct Packed<T> {
    ends: Ends,
    values: Vec<T>,
    ranked: Ranked,
}

impl<T> Default for Lists<T> {
    fn default() -> Self {
        Self(Arc::new(Packed { ends: Ends::default(), values: Vec::new(), ranked: Ranked::default() }))
    }
}

/// A place that has no list is as one that has an empty one.
impl<T: PartialEq> PartialEq for Lists<T> {
    fn eq(&self, other: &Self) -> bool {
        let places = 0..self.count().max(other.count());
        self.is_shared_with(other)
            || self.0.values == other.0.values
                && places.into_iter().all(|place| self.get(place).len() == other.get(place).len())
    }
}

impl<T> Lists<T> {
    /// Lists behind one another, as far as each of the `ends`.
    pub(in crate::fleet) fn of(ends: &[u32], mut values: Vec<T>) -> Self {
        values.shrink_to_fit();
        Self(Arc::new(Packed { ends: Ends::of(ends), values, ranked: Ranked::default() }))
    }

    /// The list of a place.
    #[inline]
    pub(in crate::fleet) fn get(&self, place: usize) -> &[T] {
        self.0.ends.range(place).map_or(&[], |range| &self.0.values[range])
    }

    /// Where the list of a place stands among the values of all lists; where it would, if it has none.
    #[inline]
    pub(in crate::fleet) fn range(&self, place: usize) -> Range<usize> {
        let end = self.0.values.len();
        self.0.ends.range(place).unwrap_or(end..end)
    }

    /// Tells `told` where the list of each place up to the last stands among the values of all.
    #[inline]
    pub(in crate::fleet) fn each_range(&self, told: impl FnMut(usize, Range<usize>)) {
        self.0.ends.each_of_all(told);
    }

    /// How many pieces of a length there are before the end of the list of each place, all lists being of whole ones.
    pub(in crate::fleet) fn ends_in_pieces(&self, length: usize) -> [u32; BLOCK] {
        self.0.ends.in_pieces(length)
    }

    /// Tells `told` of the lists of some places.
    #[inline]
    pub(in crate::fleet) fn each<'l>(&'l self, places: &Words, mut told: impl FnMut(usize, &'l [T])) {
        self.0.ends.each(places, |place, range| told(place, &self.0.values[range]));
    }

    /// The place whose list has the value at a place among those of all lists, and where that list stands. It is not
    /// before the place `from`.
    pub(in crate::fleet) fn list_of(&self, value: usize, from: usize) -> (usize, Range<usize>) {
        let place = self.0.ends.place_of(value, from);
        (place, self.range(place))
    }

    /// The values of all lists.
    pub(in crate::fleet) fn values(&self) -> &[T] {
        &self.0.values
    }

    /// The length of the lists up to the last, if it is known at once that they have the same, not 0.
    pub(in crate::fleet) fn length(&self) -> Option<usize> {
        self.0.ends.length()
    }

    /// How many places there are up to the last whose list is not empty.
    pub(in crate::fleet) fn count(&self) -> usize {
        self.0.ends.last()
    }

    /// Where each of those lists ends among all values.
    pub(in crate::fleet) fn ends(&self) -> impl ExactSizeIterator<Item = u32> + Clone {
        self.0.ends.iter().take(self.count())
    }

    /// The ranks of those that are texts.
    pub(super) fn ranked(&self) -> &Ranked {
        &self.0.ranked
    }

    /// Whether both are the same lists, not just equal ones.
    pub(in crate::fleet) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Bytes that they take besides themselves.
    pub(in crate::fleet) fn heap_bytes(&self) -> usize {
        let values = self.0.values.capacity() * size_of::<T>();
        16 + size_of::<Packed<T>>() + self.0.ends.heap_bytes() + values + self.0.ranked.heap_bytes()
    }
}

impl<T: Copy + PartialEq> Lists<T> {
    /// The lists of some places, in their order; the last of these may have none and are left out.
    pub(in crate::fleet) fn run(&self, places: Range<usize>) -> impl Iterator<Item = &[T]> {
        let count = self.0.ends.count();
        (places.start.min(count)..places.end.min(count)).map(|place| self.get(place))
    }

    pub(in crate::fleet) fn set(&mut self, place: usize, list: &[T]) {
        let before = self.get(place);
        if before == list {
            return;
        }
        let old = before.len();
        let packed = Arc::make_mut(&mut self.0);
        packed.ranked.forget(place);
        let more = list.len().saturating_sub(old);
        if packed.values.capacity() - packed.values.len() < more {
            // Room for an eighth more: doubling would leave a large part of the memory of all texts unused.
            packed.values.reserve_exact(more.max(packed.values.len() / 8));
        }
        let end = packed.values.len();
        let stored = packed.ends.range(place).unwrap_or(end..end);
        if old == list.len() {
            packed.values[stored].copy_from_slice(list);
            return;
        }
        packed.values.splice(stored, list.iter().copied());
        packed.ends.resize(place, list.len());
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Lists of many lengths, some of them of one length in a row, and rarely very long ones.
    fn writes() -> impl Strategy<Value = Vec<(usize, Vec<u8>)>> {
        let any_list = (0..BLOCK, vec(0_u8..9, 0..6));
        let long = (0..BLOCK, (0_u8..9, 30_000..40_000_usize))
            .prop_map(|(place, (value, length))| (place, vec![value; length]));
        let row = (0..BLOCK, vec(0_u8..9, 0..4))
            .prop_map(|(count, list)| (0..count).map(|place| (place, list.clone())).collect::<Vec<_>>());
        let some = prop_oneof![
            4 => vec(any_list, 0..60),
            1 => vec(long, 1..3),
            1 => row,
        ];
        vec(some, 0..5).prop_map(|parts| parts.into_iter().flatten().collect())
    }

    proptest! {
        #[test]
        fn lists_behave_like_a_vector_of_vectors(writes in writes()) {
            let mut lists = Lists::default();
            let mut naive = vec![Vec::new(); BLOCK];
            for (place, list) in writes {
                lists.set(place, &list);
                naive[place] = list;
            }
            let anew = Lists::of(&lists.ends().collect::<Vec<_>>(), lists.values().to_vec());
            for (place, list) in naive.iter().enumerate() {
                prop_assert_eq!(lists.get(place), &list[..]);
                prop_assert_eq!(anew.get(place), &list[..]);
            }
            prop_assert_eq!(&lists, &anew);
            let listed: Vec<_> = lists.run(100..900).collect();
            let mut told = 0;
            lists.each(&Words::ALL, |place, list| {
                assert_eq!(list, &naive[place][..]);
                told += 1;
            });
            prop_assert_eq!(told, BLOCK);
            for (first, count) in [(0, 1), (7, 3), (300, 99), (0, 1023)] {
                let value = lists.range(first + count).start;
                let list = (first + count..lists.count()).find(|place| !naive[*place].is_empty());
                prop_assert!(list.is_none_or(|place| lists.list_of(value, first) == (place, lists.range(place))));
            }
            prop_assert!(naive[100..900].iter().eq(listed.iter().chain(&vec![&[][..]; 800 - listed.len()])));
            let anew = lists.clone();
            lists.set(1000, &[naive[1000].as_slice(), &[1]].concat());
            prop_assert_ne!(&lists, &anew);
        }
    }

    #[test]
    fn ends_take_no_more_room_than_they_need() {
        let heap = |ends: &[u32]| Ends::of(ends).heap_bytes();
        assert_eq!((heap(&[]), heap(&[3, 6, 9]), heap(&[0, 0])), (0, 0, 0));
        assert_eq!((heap(&[3, 6, 10]), heap(&[3, 6, 65_535])), (6, 6));
        assert_eq!(heap(&[3, 6, 65_536]), 12);
    }
}
