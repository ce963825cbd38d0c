//! Outcomes by number, made once each however many devices get them.

use std::collections::HashMap;

use domain::{ClassificationId, Outcome, Status};

/// What is known of a device on the way down the candidates: those stronger that could be decided neither way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State(usize);

impl State {
    /// Nothing was undetermined.
    pub(super) const CLEAR: Self = Self(0);
}

/// Outcomes by number, and the ways that lead to them.
#[derive(Clone, Debug)]
pub struct Outcomes {
    all: Vec<Outcome>,
    numbers: HashMap<Outcome, u32>,
    ways: Vec<Way>,
}

#[derive(Clone, Debug, Default)]
struct Way {
    undetermined: Vec<ClassificationId>,
    /// With one more; few follow one another.
    longer: Vec<(ClassificationId, State)>,
    /// Where it ends with this winner.
    ends: Vec<(Option<ClassificationId>, u32)>,
}

impl Default for Outcomes {
    fn default() -> Self {
        Self { all: Vec::new(), numbers: HashMap::new(), ways: vec![Way::default()] }
    }
}

impl Outcomes {
    /// All of them by number.
    #[must_use]
    pub fn all(&self) -> &[Outcome] {
        &self.all
    }

    /// The number of an outcome.
    pub fn number(&mut self, outcome: &Outcome) -> u32 {
        if let Some(known) = self.numbers.get(outcome) {
            return *known;
        }
        let number = u32::try_from(self.all.len()).expect("there are no more outcomes than devices");
        self.all.push(outcome.clone());
        self.numbers.insert(outcome.clone(), number);
        number
    }

    /// One more candidate was undetermined.
    pub(super) fn undetermined(&mut self, state: State, candidate: ClassificationId) -> State {
        let known = self.ways[state.0].longer.iter().find(|(known, _)| *known == candidate);
        if let Some((_, longer)) = known {
            return *longer;
        }
        let mut undetermined = self.ways[state.0].undetermined.clone();
        undetermined.push(candidate);
        let longer = State(self.ways.len());
        self.ways.push(Way { undetermined, ..Way::default() });
        self.ways[state.0].longer.push((candidate, longer));
        longer
    }

    /// The outcome of a device that a candidate passes for, or none.
    pub(super) fn end(&mut self, state: State, winner: Option<ClassificationId>) -> u32 {
        let known = self.ways[state.0].ends.iter().find(|(known, _)| *known == winner);
        if let Some((_, number)) = known {
            return *number;
        }
        let status = if winner.is_some() { Status::Managed } else { Status::Unmanaged };
        let undetermined = self.ways[state.0].undetermined.as_slice().into();
        let number = self.number(&Outcome { status, classification: winner, undetermined });
        self.ways[state.0].ends.push((winner, number));
        number
    }
}
