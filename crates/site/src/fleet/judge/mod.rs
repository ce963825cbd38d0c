//! Judging the devices of a fleet block by block.

mod asked;
mod certified;
mod coded;
mod groups;
mod kept;
mod lookups;
mod memo;
mod named;
mod planes;
mod prepared;
mod run;
mod settle;
mod tags;
mod truths;
mod value;
mod ways;

use std::sync::atomic::AtomicBool;

use domain::{Os, Outcome};
use hashbrown::HashMap;
use rules::block::{Bits, Cascade, Class, Outcomes, Revision, Words};

use self::asked::Asked;
use self::groups::{Group, Groups};
pub(in crate::fleet) use self::kept::Keeper;
use self::kept::OfBlock;
use self::lookups::Lookups;
pub(crate) use self::prepared::Prepared;
use super::Fleet;
use super::block::Block;
use super::systems::{Located, Systems};
use crate::matching::Matching;

/// Devices of a block that move the same way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moved {
    /// The id of the outcome that they have.
    pub(crate) from: u32,
    /// The number of the one that they get, among [`Verdicts::outcomes`].
    pub(crate) to: u32,
    pub(crate) places: Words,
}

/// What rules make of devices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdicts {
    pub(crate) outcomes: Vec<Outcome>,
    /// The blocks in which devices move, by number, ascending, each once.
    pub(crate) blocks: Vec<(usize, Vec<Moved>)>,
    /// How many devices move from the outcome of an id to that of a number.
    counts: HashMap<(u32, u32), u32>,
    /// Of how many devices the rules are true that were counted besides.
    pub(crate) matching: Matching,
    /// The devices that were judged.
    pub(in crate::fleet) systems: Located,
}

/// Judges one block after another; one a thread.
struct Judge<'f> {
    fleet: &'f Fleet,
    revision: &'f Revision,
    asked: Asked<'f>,
    groups: Groups,
    of_block: Vec<Group>,
    cascade: Cascade,
    outcomes: Outcomes,
    blocks: Vec<(usize, Vec<Moved>)>,
    counts: HashMap<(u32, u32), u32>,
    matching: Matching,
    systems: Located,
    /// Of blocks by number: what is kept.
    kept: Vec<(usize, OfBlock)>,
}

impl<'f> Judge<'f> {
    fn new(fleet: &'f Fleet, revision: &'f Revision, lookups: &'f Lookups<'f>, stop: &'f AtomicBool) -> Self {
        Self {
            fleet,
            revision,
            asked: Asked::new(lookups, fleet, stop),
            groups: Groups::default(),
            of_block: Vec::new(),
            cascade: Cascade::default(),
            outcomes: Outcomes::default(),
            blocks: Vec::new(),
            counts: HashMap::new(),
            matching: Matching::default(),
            systems: Located::default(),
            kept: Vec::new(),
        }
    }

    /// What came out, and what is kept.
    fn done(self) -> (Verdicts, Vec<(usize, OfBlock)>) {
        let Self { outcomes, blocks, counts, matching, systems, kept, .. } = self;
        (Verdicts { outcomes: outcomes.all().to_vec(), blocks, counts, matching, systems }, kept)
    }

    /// Judges the devices of a block that are `within`.
    fn judge(&mut self, block: &'f Block, number: usize, within: &Words) {
        self.asked.turn_to(block, number);
        let mut moves = Vec::new();
        block.os.by_value(within, |os, places| {
            // Of a device that has not said its system nothing is known, whatever the rules.
            let Some(os) = Os::from_number(os) else { return };
            self.systems.add(os, (block, number), places);
            let doubtful = self.revision.in_doubt(os, places, &mut self.asked);
            if !doubtful.is_empty() {
                self.judge_system(block, os, &doubtful, &mut moves);
            }
            if let Some(bits) = self.revision.count(os, places, &mut self.asked) {
                self.matching.add(&bits);
            }
        });
        if !moves.is_empty() {
            self.blocks.push((number, moves));
        }
        self.kept.extend(self.asked.kept().map(|answers| (number, OfBlock::new(block, answers))));
    }

