//! What an outcome tells about the candidates of another program.

use domain::{Outcome, Status};

use super::outcomes::{Outcomes, State};
use super::revision::System;
use crate::truth::Truth;

/// What is left to ask about devices of one system that have the same outcome, from the strongest candidate to the
/// weakest; or, with nothing left to ask, the outcome they get.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Script {
    /// This is their outcome, by its number among the [`Outcomes`].
    Settled(u32),
    /// The candidates that matter, in their order.
    Open(Box<[Step]>),
}

/// A candidate, by its place, that does not fail for certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    pub(super) candidate: usize,
    /// `None`: it must be asked.
    pub(super) known: Option<Truth>,
}

impl Step {
    /// Whether it is not yet known what it says.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.known.is_none()
    }
}

impl Script {
    /// The script of devices that have `outcome` by the program before.
    pub(super) fn new(system: &System, outcome: &Outcome, outcomes: &mut Outcomes) -> Self {
        if system.candidates.is_empty() {
            let none = Outcome { status: Status::NotConfigured, ..Outcome::default() };
            return Self::Settled(outcomes.number(&none));
        }
        let told = Told::new(system, outcome);
        let mut steps = Vec::new();
        for (place, candidate) in system.candidates.iter().enumerate() {
            let known = candidate.before.and_then(|before| told.truth(before));
            if known != Some(Truth::Fail) {
                steps.push(Step { candidate: place, known });
            }
            if known == Some(Truth::Pass) {
                break;
            }
        }
        if steps.iter().any(|step| step.known.is_none()) {
            return Self::Open(steps.into());
        }
        let mut state = State::CLEAR;
        let mut winner = None;
        for step in steps {
            let classification = system.candidates[step.candidate].classification;
            match step.known {
                Some(Truth::Pass) => winner = Some(classification),
                _ => state = outcomes.undetermined(state, classification),
            }
        }
        Self::Settled(outcomes.end(state, winner))
    }
}

/// What an outcome tells of the candidates of the program that gave it.
struct Told {
    /// Of the candidates from the strongest on; of those beyond, nothing.
    truths: Vec<Truth>,
}

impl Told {
    /// Those stronger than the winner fail or are undetermined, the winner passes. An outcome that this program cannot
    /// have given tells nothing.
    fn new(system: &System, outcome: &Outcome) -> Self {
        let nothing = Self { truths: Vec::new() };
        let before = &system.before;
        let strongest = match (outcome.status, outcome.classification) {
            (Status::Managed, Some(winner)) => before.iter().position(|known| *known == winner),
            (Status::Unmanaged, None) if !before.is_empty() => Some(before.len()),
            _ => None,
        };
        let Some(strongest) = strongest else { return nothing };
        let mut undetermined = outcome.undetermined.iter().peekable();
        let truth = |candidate| match undetermined.next_if_eq(&candidate) {
            Some(_) => Truth::Unknown,
            None => Truth::Fail,
        };
        let mut truths: Vec<_> = before[..strongest].iter().map(truth).collect();
        if undetermined.next().is_some() {
            return nothing;
        }
        if strongest < before.len() {
            truths.push(Truth::Pass);
        }
        Self { truths }
    }

    /// That of the candidate at a place in the program before.
    fn truth(&self, place: usize) -> Option<Truth> {
        self.truths.get(place).copied()
    }
}
