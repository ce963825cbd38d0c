//! What the leaves say of a block, looked up when it is asked for the first time.

use std::sync::atomic::{AtomicBool, Ordering};

use rules::block::{Answers, Bits, Words};

use super::super::block::Block;
use super::super::column::BLOCK;
use super::super::{DeviceRef, Fleet, Location};
use super::lookups::{Lookup, Lookups};
use super::memo::Memo;

/// Devices that are looked at one by one between two looks at whether to stop.
const DEVICES_BETWEEN_LOOKS: usize = 64;

/// The answers of one block at a time.
#[derive(Debug)]
pub(super) struct Asked<'f> {
    lookups: &'f Lookups<'f>,
    fleet: &'f Fleet,
    /// Once true, what is answered is worth nothing.
    stop: &'f AtomicBool,
    /// None before the first.
    block: Option<&'f Block>,
    /// Of the block's first place.
    first: u32,
    /// What was kept of the block.
    recalled: Option<&'f [Bits]>,
    /// By leaf.
    bits: Vec<Bits>,
    /// By lookup: what was worked out of ids.
    memos: Vec<Memo>,
    /// By lookup: the places that were looked up.
    known: Vec<Words>,
}

impl<'f> Asked<'f> {
    pub(super) fn new(lookups: &'f Lookups<'f>, fleet: &'f Fleet, stop: &'f AtomicBool) -> Self {
        Self {
            lookups,
            fleet,
            stop,
            block: None,
            first: 0,
            recalled: None,
            bits: vec![Bits::default(); lookups.leaves.len()],
            memos: lookups.all.iter().map(|lookup| lookup.memo(&fleet.dictionaries)).collect(),
            known: vec![Words::NONE; lookups.all.len()],
        }
    }

    /// Goes on to another block.
    pub(super) fn turn_to(&mut self, block: &'f Block, number: usize) {
        self.block = Some(block);
        self.first = u32::try_from(number * BLOCK).expect("a site's places are counted in 32 bits");
        self.recalled = self.lookups.kept.of(block, number);
        self.known.fill(Words::NONE);
    }

    /// What is to be kept of the block, if all of it is known.
    pub(super) fn kept(&self) -> Option<Box<[Bits]>> {
        let keeping = &self.lookups.keeping;
        let is_known = |leaf: &usize| self.known[self.lookups.of_leaf[*leaf]] == Words::ALL;
        let is_kept = !keeping.is_empty() && keeping.iter().all(is_known);
        is_kept.then(|| keeping.iter().map(|leaf| self.bits[*leaf]).collect())
    }

    /// Looks up at least those places. Gives all that are known now besides those that were.
    fn look_up(&mut self, leaf: usize, lookup: usize, missing: &Words) -> Words {
        let Self { lookups, fleet, stop, first, bits, memos, .. } = self;
        let Lookups { leaves, all, .. } = lookups;
        let Some(block) = self.block else { return Words::ALL };
        let ids = &fleet.dictionaries;
        let judge = |leaf: usize, place| leaves[leaf].evaluate(&device(fleet, block, *first, place));
        match &all[lookup] {
            Lookup::Table(table) => {
                if let (Some(answers), Some(places)) = (self.recalled, &lookups.recalled[lookup]) {
                    for (leaf, place) in table.leaves().iter().zip(places) {
                        bits[*leaf] = answers[*place];
                    }
                    return Words::ALL;
                }
                return table.look_up(leaves, (ids, &mut memos[lookup]), block, missing, bits);
            }
            Lookup::Flag(flag) => bits[leaf] = flag.look_up(block),
            Lookup::Constant(truth) => bits[leaf] = Bits::all(*truth),
            Lookup::Tagged(tagged) => return tagged.look_up(block, missing, bits),
            Lookup::Named(named) => {
                return named.look_up(leaves, (ids, &mut memos[lookup]), block, missing, bits, judge);
            }
            Lookup::Certified(certified) => {
                certified.look_up(leaves, |place| device(fleet, block, *first, place), missing, stop, bits);
                return *missing;
            }
            Lookup::Single => {
                for (count, place) in missing.iter().enumerate() {
                    if count % DEVICES_BETWEEN_LOOKS == 0 && stop.load(Ordering::Relaxed) {
                        break;
                    }
                    bits[leaf].set(place, judge(leaf, place));
                }
                return *missing;
            }
        }
        Words::ALL
    }
}

impl Answers for Asked<'_> {
    fn answer(&mut self, leaf: usize, needed: &Words) -> &Bits {
        let lookup = self.lookups.of_leaf[leaf];
        let missing = needed.without(&self.known[lookup]);
        if !missing.is_empty() {
            let known = self.look_up(leaf, lookup, &missing);
            self.known[lookup] |= &known;
        }
        &self.bits[leaf]
    }
}

fn device<'f>(fleet: &'f Fleet, block: &'f Block, first: u32, place: usize) -> DeviceRef<'f> {
    let place = u32::try_from(place).expect("a block has 1024 places");
    DeviceRef::new(fleet, block, Location(first + place))
}
