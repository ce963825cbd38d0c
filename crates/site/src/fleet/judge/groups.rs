//! The devices of a block by what is left to ask about them.

use std::collections::HashMap;

use domain::Os;
use hashbrown::HashMap as Table;
use rules::block::{Outcomes, Revision, Script, Words};

use super::super::block::{Block, Dictionaries};

/// Devices of a block, all of one system, that have the same outcome.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
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
    /// By system the outcomes, by id, that were ever seen; none of devices that cannot move.
    known: [Table<u32, Option<Known>>; Os::ALL.len()],
    scripts: Vec<Script>,
    numbers: HashMap<Script, usize>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    script: usize,
    from_number: u32,
}

impl Groups {
    /// The scripts by number.
    pub(super) fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    /// The devices at some places of a block, all of one system, that may move; by script.
    pub(super) fn of(
        &mut self,
        (revision, os): (&Revision, Os),
        ids: &Dictionaries,
        block: &Block,
        places: &Words,
        outcomes: &mut Outcomes,
        groups: &mut Vec<Group>,
    ) {
        groups.clear();
        let Self { known, scripts, numbers } = self;
        let known = &mut known[os.index()];
        block.outcome.by_value(places, |from, places| {
            let known = known.entry(from).or_insert_with(|| {
                let outcome = ids.outcome.get(from).cloned().unwrap_or_default();
                let script = revision.script(os, &outcome, outcomes)?;
                let from_number = outcomes.number(&outcome);
                if script == Script::Settled(from_number) {
                    return None;
                }
                let script = *numbers.entry(script).or_insert_with_key(|script| {
                    scripts.push(script.clone());
                    scripts.len() - 1
                });
                Some(Known { script, from_number })
            });
            if let Some(Known { script, from_number }) = *known {
                groups.push(Group { script, from, from_number, places: *places });
            }
        });
        groups.sort_unstable_by_key(|group| group.script);
    }
}
