//! The rules for devices of one operating system.

use domain::{ClassificationId, Outcome, Status};
use smallvec::SmallVec;

use crate::device::Device;
use crate::needed_tags::{NeededTags, needed};
use crate::program::Candidate;
use crate::steps::{Asked, Layout, Place, Steps};
use crate::truth::Truth;

/// What devices of one operating system can get, made ready for judging them one by one.
#[derive(Clone, Debug, Default)]
pub(crate) struct System {
    candidates: Vec<Candidate>,
    /// The rules of all candidates in their order: where the steps of each begin, and what it gives.
    rules: Vec<(Place, ClassificationId)>,
    steps: Steps,
    needed_tags: NeededTags,
}

/// All else follows from the candidates.
impl PartialEq for System {
    fn eq(&self, other: &Self) -> bool {
        self.candidates == other.candidates
    }
}

impl Eq for System {}

type Undetermined = SmallVec<[ClassificationId; 16]>;

/// What so many checks said is kept on the stack.
const FEW_CHECKS: usize = 64;

impl System {
    /// Takes the candidates, strongest first.
    pub(crate) fn new(candidates: Vec<Candidate>) -> Self {
        let (mut layout, mut rules, mut all_needed) = (Layout::default(), Vec::new(), Vec::new());
        for candidate in &candidates {
            for rule in &candidate.rules {
                let needed = needed(rule.plan());
                let carried = needed.iter().filter(|tags| tags.len() == 1).flatten().next();
                rules.push((layout.add(rule.plan(), carried.copied()), candidate.classification));
                all_needed.push(needed);
            }
        }
        Self { candidates, rules, steps: layout.finish(), needed_tags: NeededTags::new(&all_needed) }
    }

    /// Strongest first.
    pub(crate) fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// What the rules make of `device`, of which there is one at least.
    pub(crate) fn classify(&self, device: &impl Device) -> Outcome {
        let (mut few, mut many);
        let checks = self.steps.checks();
        let said = if checks <= FEW_CHECKS {
            few = [None; FEW_CHECKS];
            &mut few[..checks]
        } else {
            many = vec![None; checks];
            &mut many[..]
        };
        let mut asked = Asked::new(&self.steps, device, said);
        let mut undetermined = Undetermined::new();
        for word in 0..self.needed_tags.words() {
            let mut open = self.needed_tags.open(word, device.tags());
            while open != 0 {
                let (start, classification) = self.rules[word * 64 + open.trailing_zeros() as usize];
                open &= open - 1;
                let truth = asked.truth(start);
                if truth == Truth::Fail {
                    continue;
                }
                // Another of its rules may have left it open.
                if undetermined.last() == Some(&classification) {
                    undetermined.pop();
                }
                if truth == Truth::Pass {
                    return Outcome {
                        status: Status::Managed,
                        classification: Some(classification),
                        undetermined: boxed(&undetermined),
                    };
                }
                undetermined.push(classification);
            }
        }
        Outcome { status: Status::Unmanaged, classification: None, undetermined: boxed(&undetermined) }
    }
}

/// Mostly there are none, which costs nothing.
fn boxed(undetermined: &[ClassificationId]) -> Box<[ClassificationId]> {
    if undetermined.is_empty() { Box::default() } else { undetermined.into() }
}
