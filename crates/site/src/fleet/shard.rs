//! A small hash table that is nearly full.

/// Numbers by 32 bits of a hash, each in the first vacant slot from where its hash belongs on. Of the slots an eighth
/// at least is vacant; how many there are need not be a power of two.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shard {
    pub(super) slots: Vec<Slot>,
    taken: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    hash: u32,
    /// [`VACANT`] if there is none.
    number: u32,
}

/// Numbers are below.
const VACANT: u32 = u32::MAX;

impl Shard {
    /// One with room for so many numbers.
    pub(crate) fn with_capacity(count: usize) -> Self {
        let mut shard = Self::default();
        if count > 0 {
            shard.slots = vacant(count + count / 7 + 1);
        }
        shard
    }

    /// The numbers of that hash.
    pub(crate) fn candidates(&self, hash: u32) -> impl Iterator<Item = u32> {
        let (before, from) = self.slots.split_at(self.home(hash));
        let run = from.iter().chain(before).take_while(|slot| slot.number != VACANT);
        run.filter(move |slot| slot.hash == hash).map(|slot| slot.number)
    }

    /// All that are there.
    pub(super) fn taken(&self) -> impl Iterator<Item = Slot> {
        self.slots.iter().copied().filter(|slot| slot.number != VACANT)
    }

    pub(crate) fn insert(&mut self, hash: u32, number: u32) {
        if self.taken + 1 > self.slots.len() - self.slots.len().div_ceil(8) {
            // A quarter is vacant then.
            let before = std::mem::replace(&mut self.slots, vacant((self.taken + 1) * 4 / 3 + 2));
            before.into_iter().filter(|slot| slot.number != VACANT).for_each(|slot| self.put(slot));
        }
        self.put(Slot { hash, number });
        self.taken += 1;
    }

    pub(super) fn remove(&mut self, hash: u32, number: u32) {
        let count = self.slots.len();
        let places = (0..count).map(|far| (self.home(hash) + far) % count);
        let mut taken = places.take_while(|place| self.slots[*place].number != VACANT);
        let Some(mut hole) = taken.find(|place| self.slots[*place] == Slot { hash, number }) else { return };
        // Of those behind it, each that is not at its home may move up as far as that.
        let mut place = hole;
        loop {
            place = (place + 1) % count;
            let slot = self.slots[place];
            if slot.number == VACANT {
                break;
            }
            let from = |place_before: usize| (place + count - place_before) % count;
            if from(self.home(slot.hash)) >= from(hole) {
                self.slots[hole] = slot;
                hole = place;
            }
        }
        self.slots[hole].number = VACANT;
        self.taken -= 1;
    }

    /// Puts it into the first vacant slot, of which there is one.
    fn put(&mut self, slot: Slot) {
        let home = self.home(slot.hash);
        let (before, from) = self.slots.split_at_mut(home);
        let vacant = from.iter_mut().chain(before).find(|slot| slot.number == VACANT);
        *vacant.expect("an eighth of the slots is vacant") = slot;
    }

    /// Where slots of that hash belong.
    fn home(&self, hash: u32) -> usize {
        let place = (u64::from(hash) * self.slots.len() as u64) >> 32;
        usize::try_from(place).expect("it is below the number of slots")
    }
}

fn vacant(count: usize) -> Vec<Slot> {
    vec![Slot { hash: 0, number: VACANT }; count]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_shard_of_known_size_is_made_once_and_nearly_full() {
        for count in 0..200_u32 {
            let mut shard = Shard::with_capacity(count as usize);
            let slots = shard.slots.len();
            (0..count).for_each(|number| shard.insert(number.wrapping_mul(0x9E37_79B9), number));
            assert_eq!(shard.slots.len(), slots);
            assert!(slots <= count as usize * 8 / 7 + 1);
        }
    }

    proptest! {
        /// Hashes are few and near both ends, so that runs are long and go round.
        #[test]
        fn a_shard_holds_what_was_put_in_and_not_taken_out(
            steps in proptest::collection::vec((0_u32..3, any::<bool>(), 0_u32..12), 0..200)
        ) {
            let (mut shard, mut naive) = (Shard::default(), BTreeSet::new());
            for (hash, put, number) in steps {
                let hash = [5, u32::MAX, u32::MAX / 2][hash as usize];
                if put && naive.insert((hash, number)) {
                    shard.insert(hash, number);
                } else if !put {
                    naive.remove(&(hash, number));
                    shard.remove(hash, number);
                }
                let held: BTreeSet<_> = shard.taken().map(|slot| (slot.hash, slot.number)).collect();
                prop_assert_eq!(&held, &naive);
                for (hash, number) in &naive {
                    prop_assert!(shard.candidates(*hash).any(|found| found == *number));
                }
                prop_assert!(naive.len() < shard.slots.len().max(1));
            }
        }
    }
}
