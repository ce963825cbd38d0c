//! All rules of a site, in the order in which they decide.

use std::sync::Arc;

use domain::{ClassificationId, Os, Outcome, Status};

use crate::compiled::Compiled;
use crate::device::Device;
use crate::system::System;

/// All rules of a site, by operating system and then by the priority of their classifications (netskope-v2 §7).
/// Two that are equal judge every device alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    systems: [System; Os::ALL.len()],
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
        let mut systems: [Vec<Candidate>; Os::ALL.len()] = Default::default();
        for (classification, rules) in classifications {
            for (os, rule) in rules {
                let candidates = &mut systems[os.index()];
                match candidates.last_mut() {
                    Some(last) if last.classification == classification => last.rules.push(rule),
                    _ => candidates.push(Candidate { classification, rules: vec![rule] }),
                }
            }
        }
        Self { systems: systems.map(System::new) }
    }

    /// What the rules make of `device`: the strongest classification one of whose rules passes, and those stronger
    /// than it that could be decided neither way.
    pub fn classify(&self, device: &impl Device) -> Outcome {
        match device.os() {
            None => Outcome::default(),
            Some(os) if !self.has_rules(os) => {
                Outcome { status: Status::NotConfigured, ..Outcome::default() }
            }
            Some(os) => self.systems[os.index()].classify(device),
        }
    }

    /// The candidates of devices of `os`, strongest first.
    pub(crate) fn of(&self, os: Os) -> &[Candidate] {
        self.systems[os.index()].candidates()
    }

    /// Whether any rule is for `os`.
    #[must_use]
    pub fn has_rules(&self, os: Os) -> bool {
        !self.of(os).is_empty()
    }
}

impl Candidate {
    /// Whether all its rules could be read.
    pub(crate) fn is_decidable(&self) -> bool {
        self.rules.iter().all(|rule| rule.is_decidable())
    }
}
