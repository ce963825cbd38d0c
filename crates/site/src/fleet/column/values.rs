//! A column of small values.

use rules::block::Words;

use super::BLOCK;
use super::stored::{Small, Stored};

/// One small value a device, the default until another is set.
#[derive(Clone, Debug)]
pub(in crate::fleet) struct Column<T>(Stored<T>);

impl<T: Default> Default for Column<T> {
    fn default() -> Self {
        Self(Stored::Same(T::default()))
    }
}

/// By what they hold, however that is laid out.
impl<T: Small> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        self.is_shared_with(other) || (0..BLOCK).all(|place| self.get(place) == other.get(place))
    }
}

impl<T: Small> Column<T> {
    /// The column of these values.
    pub(in crate::fleet) fn of(values: &[T; BLOCK]) -> Self {
        Self(Stored::narrowest(values))
    }

    /// The column in which all places have one value.
    pub(in crate::fleet) fn of_one(value: T) -> Self {
        Self(Stored::Same(value))
    }

    /// The column of these few values: place by place the place of its value in `listed`.
    pub(in crate::fleet) fn of_few(listed: &[T], codes: &[u8; BLOCK]) -> Self {
        Self(Stored::with_codes(listed, codes))
    }

    #[inline]
    pub(in crate::fleet) fn get(&self, place: usize) -> T {
        self.0.get(place)
    }

