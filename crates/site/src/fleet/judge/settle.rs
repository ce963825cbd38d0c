//! Setting outcomes block by block.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use domain::{DeviceNumber, Outcome};
use hashbrown::HashMap;
use roaring::RoaringBitmap;
use rules::block::Words;
use smallvec::SmallVec;

use super::super::block::{Block, Dictionaries};
use super::super::{Fleet, Location};
use super::run::threads;
use super::{Moved, Verdicts};
use crate::effects::{Effects, Move};

/// Blocks that are worth a thread of their own.
const BLOCKS_A_THREAD: usize = 128;

/// A kind of move: from the outcome of an id to that of a number among [`Verdicts::outcomes`].
type Key = (u32, u32);

/// The moves in their order, without the devices; of each its key and how many devices it is of.
struct Ways {
    ways: Vec<(Key, Move, u32)>,
    places: HashMap<Key, usize>,
}

impl Fleet {
    /// Sets the outcomes of all devices that move, and gives their moves.
    pub(crate) fn settle(&mut self, verdicts: &Verdicts) -> Effects {
        self.settle_in_parts(verdicts, lower_part(verdicts))
    }

    /// As [`Fleet::settle`]; those behind so many of the blocks on a thread of their own.
    fn settle_in_parts(&mut self, verdicts: &Verdicts, lower: usize) -> Effects {
        let ways = self.ways(verdicts);
        let give = |(key, moved, count): &(Key, Move, u32)| {
            let id = self.dictionaries.take_outcome(&moved.to, *count);
            self.dictionaries.outcome.release_many(key.0, *count);
            id
        };
        let given: Vec<_> = ways.ways.iter().map(give).collect();
        let version = self.version.0;
        let set = |blocks: &mut [Arc<Block>], first: usize, part: &[(usize, Vec<Moved>)]| {
            let mut numbers = ways.numbers();
            for (number, moves) in part {
                let block = Arc::make_mut(&mut blocks[number - first]);
                for moved in moves {
                    block.outcome.set_all(&moved.places, given[ways.places[&(moved.from, moved.to)]]);
                    block.touch(&moved.places, version);
                }
                ways.add(block, moves, &mut numbers);
            }
            numbers
        };
        let (lower, upper) = verdicts.blocks.split_at(lower);
        let middle = upper.first().map_or(self.blocks.len(), |(number, _)| *number);
        let (lower_blocks, upper_blocks) = Arc::make_mut(&mut self.blocks).split_at_mut(middle);
        let numbers = both((!upper.is_empty()).then_some(|| set(upper_blocks, middle, upper)), || {
            set(lower_blocks, 0, lower)
        });
        ways.effects(numbers)
    }

    /// The moves of all devices that move, none of which is set.
    pub(crate) fn effects_of(&self, verdicts: &Verdicts) -> Effects {
        self.effects_in_parts(verdicts, lower_part(verdicts))
    }

    /// As [`Fleet::effects_of`]; those behind so many of the blocks on a thread of their own.
    fn effects_in_parts(&self, verdicts: &Verdicts, lower: usize) -> Effects {
        let ways = self.ways(verdicts);
        let gather = |part: &[(usize, Vec<Moved>)]| {
            let mut numbers = ways.numbers();
            part.iter().for_each(|(number, moves)| ways.add(&self.blocks[*number], moves, &mut numbers));
            numbers
        };
        let (lower, upper) = verdicts.blocks.split_at(lower);
        let numbers = both((!upper.is_empty()).then_some(|| gather(upper)), || gather(lower));
        ways.effects(numbers)
    }

