//! Files and processes: the lists of a block are gone through once for all leaves that ask about any.

use domain::{FactText, fold};
use hashbrown::HashMap;
use rules::Truth;
use rules::block::{Bits, Column, Leaf};

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
    /// By number.
    leaves: Vec<usize>,
    /// What each says where nothing was said of the name.
    unsaid: Vec<Truth>,
    /// By the id of a name: the part of `asking` that is about it.
    names: Vec<(u32, u32)>,
    asking: Vec<Asking>,
}

/// A leaf that asks about a name.
#[derive(Clone, Copy, Debug)]
struct Asking {
    leaf: usize,
    /// What it says of one that is not there, and of one that is; none where that takes the detail.
    says: [Option<Truth>; 2],
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
    pub(super) fn new(kind: Kind, all: &[Leaf], chosen: Vec<usize>, ids: &Dictionaries) -> Self {
        let mut wanted = HashMap::<(&str, bool), Vec<Asking>>::new();
        for leaf in &chosen {
            if let Some(name) = kind.asked(&all[*leaf]) {
                // Where a detail is asked for, one without it leaves that open.
                let says = [false, true].map(|truth| {
                    let said = all[*leaf].evaluate(&kind.value(ids, truth, 0));
                    (said != Truth::Unknown).then_some(said)
                });
                wanted.entry(name).or_default().push(Asking { leaf: *leaf, says });
            }
        }
        let (mut names, mut asking) = (Vec::new(), Vec::new());
        let dictionary = kind.names(ids);
        for id in 0..dictionary.next {
            let start = asking.len();
            if let Some(name) = dictionary.get(id).map(FactText::as_str) {
                let folded = fold(name);
                let (exact, folded) = (wanted.get(&(name, false)), wanted.get(&(&*folded, true)));
                asking.extend(exact.into_iter().chain(folded).flatten());
            }
            names.push((start, asking.len()));
        }
        let place = |place: usize| u32::try_from(place).expect("a name has few leaves");
        let names = names.into_iter().map(|(start, end)| (place(start), place(end))).collect();
        let unsaid = chosen.iter().map(|leaf| all[*leaf].evaluate(&Value::Nothing)).collect();
        Self { kind, leaves: chosen, unsaid, names, asking }
    }

    /// Looks up some words of a block. Where a device said something of two names that are the same to a leaf,
    /// `judge` tells what the leaf says, by number and place.
    pub(super) fn look_up(
        &self,
        all: &[Leaf],
        ids: &Dictionaries,
        block: &Block,
        words: impl Iterator<Item = usize>,
        answers: &mut [Bits],
        judge: impl Fn(usize, usize) -> Truth,
    ) {
        let set = |member: bool| if member { u64::MAX } else { 0 };
        // By leaf: the last place that was said something of.
        let mut last = vec![usize::MAX; all.len()];
        for word in words {
            for (leaf, unsaid) in self.leaves.iter().zip(&self.unsaid) {
                answers[*leaf].pass.0[word] = set(*unsaid == Truth::Pass);
                answers[*leaf].maybe.0[word] = set(*unsaid != Truth::Fail);
            }
            let lists = self.kind.column(block).0.run(word * 64..word * 64 + 64);
            for (place, list) in (word * 64..).zip(lists) {
                for said in list {
                    let (start, end) = self.names[said.name as usize];
                    for asking in &self.asking[start as usize..end as usize] {
                        let leaf = asking.leaf;
                        let truth = if last[leaf] == place {
                            judge(leaf, place)
                        } else {
                            asking.says[usize::from(said.truth)].unwrap_or_else(|| {
                                all[leaf].evaluate(&self.kind.value(ids, said.truth, said.detail))
                            })
                        };
                        last[leaf] = place;
                        answers[leaf].set(place, truth);
                    }
                }
            }
        }
    }
}
