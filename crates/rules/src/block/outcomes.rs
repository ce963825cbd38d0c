//! Outcomes by number, made once each however many devices get them.

use std::collections::HashMap;

use domain::{ClassificationId, Outcome, Status};

/// What is known of a device on the way down the candidates: those stronger that could be decided neither way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    /// By state: its last undetermined candidate, and the state without that. None of the first, which has none.
    ways: Vec<Option<(State, ClassificationId)>>,
    longer: HashMap<(State, ClassificationId), State>,
    ends: HashMap<(State, Option<ClassificationId>), u32>,
}

impl Default for Outcomes {
    fn default() -> Self {
        let (all, numbers) = (Vec::new(), HashMap::new());
        Self { all, numbers, ways: vec![None], longer: HashMap::new(), ends: HashMap::new() }
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
        *self.longer.entry((state, candidate)).or_insert_with(|| {
            self.ways.push(Some((state, candidate)));
            State(self.ways.len() - 1)
        })
    }

    /// The outcome of a device that a candidate passes for, or none.
    pub(super) fn end(&mut self, state: State, winner: Option<ClassificationId>) -> u32 {
        if let Some(known) = self.ends.get(&(state, winner)) {
            return *known;
        }
        let status = if winner.is_some() { Status::Managed } else { Status::Unmanaged };
        let weakest_first = std::iter::successors(self.ways[state.0], |(before, _)| self.ways[before.0]);
        let mut undetermined: Box<[_]> = weakest_first.map(|(_, candidate)| candidate).collect();
        undetermined.reverse();
        let number = self.number(&Outcome { status, classification: winner, undetermined });
        self.ends.insert((state, winner), number);
        number
    }
}
