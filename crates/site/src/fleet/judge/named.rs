//! Files and processes: the lists of a block are gone through once for all leaves that ask about any.

use domain::{FactText, fold};
use hashbrown::HashMap;
use rules::Truth;
use rules::block::{Bits, Column, Leaf, places_of};

use super::super::block::{Block, Dictionaries};
use super::super::dictionary::Dictionary;
use super::super::probed::Probed;
use super::value::Value;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Processes,
    Files,
}

/// Leaves that ask about files, or about processes.
#[derive(Debug)]
pub(super) struct Named {
    kind: Kind,
    asking: Vec<Asking>,
    /// By the id of a name: its slot; 0 of those that no leaf asks about.
    slots: Vec<u32>,
    slots_used: usize,
}

/// A leaf that asks about a name.
#[derive(Debug)]
struct Asking {
    leaf: usize,
    /// Of the names that are the same to it.
    slots: Vec<u32>,
    /// What it says where nothing was said of the name.
    unsaid: Truth,
    /// What it says of one that is not there, and of one that is; none where that takes the detail.
    says: [Option<Truth>; 2],
}

/// Of a word of devices: which spoke of a name, and which said that it holds.
#[derive(Clone, Copy, Debug, Default)]
struct Spoken {
    said: u64,
    truth: u64,
}

impl Kind {
    /// The name that a leaf asks about, and whether its case makes no difference.
    pub(super) fn asked(self, leaf: &Leaf) -> Option<(&str, bool)> {
        match (self, leaf.column()) {
            (Self::Processes, Column::Process { name, ignore_case }) => Some((name, ignore_case)),
            (Self::Files, Column::File { path, ignore_case }) => Some((path, ignore_case)),
            _ => None,
        }
    }

    fn names(self, ids: &Dictionaries) -> &Dictionary<FactText> {
        match self {
            Self::Processes => &ids.processes.names,
            Self::Files => &ids.files.names,
        }
    }

    fn column(self, block: &Block) -> &Probed {
        match self {
            Self::Processes => &block.processes,
            Self::Files => &block.files,
        }
    }

    fn value(self, ids: &Dictionaries, truth: bool, detail: u32) -> Value<'_> {
        match self {
            Self::Processes => Value::Process(truth, ids.processes.details.get(detail).map(FactText::as_str)),
            Self::Files => Value::File(truth, ids.files.details.get(detail).copied()),
        }
    }
}

impl Named {
    /// Those of the leaves that ask about names of this kind, which are `chosen`.
    pub(super) fn new(kind: Kind, all: &[Leaf], chosen: &[usize], ids: &Dictionaries) -> Self {
        // By name: its slots. Names that compare without case, which are folded, lie apart.
        let mut wanted = [HashMap::<&str, Vec<u32>>::new(), HashMap::new()];
        for (name, ignore_case) in chosen.iter().filter_map(|leaf| kind.asked(&all[*leaf])) {
            wanted[usize::from(ignore_case)].insert(name, Vec::new());
        }
        let names = kind.names(ids);
        let (mut slots, mut used) = (vec![0; names.next as usize], 1_u32);
        for id in 1..names.next {
            let Some(name) = names.get(id).map(FactText::as_str) else { continue };
            let folded = fold(name);
            let mut is_asked = false;
            for (wanted, form) in wanted.iter_mut().zip([name, &*folded]) {
                if let Some(of_name) = wanted.get_mut(form) {
                    of_name.push(used);
                    is_asked = true;
                }
            }
            if is_asked {
                slots[id as usize] = used;
                used += 1;
            }
        }
        let asking = |leaf: &usize| Asking {
            leaf: *leaf,
            slots: kind.asked(&all[*leaf]).map_or_else(Vec::new, |(name, ignore_case)| {
                wanted[usize::from(ignore_case)].get(name).cloned().unwrap_or_default()
            }),
            unsaid: all[*leaf].evaluate(&Value::Nothing),
            // Where a detail is asked for, one without it leaves that open.
            says: [false, true].map(|truth| {
                Some(all[*leaf].evaluate(&kind.value(ids, truth, 0))).filter(|said| *said != Truth::Unknown)
            }),
        };
        Self { kind, asking: chosen.iter().map(asking).collect(), slots, slots_used: used as usize }
    }

    /// Looks up some words of a block. Where a device spoke of two names that are the same to a leaf, `judge` tells
    /// what the leaf says, by number and place.
    pub(super) fn look_up(
        &self,
        all: &[Leaf],
        ids: &Dictionaries,
        block: &Block,
        words: impl Iterator<Item = usize>,
        answers: &mut [Bits],
        judge: impl Fn(usize, usize) -> Truth,
    ) {
        let lists = &self.kind.column(block).0;
        let mut spoken = vec![Spoken::default(); self.slots_used];
        for word in words {
            spoken.fill(Spoken::default());
            for (bit, list) in lists.run(word * 64..word * 64 + 64).enumerate() {
                for said in list {
                    let spoken = &mut spoken[self.slots[said.name as usize] as usize];
                    spoken.said |= 1 << bit;
                    spoken.truth |= u64::from(said.truth) << bit;
                }
            }
            for asking in &self.asking {
                let (leaf, bits) = (&all[asking.leaf], &mut answers[asking.leaf]);
                let (mut all_said, mut truth, mut twice) = (0, 0, 0);
                for spoken in asking.slots.iter().map(|slot| spoken[*slot as usize]) {
                    twice |= all_said & spoken.said;
                    all_said |= spoken.said;
                    truth |= spoken.truth;
                }
                (bits.pass.0[word], bits.maybe.0[word]) = (0, 0);
                let mut set = |places: u64, truth: Truth| {
                    bits.pass.0[word] |= if truth == Truth::Pass { places } else { 0 };
                    bits.maybe.0[word] |= if truth == Truth::Fail { 0 } else { places };
                };
                set(!all_said, asking.unsaid);
                for (places, holds) in [(all_said & !truth & !twice, false), (truth & !twice, true)] {
                    if let Some(says) = asking.says[usize::from(holds)] {
                        set(places, says);
                        continue;
                    }
                    for bit in places_of(places) {
                        let list = lists.get(word * 64 + bit);
                        let said =
                            list.iter().find(|said| asking.slots.contains(&self.slots[said.name as usize]));
                        let detail = said.map_or(0, |said| said.detail);
                        set(1 << bit, leaf.evaluate(&self.kind.value(ids, holds, detail)));
                    }
                }
                for bit in places_of(twice) {
                    set(1 << bit, judge(asking.leaf, word * 64 + bit));
                }
            }
        }
    }
}
