//! From one program to the next: what differs for devices that were judged by the one before.

use domain::{ClassificationId, Os, Outcome};

use super::formula::{Formula, Leaves};
use super::leaf::Leaf;
use super::outcomes::Outcomes;
use super::script::Script;
use crate::program::{Candidate, Program};

/// A program as it judges devices whose outcomes another one gave.
#[derive(Clone, Debug)]
pub struct Revision {
    /// `None` where no device can move.
    systems: [Option<System>; Os::ALL.len()],
    leaves: Vec<Leaf>,
    first_asked: usize,
}

/// One operating system of it.
#[derive(Clone, Debug, Default)]
pub(super) struct System {
    pub(super) candidates: Vec<Judged>,
    /// The classifications of the program before, strongest first.
    pub(super) before: Vec<ClassificationId>,
}

/// A candidate of the new program.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) classification: ClassificationId,
    pub(super) formula: Formula,
    /// The place in the program before of a candidate that is true of the same devices.
    pub(super) before: Option<usize>,
}

impl Revision {
    /// From the program `before` to `after`. Without one before, the outcomes of devices tell nothing.
    #[must_use]
    pub fn new(before: Option<&Program>, after: &Program) -> Self {
        let (mut leaves, mut first_asked) = (Leaves::default(), 0);
        let changed = |os: &Os| before.is_none_or(|before| before.of(*os) != after.of(*os));
        let mut systems = Os::ALL.map(|os| {
            changed(&os).then(|| {
                let before = before.map_or(&[][..], |before| before.of(os));
                System::new(before, after.of(os))
            })
        });
        // Those that must be asked of most devices come first: their leaves lie together.
        for asked_first in [true, false] {
            for (system, os) in systems.iter_mut().zip(Os::ALL) {
                let judged = system.iter_mut().flat_map(|system| &mut system.candidates);
                for (judged, candidate) in judged.zip(after.of(os)) {
                    if judged.before.is_none() == asked_first {
                        let rules = candidate.rules.iter().map(|rule| Formula::new(rule.plan(), &mut leaves));
                        judged.formula = Formula::Any(rules.collect());
                    }
                }
            }
            if asked_first {
                first_asked = leaves.all.len();
            }
        }
        Self { systems, first_asked, leaves: leaves.all }
    }

    /// Whether no device can move.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.systems.iter().all(Option::is_none)
    }

    /// The leaves by number.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// How many of the leaves, from the first on, belong to candidates that nothing is known of.
    #[must_use]
    pub fn first_asked(&self) -> usize {
        self.first_asked
    }

    /// What is left to ask about devices of `os` that have `outcome`; `None` where no device of it can move.
    pub fn script(&self, os: Os, outcome: &Outcome, outcomes: &mut Outcomes) -> Option<Script> {
        let system = self.systems[os.index()].as_ref()?;
        Some(Script::new(system, outcome, outcomes))
    }

    pub(super) fn system(&self, os: Os) -> Option<&System> {
        self.systems[os.index()].as_ref()
    }
}

impl System {
    fn new(before: &[Candidate], after: &[Candidate]) -> Self {
        let judged = |candidate: &Candidate| Judged {
            classification: candidate.classification,
            formula: Formula::Undecidable,
            // What an earlier program could still decide, and this one cannot, has left outcomes that tell nothing now.
            before: before.iter().position(|known| known == candidate).filter(|_| candidate.is_decidable()),
        };
        Self {
            candidates: after.iter().map(judged).collect(),
            before: before.iter().map(|candidate| candidate.classification).collect(),
        }
    }
}
