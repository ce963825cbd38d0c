//! All rules of a site, in the order in which they decide.

use std::sync::Arc;

use domain::{ClassificationId, Os, Outcome, Status};
use smallvec::SmallVec;

use crate::compiled::Compiled;
use crate::device::Device;
use crate::truth::Truth;

/// All rules of a site, by operating system and then by the priority of their classifications (netskope-v2 §7).
/// Two that are equal judge every device alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    systems: [Vec<Candidate>; Os::ALL.len()],
}

/// A classification that devices of one operating system can get. Two that are equal are true of the same devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) classification: ClassificationId,
    /// At least one; any of them suffices.
    pub(crate) rules: Vec<Arc<Compiled>>,
}

impl Program {
    /// Takes the classifications, strongest first, each with its rules.
    pub fn new(classifications: impl Iterator<Item = (ClassificationId, Vec<(Os, Arc<Compiled>)>)>) -> Self {
        let mut program = Self::default();
        for (classification, rules) in classifications {
            for (os, rule) in rules {
                let candidates = &mut program.systems[os.index()];
                match candidates.last_mut() {
                    Some(last) if last.classification == classification => last.rules.push(rule),
                    _ => candidates.push(Candidate { classification, rules: vec![rule] }),
                }
            }
        }
        program
    }

    /// What the rules make of `device`: the strongest classification one of whose rules passes, and those stronger
    /// than it that could be decided neither way.
    pub fn classify(&self, device: &impl Device) -> Outcome {
        let Some(os) = device.os() else { return Outcome::default() };
        let candidates = &self.systems[os.index()];
        if candidates.is_empty() {
            return Outcome { status: Status::NotConfigured, ..Outcome::default() };
        }
        let mut undetermined = SmallVec::<[ClassificationId; 16]>::new();
        for candidate in candidates {
            match candidate.evaluate(device) {
                Truth::Fail => {}
                Truth::Unknown => undetermined.push(candidate.classification),
                Truth::Pass => {
                    return Outcome {
                        status: Status::Managed,
                        classification: Some(candidate.classification),
                        undetermined: undetermined.as_slice().into(),
                    };
                }
            }
        }
        Outcome {
            status: Status::Unmanaged,
            classification: None,
            undetermined: undetermined.as_slice().into(),
        }
    }

    /// The candidates of devices of `os`, strongest first.
    pub(crate) fn of(&self, os: Os) -> &[Candidate] {
        &self.systems[os.index()]
    }

    /// Whether any rule is for `os`.
    #[must_use]
    pub fn has_rules(&self, os: Os) -> bool {
        !self.systems[os.index()].is_empty()
    }
}

impl Candidate {
    /// Whether all its rules could be read.
    pub(crate) fn is_decidable(&self) -> bool {
        self.rules.iter().all(|rule| rule.is_decidable())
    }

    fn evaluate(&self, device: &impl Device) -> Truth {
        Truth::any(self.rules.iter().map(|rule| rule.evaluate(device)))
    }
}