    fn ways(&self, verdicts: &Verdicts) -> Ways {
        let mut counts = HashMap::<Key, u32>::new();
        for moved in verdicts.blocks.iter().flat_map(|(_, moves)| moves) {
            *counts.entry((moved.from, moved.to)).or_default() += moved.places.len();
        }
        let outcome = |id| self.dictionaries.outcome.get(id).cloned().unwrap_or_default();
        let way = |(key, count): (Key, u32)| {
            let (from, to) = (outcome(key.0), verdicts.outcomes[key.1 as usize].clone());
            (key, Move { from, to, devices: RoaringBitmap::new() }, count)
        };
        let mut ways: Vec<_> = counts.into_iter().map(way).collect();
        ways.sort_by(|(_, a, _), (_, b, _)| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        let places = ways.iter().enumerate().map(|(place, (key, ..))| (*key, place)).collect();
        Ways { ways, places }
    }

    /// Sets the outcomes that a record tells.
    pub(crate) fn set_outcomes(&mut self, effects: &Effects) {
        for moved in &effects.moves {
            self.set_outcome(moved.iter(), &moved.to);
        }
    }

    /// Sets what the rules make of devices.
    pub(in crate::fleet) fn set_outcome(
        &mut self,
        devices: impl Iterator<Item = DeviceNumber>,
        outcome: &Outcome,
    ) {
        let mut locations: SmallVec<[Location; 4]> =
            devices.filter_map(|device| self.location(device)).collect();
        locations.sort_unstable();
        let count = u32::try_from(locations.len()).expect("devices are counted in 32 bits");
        let version = self.version.0;
        let id = self.dictionaries.take_outcome(outcome, count);
        // By id: how many had it. Mostly all had the same.
        let mut before = SmallVec::<[(u32, u32); 2]>::new();
        for of_block in locations.chunk_by(|a, b| a.block() == b.block()) {
            let mut places = Words::NONE;
            of_block.iter().for_each(|location| places.insert(location.place()));
            let (block, _) = self.block_mut(of_block[0]);
            for id in places.iter().map(|place| block.outcome.get(place)) {
                match before.iter_mut().find(|(known, _)| *known == id) {
                    Some((_, uses)) => *uses += 1,
                    None => before.push((id, 1)),
                }
            }
            block.outcome.set_all(&places, id);
            block.touch(&places, version);
        }
        for (id, uses) in before {
            self.dictionaries.outcome.release_many(id, uses);
        }
    }
}

impl Ways {
    /// Room for the numbers of the devices of each.
    fn numbers(&self) -> Vec<Vec<u32>> {
        vec![Vec::new(); self.ways.len()]
    }

    /// Adds the devices of a block to those that go their ways.
    fn add(&self, block: &Block, moves: &[Moved], devices: &mut [Vec<u32>]) {
        for moved in moves {
            let devices = &mut devices[self.places[&(moved.from, moved.to)]];
            moved.places.iter().for_each(|place| devices.push(block.number.get(place)));
        }
    }

    fn effects(self, numbers: Vec<Vec<u32>>) -> Effects {
        let with = |((_, moved, _), numbers)| Move { devices: set_of(numbers), ..moved };
        Effects { moves: self.ways.into_iter().zip(numbers).map(with).collect() }
    }
}

/// How many of the blocks in which devices move are one thread's; the others are another's, if they are worth one.
fn lower_part(verdicts: &Verdicts) -> usize {
    let count = verdicts.blocks.len();
    let worth_two = threads().get() > 1 && count >= 2 * BLOCKS_A_THREAD;
    if worth_two { count / 2 } else { count }
}

/// What both parts give, the upper behind the lower, worked out at once.
fn both(
    upper: Option<impl FnOnce() -> Vec<Vec<u32>> + Send>,
    lower: impl FnOnce() -> Vec<Vec<u32>>,
) -> Vec<Vec<u32>> {
    thread::scope(|scope| {
        let upper = upper.map(|upper| scope.spawn(upper));
        let mut all = lower();
        let upper = upper.map(|upper| upper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        for (all, more) in all.iter_mut().zip(upper.into_iter().flatten()) {
            all.extend(more);
        }
        all
    })
}

impl Dictionaries {
    /// The id of an outcome, with so many uses more. That of nothing known is not kept.
    fn take_outcome(&mut self, outcome: &Outcome, uses: u32) -> u32 {
        match uses > 0 && *outcome != Outcome::default() {
            true => self.outcome.take_many(outcome, uses),
            false => 0,
        }
    }
}

/// The numbers as a set. They mostly ascend: the devices of a block came one after the other.
fn set_of(mut numbers: Vec<u32>) -> RoaringBitmap {
    if !numbers.is_sorted() {
        numbers.sort_unstable();
    }
    RoaringBitmap::from_sorted_iter(numbers).expect("devices have different numbers, and these are sorted")
}

#[cfg(test)]
mod tests;
