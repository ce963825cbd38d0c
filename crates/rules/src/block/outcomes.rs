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
    /// By state.
    ways: Vec<Way>,
}

/// How a state comes about, and where it leads. There are no more ways on than there are candidates.
#[derive(Clone, Debug, Default)]
struct Way {
    /// The last undetermined candidate, and the state without that; none of the first, which has none.
    before: Option<(State, ClassificationId)>,
    longer: Vec<(ClassificationId, State)>,
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
        let longer = &self.ways[state.0].longer;
        if let Some((_, known)) = longer.iter().find(|(known, _)| *known == candidate) {
            return *known;
        }
        let next = State(self.ways.len());
        self.ways.push(Way { before: Some((state, candidate)), ..Way::default() });
        self.ways[state.0].longer.push((candidate, next));
        next
    }

    /// The outcome of a device that a candidate passes for, or none.
    pub(super) fn end(&mut self, state: State, winner: Option<ClassificationId>) -> u32 {
        let ends = &self.ways[state.0].ends;
        if let Some((_, known)) = ends.iter().find(|(known, _)| *known == winner) {
            return *known;
        }
        let status = if winner.is_some() { Status::Managed } else { Status::Unmanaged };
        let before = |state: State| self.ways[state.0].before;
        let weakest_first = std::iter::successors(before(state), |(state, _)| before(*state));
        let mut undetermined: Box<[_]> = weakest_first.map(|(_, candidate)| candidate).collect();
        undetermined.reverse();
        let number = self.number(&Outcome { status, classification: winner, undetermined });
        self.ways[state.0].ends.push((winner, number));
        number
    }
}