    /// Judges devices of a block that have the same system.
    fn judge_system(&mut self, block: &'f Block, os: Os, places: &Words, moves: &mut Vec<Moved>) {
        let Self { revision, groups, of_block, outcomes, asked, counts, .. } = self;
        groups.of((revision, os), &self.fleet.dictionaries, block, places, outcomes, of_block);
        let classes: Vec<_> = of_block.chunk_by(|a, b| a.script == b.script).collect();
        let class = |of_class: &&[Group]| Class {
            script: &groups.scripts()[of_class[0].script],
            places: of_class.iter().fold(Words::NONE, |all, group| all | group.places),
        };
        let given: Vec<_> = classes.iter().map(class).collect();
        self.cascade.judge(revision, os, &given, asked, outcomes, |class, to, places| {
            for group in classes[class].iter().filter(|group| group.from_number != to) {
                let both = group.places & *places;
                if !both.is_empty() {
                    *counts.entry((group.from, to)).or_default() += both.len();
                    moves.push(Moved { from: group.from, to, places: both });
                }
            }
        });
    }
}

impl Matching {
    fn add(&mut self, bits: &Bits) {
        self.matched += u64::from(bits.pass.len());
        self.unknown += u64::from(bits.maybe.without(&bits.pass).len());
    }
}

impl Verdicts {
    /// Those that move devices of blocks to `outcomes`.
    fn of(outcomes: Vec<Outcome>, blocks: Vec<(usize, Vec<Moved>)>) -> Self {
        let mut counts = HashMap::new();
        for moved in blocks.iter().flat_map(|(_, moves)| moves) {
            *counts.entry((moved.from, moved.to)).or_default() += moved.places.len();
        }
        Self { outcomes, blocks, counts, ..Self::default() }
    }

    /// Adds those of `other`, which are of other devices.
    pub(crate) fn join(&mut self, other: Self) {
        self.matching.matched += other.matching.matched;
        self.matching.unknown += other.matching.unknown;
        self.systems.join(&other.systems);
        let mut known: HashMap<Outcome, u32> = self.outcomes.iter().cloned().zip(0..).collect();
        let number = |outcome: Outcome| {
            *known.entry(outcome).or_insert_with_key(|outcome| {
                self.outcomes.push(outcome.clone());
                u32::try_from(self.outcomes.len() - 1).expect("there are no more outcomes than devices")
            })
        };
        let numbers: Vec<_> = other.outcomes.into_iter().map(number).collect();
        for ((from, to), count) in other.counts {
            *self.counts.entry((from, numbers[to as usize])).or_default() += count;
        }
        self.blocks.extend(other.blocks.into_iter().map(|(number, mut moves)| {
            moves.iter_mut().for_each(|moved| moved.to = numbers[moved.to as usize]);
            (number, moves)
        }));
        self.blocks.sort_by_key(|(number, _)| *number);
        // Each block once: who sets them has some of the blocks, others the rest.
        self.blocks.dedup_by(|(next, moves), (number, known)| {
            let is_same = next == number;
            if is_same {
                known.append(moves);
            }
            is_same
        });
    }

    /// The devices that were judged, by their systems.
    pub(crate) fn systems(&self) -> Systems {
        self.systems.systems()
    }

    /// The moves of the devices that are `within`, by the number of their block.
    pub(crate) fn within(&self, within: impl Fn(usize) -> Words) -> Self {
        let part = |(number, moves): &(usize, Vec<Moved>)| {
            let within = within(*number);
            if within.is_empty() {
                return None;
            }
            let moves = moves.iter().map(|moved| Moved { places: moved.places & within, ..*moved });
            let moves: Vec<_> = moves.filter(|moved| !moved.places.is_empty()).collect();
            (!moves.is_empty()).then_some((*number, moves))
        };
        let blocks = self.blocks.iter().filter_map(part).collect();
        Self::of(self.outcomes.clone(), blocks)
    }
}
