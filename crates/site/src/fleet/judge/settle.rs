//! Setting outcomes block by block.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use domain::{DeviceNumber, Outcome};
use roaring::RoaringBitmap;
use rules::block::Words;
use smallvec::SmallVec;

use super::super::block::{Block, Dictionaries};
use super::super::{Fleet, Location};
use super::ways::Ways;
use super::{Moved, Verdicts};
use crate::effects::Effects;
use crate::threads::{spawn_beside, threads};

/// Blocks that are worth a thread of their own.
const BLOCKS_A_THREAD: usize = 128;

impl Fleet {
    /// Sets the outcomes of all devices that move, and gives their moves.
    pub(crate) fn settle(&mut self, verdicts: &Verdicts) -> Effects {
        self.set_verdicts(verdicts, lower_part(verdicts)).effects()
    }

    /// Sets the outcomes of all devices that move; those behind so many of the blocks on a thread of their own.
    pub(super) fn set_verdicts(&mut self, verdicts: &Verdicts, lower: usize) -> Ways {
        let mut ways = self.ways(verdicts);
        self.dictionaries.give(&mut ways);
        let devices = self.set_blocks(&verdicts.blocks, &ways, lower);
        ways.gather(devices);
        ways
    }

    /// Sets the outcomes of devices in blocks; gives those that go each way.
    pub(super) fn set_blocks(
        &mut self,
        all: &[(usize, Vec<Moved>)],
        ways: &Ways,
        lower: usize,
    ) -> Vec<RoaringBitmap> {
        if all.is_empty() {
            return Vec::new();
        }
        let set = |blocks: &mut [Arc<Block>], first: usize, part: &[(usize, Vec<Moved>)]| {
            for (number, moves) in part {
                Arc::make_mut(&mut blocks[number - first]).set_outcomes(moves, ways);
            }
            ways.devices(part.iter().map(|(number, moves)| (&*blocks[number - first], moves.as_slice())))
        };
        let (lower, upper) = all.split_at(lower);
        let middle = upper.first().map_or(self.blocks.len(), |(number, _)| *number);
        let (lower_blocks, upper_blocks) = Arc::make_mut(&mut self.blocks).split_at_mut(middle);
        both((!upper.is_empty()).then_some(|| set(upper_blocks, middle, upper)), || {
            set(lower_blocks, 0, lower)
        })
    }

    /// The moves of all devices that move, none of which is set.
    pub(crate) fn effects_of(&self, verdicts: &Verdicts) -> Effects {
        self.effects_in_parts(verdicts, lower_part(verdicts))
    }

    /// As [`Fleet::effects_of`]; those behind so many of the blocks on a thread of their own.
    fn effects_in_parts(&self, verdicts: &Verdicts, lower: usize) -> Effects {
        let mut ways = self.ways(verdicts);
        let gather = |part: &[(usize, Vec<Moved>)]| {
            ways.devices(part.iter().map(|(number, moves)| (&*self.blocks[*number], moves.as_slice())))
        };
        let (lower, upper) = verdicts.blocks.split_at(lower);
        let devices = both((!upper.is_empty()).then_some(|| gather(upper)), || gather(lower));
        ways.gather(devices);
        ways.effects()
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
        }
        for (id, uses) in before {
            self.dictionaries.outcome.release_many(id, uses);
        }
    }
}

impl Block {
    /// Gives devices the outcomes to which their ways lead.
    pub(super) fn set_outcomes(&mut self, moves: &[Moved], ways: &Ways) {
        for moved in moves {
            self.outcome.set_all(&moved.places, ways.given(moved));
        }
    }
}

/// How many of the blocks in which devices move are one thread's; the others are another's, if they are worth one.
pub(super) fn lower_part(verdicts: &Verdicts) -> usize {
    let count = verdicts.blocks.len();
    let worth_two = threads().get() > 1 && count >= 2 * BLOCKS_A_THREAD;
    if worth_two { count / 2 } else { count }
}

/// What both parts give, worked out at once.
fn both(
    upper: Option<impl FnOnce() -> Vec<RoaringBitmap> + Send>,
    lower: impl FnOnce() -> Vec<RoaringBitmap>,
) -> Vec<RoaringBitmap> {
    thread::scope(|scope| {
        let upper = upper.map(|upper| spawn_beside(scope, upper));
        let mut all = lower();
        let upper = upper.map(|upper| upper.join().unwrap_or_else(|panic| resume_unwind(panic)));
        for (all, more) in all.iter_mut().zip(upper.into_iter().flatten()) {
            *all |= more;
        }
        all
    })
}

impl Dictionaries {
    /// The id of an outcome, with so many uses more. That of nothing known is not kept.
    pub(super) fn take_outcome(&mut self, outcome: &Outcome, uses: u32) -> u32 {
        match uses > 0 && *outcome != Outcome::default() {
            true => self.outcome.take_many(outcome, uses),
            false => 0,
        }
    }
}

#[cfg(test)]
mod tests;
