//! Trees laid out flat, for judging one device after the other.

use std::collections::HashMap;

use domain::TagId;

use crate::device::Device;
use crate::leaf::{Fact, Leaf};
use crate::plan::Plan;
use crate::truth::Truth;

/// A check to ask, and where to go on: instead of an operator that looks at what its children say, each check knows
/// what is still open after it.
#[derive(Clone, Debug)]
struct Step {
    leaf: u32,
    holds: Place,
    fails: Place,
}

/// Where to go on: a step, or an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(u32);

/// The steps of many trees, whose checks are numbered, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    leaves: Vec<Leaf>,
}

/// Lays trees out.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    laid: Steps,
    numbers: HashMap<Leaf, u32>,
}

/// One device, and what the checks that it was asked about said.
#[derive(Debug)]
pub(crate) struct Asked<'a, D> {
    steps: &'a Steps,
    device: &'a D,
    said: &'a mut [Option<Truth>],
}

impl Place {
    const HOLDS: Self = Self(u32::MAX);
    const FAILS: Self = Self(u32::MAX - 1);
}

impl Layout {
    /// Where the steps of a tree begin, of which devices are asked that carry the tag `carried`.
    pub(crate) fn add(&mut self, plan: &Plan, carried: Option<TagId>) -> Place {
        self.lay(plan, carried, Place::HOLDS, Place::FAILS)
    }

    pub(crate) fn finish(self) -> Steps {
        self.laid
    }

    /// From the last check to the first, so that each knows where those after it begin.
    fn lay(&mut self, plan: &Plan, carried: Option<TagId>, holds: Place, fails: Place) -> Place {
        match plan {
            Plan::Leaf(Leaf::DeviceTag(tag)) if carried == Some(*tag) => holds,
            Plan::Leaf(leaf) => self.step(leaf, holds, fails),
            Plan::All(children) => {
                children.iter().rev().fold(holds, |next, child| self.lay(child, carried, next, fails))
            }
            Plan::Any(children) => {
                children.iter().rev().fold(fails, |next, child| self.lay(child, carried, holds, next))
            }
            Plan::Undecidable => {
                let unknown = Fact::Other { name: "".into(), parameters: "".into() };
                self.step(&Leaf::Fact(unknown), holds, fails)
            }
        }
    }

    fn step(&mut self, leaf: &Leaf, holds: Place, fails: Place) -> Place {
        let Steps { steps, leaves } = &mut self.laid;
        let known = self.numbers.get(leaf).copied();
        let leaf = known.unwrap_or_else(|| {
            let number = number(leaves.len());
            leaves.push(leaf.clone());
            self.numbers.insert(leaf.clone(), number);
            number
        });
        steps.push(Step { leaf, holds, fails });
        Place(number(steps.len() - 1))
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).expect("rules are far fewer than their numbers")
}

impl Steps {
    /// How many checks there are, each counted once.
    pub(crate) fn checks(&self) -> usize {
        self.leaves.len()
    }
}

impl<'a, D: Device> Asked<'a, D> {
    /// Starts to ask `device`; `said` has a `None` for each check.
    pub(crate) fn new(steps: &'a Steps, device: &'a D, said: &'a mut [Option<Truth>]) -> Self {
        Self { steps, device, said }
    }

    /// What the tree says whose steps begin at `start`. Since operators are minima and maxima, it is at least unknown
    /// when it holds with unknown checks taken for true; so a second walk tells where the first met one and failed.
    #[inline]
    pub(crate) fn truth(&mut self, start: Place) -> Truth {
        let (holds, unknown) = self.walk(start, Truth::Pass);
        if holds {
            Truth::Pass
        } else if unknown && self.walk(start, Truth::Unknown).0 {
            Truth::Unknown
        } else {
            Truth::Fail
        }
    }

    /// Whether the tree holds with checks taken for true that are at `least` so, and whether any was unknown.
    #[inline]
    fn walk(&mut self, start: Place, least: Truth) -> (bool, bool) {
        let (mut place, mut unknown) = (start, false);
        while let Some(step) = self.steps.steps.get(place.0 as usize) {
            let truth = self.ask(step.leaf as usize);
            unknown |= truth == Truth::Unknown;
            place = if truth >= least { step.holds } else { step.fails };
        }
        (place == Place::HOLDS, unknown)
    }

    #[inline]
    fn ask(&mut self, leaf: usize) -> Truth {
        *self.said[leaf].get_or_insert_with(|| self.steps.leaves[leaf].evaluate(self.device))
    }
}
