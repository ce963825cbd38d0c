//! Judging the devices of a fleet block by block.

mod asked;
mod coded;
mod groups;
mod lookups;
mod named;
mod planes;
mod run;
mod settle;
mod tags;
mod truths;
mod value;

use std::sync::atomic::AtomicBool;

use domain::{Outcome, Status};
use hashbrown::HashMap;
use rules::block::{Cascade, Class, Outcomes, Revision, Words};

use self::asked::Asked;
use self::groups::{Group, Groups};
use self::lookups::Lookups;
use super::Fleet;
use super::block::Block;

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
    /// The blocks in which devices move, by number, ascending.
    pub(crate) blocks: Vec<(usize, Vec<Moved>)>,
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
}

impl<'f> Judge<'f> {
    fn new(fleet: &'f Fleet, revision: &'f Revision, lookups: &'f Lookups<'f>) -> Self {
        Self {
            fleet,
            revision,
            asked: Asked::new(lookups, fleet),
            groups: Groups::new(&fleet.dictionaries),
            of_block: Vec::new(),
            cascade: Cascade::default(),
            outcomes: Outcomes::default(),
        }
    }

    fn into_outcomes(self) -> Outcomes {
        self.outcomes
    }

    /// Tells `judged` of devices within a block that have the same outcome, and of the one that they get.
    fn judge(
        &mut self,
        block: &'f Block,
        number: usize,
        within: &Words,
        mut judged: impl FnMut(&Group, u32, Words),
    ) {
        let ids = &self.fleet.dictionaries;
        self.groups.of(self.revision, ids, block, within, &mut self.outcomes, &mut self.of_block);
        if self.of_block.is_empty() {
            return;
        }
        self.asked.turn_to(block, number);
        self.of_block.sort_unstable_by_key(|group| (group.os, group.script));
        for groups in self.of_block.chunk_by(|a, b| a.os == b.os) {
            let classes: Vec<_> = groups.chunk_by(|a, b| a.script == b.script).collect();
            let class = |groups: &&[Group]| Class {
                script: &self.groups.scripts()[groups[0].script],
                places: groups.iter().fold(Words::NONE, |all, group| all | group.places),
            };
            let given: Vec<_> = classes.iter().map(class).collect();
            let (asked, outcomes) = (&mut self.asked, &mut self.outcomes);
            self.cascade.judge(self.revision, groups[0].os, &given, asked, outcomes, |class, to, places| {
                for group in classes[class] {
                    let both = group.places & *places;
                    if !both.is_empty() {
                        judged(group, to, both);
                    }
                }
            });
        }
    }
}

impl Fleet {
    /// What `revision` makes of the devices that are `within` (asked for a block by its number): those that move.
    /// `None` once `stop` is true.
    pub(crate) fn judge(
        &self,
        revision: &Revision,
        within: impl Fn(usize) -> Words + Sync,
        stop: &AtomicBool,
    ) -> Option<Verdicts> {
        type Blocks = Vec<(usize, Vec<Moved>)>;
        let parts = self.run(revision, &within, stop, |blocks: &mut Blocks, number, group, to, places| {
            if to == group.from_number {
                return;
            }
            let moved = Moved { from: group.from, to, places };
            match blocks.last_mut() {
                Some((last, moves)) if *last == number => moves.push(moved),
                _ => blocks.push((number, vec![moved])),
            }
        })?;
        let mut verdicts = Verdicts::default();
        for (blocks, outcomes) in parts {
            verdicts.join(Verdicts { outcomes: outcomes.all().to_vec(), blocks });
        }
        Some(verdicts)
    }

    /// How many devices `revision` gives a classification, and how many none though some could be decided neither
    /// way. `None` once `stop` is true.
    pub(crate) fn count(&self, revision: &Revision, stop: &AtomicBool) -> Option<(u64, u64)> {
        let all = |_| Words::ALL;
        let parts = self.run(revision, &all, stop, |counts: &mut Vec<u64>, _, _, to, places| {
            let to = to as usize;
            if counts.len() <= to {
                counts.resize(to + 1, 0);
            }
            counts[to] += u64::from(places.len());
        })?;
        let mut sums = (0, 0);
        for (counts, outcomes) in parts {
            for (count, outcome) in counts.into_iter().zip(outcomes.all()) {
                match outcome.status {
                    Status::Managed => sums.0 += count,
                    _ if !outcome.undetermined.is_empty() => sums.1 += count,
                    _ => {}
                }
            }
        }
        Some(sums)
    }
}

impl Verdicts {
    /// Adds those of `other`, which are of other devices.
    pub(crate) fn join(&mut self, other: Self) {
        let mut known: HashMap<Outcome, u32> = self.outcomes.iter().cloned().zip(0..).collect();
        let number = |outcome: Outcome| {
            *known.entry(outcome).or_insert_with_key(|outcome| {
                self.outcomes.push(outcome.clone());
                u32::try_from(self.outcomes.len() - 1).expect("there are no more outcomes than devices")
            })
        };
        let numbers: Vec<_> = other.outcomes.into_iter().map(number).collect();
        self.blocks.extend(other.blocks.into_iter().map(|(number, mut moves)| {
            moves.iter_mut().for_each(|moved| moved.to = numbers[moved.to as usize]);
            (number, moves)
        }));
        self.blocks.sort_by_key(|(number, _)| *number);
    }

    /// Those of the devices that are `within`, by the number of their block.
    pub(crate) fn within(&self, within: impl Fn(usize) -> Words) -> Self {
        let part = |(number, moves): &(usize, Vec<Moved>)| {
            let within = within(*number);
            let moves = moves.iter().map(|moved| Moved { places: moved.places & within, ..*moved });
            let moves: Vec<_> = moves.filter(|moved| !moved.places.is_empty()).collect();
            (!moves.is_empty()).then_some((*number, moves))
        };
        Self { outcomes: self.outcomes.clone(), blocks: self.blocks.iter().filter_map(part).collect() }
    }
}
