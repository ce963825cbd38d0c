//! What an outcome tells about the candidates of another program.

use domain::{Outcome, Status};

use super::outcomes::{Outcomes, State};
use super::revision::{Judged, System};
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
    pub(super) known: Known,
}

/// What is known of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Known {
    /// What it says.
    Said(Truth),
    /// What those of its rules say together that the program before had. Its new ones must be asked, and these where
    /// they could still make a difference.
    Kept(Kept),
}

/// What rules say together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kept {
    Fail,
    Unknown,
    FailOrUnknown,
    Any,
}

impl Step {
    /// Whether it is not yet known what it says.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        matches!(self.known, Known::Kept(_))
    }

    /// Whether it may come to asking the rules that the program before had.
    #[must_use]
    pub fn asks_all(&self) -> bool {
        matches!(self.known, Known::Kept(Kept::FailOrUnknown | Kept::Any))
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
            let known = told.of(candidate);
            if known != Known::Said(Truth::Fail) {
                steps.push(Step { candidate: place, known });
            }
            if known == Known::Said(Truth::Pass) {
                break;
            }
        }
        if steps.iter().any(Step::is_asked) {
            return Self::Open(steps.into());
        }
        let mut state = State::CLEAR;
        let mut winner = None;
        for step in steps {
            let classification = system.candidates[step.candidate].classification;
            match step.known {
                Known::Said(Truth::Pass) => winner = Some(classification),
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

    /// What it tells of a candidate of the other program. Any rule suffices for a candidate: of one that failed, all
    /// failed; of one that passed or was undetermined, a rule may be to thank that is gone.
    fn of(&self, candidate: &Judged) -> Known {
        let forerunner =
            candidate.forerunner.and_then(|known| Some((self.truths.get(known.place)?, known.had_more)));
        let said = match forerunner {
            None | Some((Truth::Pass, true)) => return Known::Kept(Kept::Any),
            Some((Truth::Unknown, true)) => return Known::Kept(Kept::FailOrUnknown),
            Some((Truth::Pass, false)) => return Known::Said(Truth::Pass),
            Some((said, _)) => *said,
        };
        match said {
            said if candidate.new.is_empty() => Known::Said(said),
            Truth::Unknown => Known::Kept(Kept::Unknown),
            _ => Known::Kept(Kept::Fail),
        }
    }
}