    /// The values of all places, put into `scratch`; none when all have the default.
    pub(in crate::fleet) fn all<'a>(&self, scratch: &'a mut [T; BLOCK]) -> Option<&'a [T; BLOCK]> {
        if matches!(self.0, Stored::Same(value) if value == T::default()) {
            return None;
        }
        Some(self.fill(scratch))
    }

    /// The values of all places, put into `scratch`.
    pub(in crate::fleet) fn fill<'a>(&self, scratch: &'a mut [T; BLOCK]) -> &'a [T; BLOCK] {
        self.0.fill(scratch);
        scratch
    }

    /// Whether it has few values, so that [`Column::by_value`] is the quicker way to go through them.
    pub(in crate::fleet) fn is_few(&self) -> bool {
        self.0.is_few()
    }

    /// Tells `told` of each value that a place `within` has, and of those places that have it.
    pub(in crate::fleet) fn by_value(&self, within: &Words, told: impl FnMut(T, &Words)) {
        self.0.by_value(within, told);
    }

    /// What `of` makes of the values of all places, put into `rows`.
    pub(in crate::fleet) fn map<R: Copy + Default>(&self, rows: &mut [R; BLOCK], of: impl FnMut(T) -> R) {
        self.0.map(rows, of);
    }

    /// Sets a value and gives the one before.
    pub(in crate::fleet) fn set(&mut self, place: usize, value: T) -> T {
        let before = self.get(place);
        if before != value && !self.0.put(place, value) {
            let mut values = [T::default(); BLOCK];
            self.0.fill(&mut values);
            values[place] = value;
            self.0 = Stored::narrowest(&values);
        }
        before
    }

    /// Sets the same value at some places.
    pub(in crate::fleet) fn set_all(&mut self, places: &Words, value: T) {
        // A layout that does not allow it for one may allow it for none of the others: made anew once.
        if !self.0.put_all(places, value) {
            let mut values = [T::default(); BLOCK];
            self.0.fill(&mut values);
            places.iter().for_each(|place| values[place] = value);
            self.0 = Stored::narrowest(&values);
        }
    }

    /// The places that have the same value in both.
    pub(in crate::fleet) fn equal_places(&self, other: &Self) -> Words {
        if self.is_shared_with(other) {
            return Words::ALL;
        }
        let (mut values, mut others) = ([T::default(); BLOCK], [T::default(); BLOCK]);
        self.0.fill(&mut values);
        other.0.fill(&mut others);
        Words::of(&std::array::from_fn(|place| values[place] == others[place]), |is_equal| is_equal)
    }

    /// Whether both are the same column, not just equal ones. Those that take no memory are if they are equal.
    pub(in crate::fleet) fn is_shared_with(&self, other: &Self) -> bool {
        self.0.is_shared_with(&other.0)
    }

    /// Bytes that it takes besides itself.
    pub(in crate::fleet) fn heap_bytes(&self) -> usize {
        self.0.heap_bytes()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn is_shared<T: Small>(a: &Column<T>, b: &Column<T>) -> bool {
        a.is_shared_with(b)
    }

    #[test]
    fn a_column_is_shared_until_it_differs() {
        let mut column = Column::<u32>::default();
        column.set(7, 0);
        assert_eq!(column.heap_bytes(), 0);
        assert_eq!(column.set(7, 3), 0);
        let shared = column.clone();
        column.set(7, 3);
        assert!(is_shared(&column, &shared));
        column.set(8, 1);
        assert!(!is_shared(&column, &shared));
        assert_eq!((shared.get(8), column.get(8), column.get(7)), (0, 1, 3));
    }

    #[test]
    fn what_values_have_in_common_takes_no_room() {
        let of = |value: fn(u32) -> u32| {
            let values: Vec<_> = (0..1024).map(value).collect();
            Column::of(values.as_slice().try_into().unwrap()).heap_bytes()
        };
        assert_eq!(of(|_| 9), 0);
        assert_eq!(of(|place| place + 9), 0);
        assert_eq!(of(|place| if place < 10 { place + 9 } else { 0 }), 0);
        assert_eq!(of(|place| place % 2 * 70_000), 16 + 128 + 8);
        assert_eq!(of(|place| place % 16 * 70_000), 16 + 512 + 64);
        assert_eq!(of(|place| 9 + place % 20), 16 + 1024);
        assert_eq!(of(|place| place % 50 * 70_000), 1280);
        assert_eq!(of(|place| 90_000 + place * 2), 16 + 2048);
        assert_eq!(of(|place| place * 70_000), 16 + 4096);
    }

    /// Writes of values that come in every layout: few ones, near ones, ones in a row, and any.
    fn writes<T: Small + std::fmt::Debug>() -> impl Strategy<Value = Vec<(usize, T)>> {
        let value = prop_oneof![
            4 => 0_u64..4,
            2 => 1_000_000_u64..1_000_040,
            2 => 1_000_000_u64..1_000_900,
            1 => Just(0),
            1 => any::<u64>(),
        ];
        let anywhere = vec((0..BLOCK, value), 0..40);
        let row = (any::<u32>(), 0..BLOCK).prop_map(|(first, count)| {
            (0..count).map(|place| (place, u64::from(first) + place as u64)).collect::<Vec<_>>()
        });
        let few = (any::<u64>(), 1..300_u64, 1..70_000_u64).prop_map(|(first, count, step)| {
            let value = move |place| first.wrapping_add(place as u64 * 31 % count * step);
            (0..BLOCK).map(|place| (place, value(place))).collect::<Vec<_>>()
        });
        let some = prop_oneof![3 => anywhere, 1 => row, 2 => few];
        vec(some, 1..5)
            .prop_map(|parts| parts.into_iter().flatten().map(|(place, word)| (place, T::of(word))).collect())
    }

    fn assert_like_an_array<T: Small + std::fmt::Debug>(writes: &[(usize, T)]) {
        let (mut column, mut naive) = (Column::default(), [T::default(); BLOCK]);
        for (place, value) in writes {
            assert_eq!(column.set(*place, *value), naive[*place]);
            naive[*place] = *value;
            assert_eq!(column.get(*place), *value);
        }
        let anew = Column::of(&naive);
        // Every third place and those next to it; and few places.
        let many = Words(std::array::from_fn(|word| 0xDB6D_B6DB_6DB6_DB6D >> (word % 3)));
        let few = Words(std::array::from_fn(|word| 0x0010_0000_2000_0100 >> (word % 3)));
        for (column, within) in [(&column, many), (&anew, many), (&column, few), (&anew, few)] {
            let (mut told, mut mapped) = ([None; BLOCK], [None; BLOCK]);
            column.by_value(&within, |value, places| {
                places.iter().for_each(|place| assert_eq!(told[place].replace(value), None));
            });
            let expected = |place| within.has(place).then_some(naive[place]);
            assert_eq!(told, std::array::from_fn(expected));
            column.map(&mut mapped, Some);
            assert_eq!(mapped, naive.map(Some));
            let mut scratch = [T::of(7); BLOCK];
            assert_eq!(column.all(&mut scratch).unwrap_or(&[T::default(); BLOCK]), &naive);
            assert!((0..BLOCK).all(|place| column.get(place) == naive[place]));
        }
        assert!(column == anew);
        let mut other = anew.clone();
        other.set(1000, T::of(naive[1000].word() ^ 1));
        assert!(other != anew && column != other);
    }

    proptest! {
        #[test]
        fn some_places_are_set_at_once(writes in writes::<u32>(), places in any::<[u64; 16]>(), value: u32) {
            let mut column = Column::default();
            writes.iter().for_each(|(place, value)| _ = column.set(*place, *value));
            let mut naive = column.clone();
            column.set_all(&Words(places), value);
            Words(places).iter().for_each(|place| _ = naive.set(place, value));
            let equal = column.equal_places(&naive);
            prop_assert!((0..BLOCK).all(|place| equal.has(place)));
            prop_assert_eq!(&column, &naive);
            let (value, place) = (column.get(7), 7);
            naive.set(place, !value);
            prop_assert_eq!(column.equal_places(&naive).iter().collect::<Vec<_>>().len(), BLOCK - 1);
            prop_assert!(!column.equal_places(&naive).has(place));
        }

        #[test]
        fn a_column_behaves_like_an_array_of_bytes(writes in writes::<u8>()) {
            assert_like_an_array(&writes);
        }

        #[test]
        fn a_column_behaves_like_an_array_of_half_words(writes in writes::<u16>()) {
            assert_like_an_array(&writes);
        }

        #[test]
        fn a_column_behaves_like_an_array_of_ids(writes in writes::<u32>()) {
            assert_like_an_array(&writes);
        }

        #[test]
        fn a_column_behaves_like_an_array_of_moments(writes in writes::<i64>()) {
            assert_like_an_array(&writes);
        }
    }
}
