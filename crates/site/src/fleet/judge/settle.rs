//! Setting outcomes block by block.

use domain::{DeviceNumber, Outcome};
use hashbrown::HashMap;
use roaring::RoaringBitmap;
use rules::block::Words;
use smallvec::SmallVec;

use super::super::block::Dictionaries;
use super::super::column::BLOCK;
use super::super::{Fleet, Location};
use super::Verdicts;
use crate::effects::{Effects, Move};

impl Fleet {
    /// Sets the outcomes of all devices that move, and gives their moves.
    pub(crate) fn settle(&mut self, verdicts: &Verdicts) -> Effects {
        let mut moves = self.moves(verdicts);
        let given: HashMap<_, _> = moves
            .iter_mut()
            .map(|(key, moved)| {
                let count = u32::try_from(moved.devices.len()).expect("devices are counted in 32 bits");
                let id = self.dictionaries.take_outcome(&moved.to, count);
                self.dictionaries.outcome.release_many(key.0, count);
                (*key, id)
            })
            .collect();
        let version = self.version.0;
        for (number, moves) in &verdicts.blocks {
            let (block, _) = self.block_mut(Location::first_of(*number));
            for moved in moves {
                block.outcome.set_all(&moved.places, given[&(moved.from, moved.to)]);
                block.touch(&moved.places, version);
            }
        }
        Effects { moves: moves.into_iter().map(|(_, moved)| moved).collect() }
    }

    /// The moves of all devices that move, none of which is set.
    pub(crate) fn effects_of(&self, verdicts: &Verdicts) -> Effects {
        Effects { moves: self.moves(verdicts).into_iter().map(|(_, moved)| moved).collect() }
    }

    /// The moves in their order, each with the id of the outcome before and the number of the one after.
    fn moves(&self, verdicts: &Verdicts) -> Vec<((u32, u32), Move)> {
        let (mut places, mut devices) = (HashMap::new(), Vec::<((u32, u32), Vec<u32>)>::new());
        let mut scratch = [0; BLOCK];
        for (number, moves) in &verdicts.blocks {
            let numbers = self.blocks[*number].number.all(&mut scratch).unwrap_or(&[0; BLOCK]);
            for moved in moves {
                let key = (moved.from, moved.to);
                let place = *places.entry(key).or_insert_with(|| {
                    devices.push((key, Vec::new()));
                    devices.len() - 1
                });
                devices[place].1.extend(moved.places.iter().map(|place| numbers[place]));
            }
        }
        let outcome = |id| self.dictionaries.outcome.get(id).cloned().unwrap_or_default();
        let moved = |(key, numbers): ((u32, u32), Vec<u32>)| {
            let (from, to) = (outcome(key.0), verdicts.outcomes[key.1 as usize].clone());
            (key, Move { from, to, devices: set_of(numbers) })
        };
        let mut moves: Vec<_> = devices.into_iter().map(moved).collect();
        moves.sort_by(|(_, a), (_, b)| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        moves
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
