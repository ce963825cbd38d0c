//! The ways that devices go from one outcome to another.

use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::super::Fleet;
use super::super::block::{Block, Dictionaries};
use super::{Moved, Verdicts};
use crate::effects::{Effects, Move};

/// From the outcome of an id to that of a number among [`Verdicts::outcomes`].
type Key = (u32, u32);

/// From one outcome to another.
#[derive(Clone, Debug)]
struct Way {
    key: Key,
    /// Without the devices, until they are gathered.
    moved: Move,
    /// How many devices there are.
    count: u32,
    /// The id of the outcome that they get, once it is given.
    given: Option<u32>,
}

/// All ways of some verdicts, by their outcomes.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    all: Vec<Way>,
    places: HashMap<Key, usize>,
}

impl Fleet {
    /// The ways that devices go by those verdicts.
    pub(super) fn ways(&self, verdicts: &Verdicts) -> Ways {
        let way = |(key, count): (&Key, &u32)| {
            let from = self.dictionaries.outcome.get(key.0).cloned().unwrap_or_default();
            let to = verdicts.outcomes[key.1 as usize].clone();
            let moved = Move { from, to, devices: RoaringBitmap::new() };
            Way { key: *key, moved, count: *count, given: None }
        };
        Ways::of(verdicts.counts.iter().map(way).collect())
    }
}

impl Dictionaries {
    /// Counts the outcomes of devices that go those ways, which gives each outcome that they get an id. Whether those
    /// that were given one before get it again.
    pub(super) fn give(&mut self, ways: &mut Ways) -> bool {
        let mut is_same = true;
        for way in &mut ways.all {
            let id = self.take_outcome(&way.moved.to, way.count);
            self.outcome.release_many(way.key.0, way.count);
            is_same &= way.given.replace(id).is_none_or(|before| before == id);
        }
        is_same
    }
}

impl Ways {
    fn of(mut all: Vec<Way>) -> Self {
        all.sort_by(|Way { moved: a, .. }, Way { moved: b, .. }| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        let places = all.iter().zip(0..).map(|(way, place)| (way.key, place)).collect();
        Self { all, places }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The id of the outcome that devices get.
    pub(super) fn given(&self, moved: &Moved) -> u32 {
        self.all[self.places[&key(moved)]].given.expect("it is given before it is set")
    }

    /// The devices of blocks that go each way.
    pub(super) fn devices<'b>(
        &self,
        blocks: impl Iterator<Item = (&'b Block, &'b [Moved])>,
    ) -> Vec<RoaringBitmap> {
        let mut numbers = vec![Vec::new(); self.all.len()];
        for (block, moves) in blocks {
            for moved in moves {
                let numbers = &mut numbers[self.places[&key(moved)]];
                moved.places.iter().for_each(|place| numbers.push(block.number.get(place)));
            }
        }
        numbers.into_iter().map(set_of).collect()
    }

    /// Has devices go each way that were only counted so far.
    pub(super) fn gather(&mut self, devices: Vec<RoaringBitmap>) {
        self.all.iter_mut().zip(devices).for_each(|(way, devices)| way.moved.devices |= devices);
    }

    /// Without the devices of some blocks, and without the ways that none is left to go.
    pub(super) fn without<'b>(mut self, blocks: impl Iterator<Item = (&'b Block, &'b [Moved])>) -> Self {
        let lost = self.devices(blocks);
        for (way, lost) in self.all.iter_mut().zip(lost) {
            way.moved.devices -= lost;
            way.count = count(&way.moved.devices);
        }
        self.all.retain(|way| way.count > 0);
        Self::of(self.all)
    }

    /// These and `others`, which are of verdicts with the same outcomes.
    pub(super) fn and(mut self, others: Self) -> Self {
        for way in others.all {
            match self.places.get(&way.key) {
                Some(place) => self.all[*place].count += way.count,
                None => self.all.push(way),
            }
        }
        Self::of(self.all)
    }

    pub(super) fn effects(self) -> Effects {
        Effects { moves: self.all.into_iter().map(|way| way.moved).collect() }
    }
}

fn key(moved: &Moved) -> Key {
    (moved.from, moved.to)
}

fn count(devices: &RoaringBitmap) -> u32 {
    u32::try_from(devices.len()).expect("devices are counted in 32 bits")
}

/// The numbers as a set. They mostly ascend: the devices of a block came one after the other.
fn set_of(mut numbers: Vec<u32>) -> RoaringBitmap {
    if !numbers.is_sorted() {
        numbers.sort_unstable();
    }
    RoaringBitmap::from_sorted_iter(numbers).expect("devices have different numbers, and these are sorted")
}
