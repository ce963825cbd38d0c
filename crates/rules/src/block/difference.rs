//! Where the rules that came say something else than those that went.

use std::collections::HashSet;

use super::formula::{Answers, Formula, Leaves};
use super::words::{Bits, Words};
use crate::compiled::Compiled;
use crate::program::Candidate;

/// What differs between the rules of a classification in two programs. Rules that both have make no difference: where
/// those that came say what those that went said, the classification is as true of a device as it was.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    came: Formula,
    went: Formula,
    /// What must hold besides, before and after: mostly an edit changes one check of a rule.
    common: Formula,
}

impl Difference {
    /// What differs for the candidates of one system; `None` where that does not tell which devices can move.
    pub(super) fn of_all(
        before: &[Candidate],
        after: &[Candidate],
        leaves: &mut Leaves,
    ) -> Option<Box<[Self]>> {
        // Without any rules devices have another status.
        let is_told = !before.is_empty() && !after.is_empty() && has_one_order(before, after);
        // What an earlier program could still decide, and this one cannot, has left outcomes that tell nothing now.
        if !is_told || !before.iter().chain(after).all(Candidate::is_decidable) {
            return None;
        }
        let gone = before.iter().filter(|candidate| find(after, candidate).is_none());
        let pairs = after.iter().map(|candidate| (find(before, candidate), Some(candidate)));
        let pairs = pairs.chain(gone.map(|candidate| (Some(candidate), None)));
        let differing = pairs.filter(|(before, after)| before != after);
        Some(differing.map(|(before, after)| Self::new(before, after, leaves)).collect())
    }

    fn new(before: Option<&Candidate>, after: Option<&Candidate>, leaves: &mut Leaves) -> Self {
        let (before, after) = (rules(before), rules(after));
        let mut any = |rules: &HashSet<&Compiled>, others: &HashSet<&Compiled>| {
            let rules: Vec<_> = rules.difference(others).copied().collect();
            Formula::any(&rules, leaves).into_parts()
        };
        let (came, went) = (any(&after, &before), any(&before, &after));
        let (common, came): (Vec<_>, Vec<_>) = came.into_iter().partition(|part| went.contains(part));
        let went = went.into_iter().filter(|part| !common.contains(part)).collect();
        Self {
            came: Formula::All(came.into()),
            went: Formula::All(went),
            common: Formula::All(common.into()),
        }
    }

    /// Those of the places for which it makes a difference.
    pub(super) fn places(&self, needed: &Words, answers: &mut impl Answers) -> Words {
        let came = self.came.evaluate(needed, answers);
        let went = self.went.evaluate(needed, answers);
        let open = *needed & differing(&came, &went);
        if open.is_empty() {
            return open;
        }
        let common = self.common.evaluate(&open, answers);
        let both = |bits: &Bits| Bits { pass: bits.pass & common.pass, maybe: bits.maybe & common.maybe };
        open & differing(&both(&came), &both(&went))
    }
}

/// Whether the classifications that both have stand in the same order.
fn has_one_order(before: &[Candidate], after: &[Candidate]) -> bool {
    let order = |of: &[Candidate], others: &[Candidate]| {
        let shared = of.iter().filter(|candidate| find(others, candidate).is_some());
        shared.map(|candidate| candidate.classification).collect::<Vec<_>>()
    };
    order(before, after) == order(after, before)
}

fn find<'c>(candidates: &'c [Candidate], wanted: &Candidate) -> Option<&'c Candidate> {
    candidates.iter().find(|candidate| candidate.classification == wanted.classification)
}

fn rules(candidate: Option<&Candidate>) -> HashSet<&Compiled> {
    candidate.into_iter().flat_map(|candidate| &candidate.rules).map(|rule| &**rule).collect()
}

fn differing(one: &Bits, other: &Bits) -> Words {
    let sides = |one: &Words, other: &Words| one.without(other) | other.without(one);
    sides(&one.pass, &other.pass) | sides(&one.maybe, &other.maybe)
}
