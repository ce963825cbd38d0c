//! The devices of a block by what is left to ask about them.

use std::collections::HashMap;

use domain::Os;
use rules::block::{Outcomes, Revision, Script, WORDS, Words};

use super::super::block::{Block, Dictionaries};
use super::super::column::BLOCK;

/// Devices of a block that have the same system and the same outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub(super) os: Os,
    /// The number of their script.
    pub(super) script: usize,
    /// The id of their outcome, and its number among the [`Outcomes`].
    pub(super) from: u32,
    pub(super) from_number: u32,
    pub(super) places: Words,
}

/// Puts devices into groups.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// By outcome id and system: 0 not seen in this block, 1 for those that cannot move, else a place in `places`.
    slots: Vec<u16>,
    /// Of all that were ever seen.
    known: Vec<Option<Option<Known>>>,
    scripts: Vec<Script>,
    numbers: HashMap<Script, usize>,
    places: Vec<Words>,
    /// What the places are of: from slot 2 on.
    seen: Vec<usize>,
    scratch: Box<Scratch>,
}

#[derive(Debug)]
struct Scratch {
    os: [u8; BLOCK],
    outcome: [u32; BLOCK],
}

impl Default for Scratch {
    fn default() -> Self {
        Self { os: [0; BLOCK], outcome: [0; BLOCK] }
    }
}

#[derive(Clone, Copy, Debug)]
struct Known {
    os: Os,
    script: usize,
    from: u32,
    from_number: u32,
}

/// The devices that cannot move.
const STILL: u16 = 1;
/// The system's part of a place in `slots`.
const SYSTEM_BITS: u32 = 3;

impl Groups {
    pub(super) fn new(ids: &Dictionaries) -> Self {
        let size = (ids.outcome.next as usize) << SYSTEM_BITS;
        Self { slots: vec![0; size], known: vec![None; size], ..Self::default() }
    }

    /// The scripts by number.
    pub(super) fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    /// The devices of a block that are `within` and that may move.
    pub(super) fn of(
        &mut self,
        revision: &Revision,
        ids: &Dictionaries,
        block: &Block,
        within: &Words,
        outcomes: &mut Outcomes,
        groups: &mut Vec<Group>,
    ) {
        groups.clear();
        self.places.clear();
        self.places.resize(usize::from(STILL) + 1, Words::NONE);
        let mut scratch = std::mem::take(&mut self.scratch);
        let Scratch { os, outcome } = &mut *scratch;
        let os = block.os.all(os).unwrap_or(&[0; BLOCK]);
        let outcome = block.outcome.all(outcome).unwrap_or(&[0; BLOCK]);
        for word in within.words() {
            let places = word * 64..word * 64 + 64;
            for (bit, (os, outcome)) in os[places.clone()].iter().zip(&outcome[places]).enumerate() {
                let key = (*outcome as usize) << SYSTEM_BITS | usize::from(*os);
                let mut slot = self.slots[key];
                if slot == 0 {
                    slot = self.add(key, revision, ids, outcomes);
                }
                self.places[usize::from(slot)].0[word] |= 1 << bit;
            }
        }
        self.scratch = scratch;
        for (key, places) in self.seen.drain(..).zip(&self.places[usize::from(STILL) + 1..]) {
            self.slots[key] = 0;
            let places = *places & *within;
            if let Some(Some(known)) = self.known[key]
                && !places.is_empty()
            {
                let Known { os, script, from, from_number } = known;
                groups.push(Group { os, script, from, from_number, places });
            }
        }
    }

    /// The slot of a system and outcome that this block had not seen yet.
    fn add(&mut self, key: usize, revision: &Revision, ids: &Dictionaries, outcomes: &mut Outcomes) -> u16 {
        let known = match self.known[key] {
            Some(known) => known,
            None => {
                let known = self.know(key, revision, ids, outcomes);
                self.known[key] = Some(known);
                known
            }
        };
        self.slots[key] = match known {
            None => STILL,
            Some(_) => {
                self.seen.push(key);
                self.places.push(Words::NONE);
                u16::try_from(self.places.len() - 1).expect("a block has 1024 places")
            }
        };
        self.slots[key]
    }

    /// `None` of devices that cannot move.
    fn know(
        &mut self,
        key: usize,
        revision: &Revision,
        ids: &Dictionaries,
        outcomes: &mut Outcomes,
    ) -> Option<Known> {
        let from = u32::try_from(key >> SYSTEM_BITS).expect("ids have 32 bits");
        let outcome = ids.outcome.get(from).cloned().unwrap_or_default();
        let system = u8::try_from(key & ((1 << SYSTEM_BITS) - 1)).expect("three bits");
        // Of a device that has not said its system nothing is known, whatever the rules.
        let os = Os::from_number(system)?;
        let script = revision.script(os, &outcome, outcomes)?;
        let from_number = outcomes.number(&outcome);
        if script == Script::Settled(from_number) {
            return None;
        }
        let scripts = &mut self.scripts;
        let script = *self.numbers.entry(script).or_insert_with_key(|script| {
            scripts.push(script.clone());
            scripts.len() - 1
        });
        Some(Known { os, script, from, from_number })
    }
}

const _: () = assert!(Os::ALL.len() < 1 << SYSTEM_BITS && BLOCK == WORDS * 64);
