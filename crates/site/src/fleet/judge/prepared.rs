//! Verdicts that are set before it is time to: what is left to do then is to put blocks where others are.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Version;
use rules::block::{WORDS, Words};

use super::super::Fleet;
use super::Verdicts;
use super::settle::lower_part;
use super::ways::Ways;
use crate::effects::Effects;

/// What verdicts make of a fleet.
#[derive(Debug)]
pub(crate) struct Prepared {
    verdicts: Verdicts,
    ways: Ways,
    /// The fleet that was judged, and as it is with the outcomes set.
    before: Fleet,
    after: Fleet,
}

impl Fleet {
    /// Sets on a clone what comes out of verdicts.
    pub(crate) fn prepare(&self, verdicts: Verdicts) -> Prepared {
        let mut after = self.clone();
        let ways = after.set_verdicts(&verdicts, lower_part(&verdicts));
        Prepared { verdicts, ways, before: self.clone(), after }
    }

    /// As [`Fleet::settle`] of `verdicts` and of what was prepared for the blocks that are what they were, of which
    /// those tell nothing. Their outcomes begin with those of what was prepared.
    pub(crate) fn settle_prepared(&mut self, prepared: &Prepared, verdicts: &Verdicts) -> Effects {
        let (same, others): (Vec<_>, Vec<_>) =
            prepared.verdicts.blocks.iter().partition(|(number, _)| prepared.is_of(self, *number));
        let lost = others.iter().map(|(number, moves)| (&*prepared.before.blocks[*number], moves.as_slice()));
        let mut ways = prepared.ways.clone().without(lost).and(self.ways(verdicts));
        if ways.is_empty() {
            return Effects::default();
        }
        let is_as_prepared = self.dictionaries.give(&mut ways);
        let devices = self.set_blocks(&verdicts.blocks, &ways, lower_part(verdicts));
        ways.gather(devices);
        let blocks = Arc::make_mut(&mut self.blocks);
        for (number, moves) in same {
            if is_as_prepared {
                blocks[*number] = Arc::clone(&prepared.after.blocks[*number]);
            } else {
                Arc::make_mut(&mut blocks[*number]).set_outcomes(moves, &ways);
            }
        }
        ways.effects()
    }

    /// The places of a block of which rules say what they said on a fleet that was this one at a version or before it,
    /// and that have the outcomes they had.
    fn places_as_on(&self, before: &Self, version: Version, block: usize) -> Words {
        let (Some(now), Some(before)) = (self.blocks.get(block), before.blocks.get(block)) else {
            return Words::NONE;
        };
        let is_same = |word: usize| {
            let at = now.changed.0[word];
            at == before.changed.0[word] && at <= version.0
        };
        let words =
            Words(std::array::from_fn::<_, WORDS, _>(|word| if is_same(word) { u64::MAX } else { 0 }));
        words & now.outcome.equal_places(&before.outcome)
    }
}

impl Prepared {
    pub(crate) fn verdicts(&self) -> &Verdicts {
        &self.verdicts
    }

    /// The blocks of a later fleet that are not those which were judged, by number, each with the places for which the
    /// verdicts hold. The fleet that was judged was of this version.
    pub(crate) fn others(&self, fleet: &Fleet, version: Version) -> BTreeMap<usize, Words> {
        let others = (0..fleet.blocks.len()).filter(|block| !self.is_of(fleet, *block));
        // An id that stands for another outcome now tells nothing of the device that has it.
        let ids_hold = fleet.dictionaries.outcome.agrees_with(&self.before.dictionaries.outcome);
        let holds =
            |block| if ids_hold { fleet.places_as_on(&self.before, version, block) } else { Words::NONE };
        others.map(|block| (block, holds(block))).collect()
    }

    /// Whether a block of a later fleet is that which was judged.
    fn is_of(&self, fleet: &Fleet, block: usize) -> bool {
        let blocks = (fleet.blocks.get(block), self.before.blocks.get(block));
        matches!(blocks, (Some(now), Some(before)) if Arc::ptr_eq(now, before))
    }
}

#[cfg(test)]
mod tests;
