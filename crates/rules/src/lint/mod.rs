//! What is wrong with rules whatever the devices: those that no device can pass, that every device passes, or that
//! can make no difference.
//!
//! Every claim is proved for all devices that could ever report, not read off a fleet. Where a proof would take more
//! than [`STEPS_MAX`] steps, or than a rule's share where there are very many, nothing is claimed. Otherwise nothing is missed: a rule of which nothing is said is one
//! that some device passes and some does not, and that decides for some device.

mod atoms;
mod formula;
mod search;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::AtomicBool;

use crate::check::Check;
use crate::tree::Tree;

use self::atoms::{Atoms, Column, Theory};
use self::formula::Formula;
use self::search::{Ended, Search};

/// Most steps that are taken to judge one rule; a step looks at one check, or one domain of a list, once. Rules as
/// people write them take some hundreds.
pub const STEPS_MAX: u64 = 1 << 20;
/// Most steps that are taken to judge all rules of a system, each of which may take its share: about a second's work.
const STEPS_OF_ALL_MAX: u64 = 1 << 25;

/// A rule for the operating system whose rules are judged.
#[derive(Clone, Copy, Debug)]
pub struct RankedRule<'a> {
    /// What must hold of a device.
    pub tree: &'a Tree,
    /// The place of its classification: the smaller, the stronger; rules of one classification have the same.
    pub rank: usize,
}

/// What is wrong with a rule. Other rules are named by their places in the list that was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// No device can pass it.
    NeverTrue(Contradiction),
    /// Every device of its system passes it, even one that has reported nothing else.
    AlwaysTrue,
    /// It is equal to an earlier rule as [`Tree`]s are.
    Duplicate {
        /// The first that is.
        of: usize,
    },
    /// Every device that passes it passes one of these of stronger classifications too, so it never decides.
    Shadowed {
        /// At least one, none of which could be left out as far as was found out; first the strongest.
        by: Vec<usize>,
    },
    /// Every device that passes it passes one of these too, some of which are of its own classification: without it
    /// every device would have the same classification.
    Redundant {
        /// As in [`Flaw::Shadowed`].
        by: Vec<usize>,
    },
}

/// Why no device can pass a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// It asks for checks that are not known and therefore unknown of every device: their names.
    UnknownChecks(BTreeSet<Box<str>>),
    /// It would need two editions.
    Editions,
    /// It would need two distributions.
    Distributions,
    /// It would need two domains.
    Domains,
    /// It would need a process, of this name, to have two signers.
    Signers(Box<str>),
    /// It would need a file, of this path, to have two hashes.
    Hashes(Box<str>),
    /// It asks for two different things of several facts.
    Several,
}

/// Judges all rules of one operating system. `rules` come from the strongest classification to the weakest, within
/// one from the oldest to the newest. `None`: `stop` became true.
///
/// A rule that is said to be a duplicate, shadowed or redundant is never one of those that stand for another: all of
/// them can be deleted together and every device keeps its classification. Of two that could stand for each other the
/// newer is named. What is unknown counts as not passed, as it does when devices are classified; so a device can lose,
/// with such a rule, an entry of its `undetermined`.
#[must_use]
pub fn lint(rules: &[RankedRule<'_>], stop: &AtomicBool) -> Option<Vec<(usize, Flaw)>> {
    let mut atoms = Atoms::default();
    let formulas = rules.iter().map(|rule| Formula::new(&rule.tree.plan, &mut atoms)).collect();
    let theory = atoms.theory();
    let search = Search::new(&theory, stop);
    let mut judge = Judge { rules, formulas, theory: &theory, search, flaws: Vec::new() };
    judge.run().ok()?;
    let mut flaws = judge.flaws;
    flaws.sort_by_key(|(rule, _)| *rule);
    Some(flaws)
}

struct Judge<'a> {
    rules: &'a [RankedRule<'a>],
    formulas: Vec<Formula>,
    theory: &'a Theory<'a>,
    search: Search<'a>,
    flaws: Vec<(usize, Flaw)>,
}

/// Nobody waits for the answer any more.
struct Stopped;

impl Judge<'_> {
    fn run(&mut self) -> Result<(), Stopped> {
        // Whether a rule may stand for others.
        let mut stands = vec![true; self.rules.len()];
        let share = STEPS_MAX.min(STEPS_OF_ALL_MAX / self.rules.len().max(1) as u64);
        let mut steps = vec![share; self.rules.len()];
        for rule in 0..self.rules.len() {
            self.search.allow(share);
            self.search.look().map_err(|_| Stopped)?;
            if let Some(why) = self.contradiction(rule)? {
                stands[rule] = false;
                self.flaws.push((rule, Flaw::NeverTrue(why)));
            } else if self.formulas[rule] == Formula::Always {
                self.flaws.push((rule, Flaw::AlwaysTrue));
            }
            steps[rule] = self.search.steps_left();
        }
        self.duplicates(&mut stands);
        let mut order: Vec<_> = (0..self.rules.len()).filter(|rule| stands[*rule]).collect();
        order.sort_by_key(|rule| (self.rules[*rule].rank, std::cmp::Reverse(*rule)));
        for rule in order {
            self.search.allow(steps[rule]);
            if let Some(flaw) = self.idle(rule, &stands)? {
                stands[rule] = false;
                self.flaws.push((rule, flaw));
            }
        }
        Ok(())
    }

    /// Why no device passes `rule`; `None` if one does, or it cannot be told.
    fn contradiction(&mut self, rule: usize) -> Result<Option<Contradiction>, Stopped> {
        let formula = &self.formulas[rule];
        if *formula == Formula::Never {
            let names = self.rules[rule].tree.checks().into_iter().filter_map(|check| match check {
                Check::Other { name, .. } => Some(name.clone()),
                _ => None,
            });
            return Ok(Some(Contradiction::UnknownChecks(names.collect())));
        }
        if told(self.search.is_passable(formula, None))? != Some(false) {
            return Ok(None);
        }
        let mut columns = BTreeSet::new();
        formula.each_atom(&mut |atom| columns.extend(self.theory.column(atom)));
        for column in columns {
            if told(self.search.is_passable(formula, Some(column)))? == Some(true) {
                return Ok(Some(self.theory.columns()[column as usize].contradiction()));
            }
        }
        Ok(Some(Contradiction::Several))
    }

    fn duplicates(&mut self, stands: &mut [bool]) {
        let mut first = HashMap::new();
        for (rule, RankedRule { tree, .. }) in self.rules.iter().enumerate() {
            let of = *first.entry(*tree).or_insert(rule);
            if of != rule && stands[rule] {
                stands[rule] = false;
                self.flaws.push((rule, Flaw::Duplicate { of }));
            }
        }
    }

    /// What makes `rule` idle, if it is, by the rules that may stand for it.
    fn idle(&mut self, rule: usize, stands: &[bool]) -> Result<Option<Flaw>, Stopped> {
        let formula = &self.formulas[rule];
        let rank = self.rules[rule].rank;
        let others = stands.iter().enumerate().filter(|(other, stands)| **stands && *other != rule);
        let others = others.map(|(other, _)| (other, &self.formulas[other]));
        let candidates: Vec<_> = others.filter(|(other, _)| self.rules[*other].rank <= rank).collect();
        let Some(candidates) = told(self.search.within_reach(formula, &candidates))? else { return Ok(None) };
        let siblings = |(other, _): &(usize, &Formula)| self.rules[*other].rank == rank;
        let stronger: Vec<_> = candidates.iter().copied().filter(|other| !siblings(other)).collect();
        if let Some(by) = covering(&mut self.search, formula, &stronger)? {
            return Ok(Some(Flaw::Shadowed { by }));
        }
        if stronger.len() == candidates.len() {
            return Ok(None);
        }
        let by = covering(&mut self.search, formula, &candidates)?;
        Ok(by.map(|by| Flaw::Redundant { by }))
    }
}

impl Column<'_> {
    fn contradiction(self) -> Contradiction {
        match self {
            Self::Edition => Contradiction::Editions,
            Self::Distribution => Contradiction::Distributions,
            Self::Domain => Contradiction::Domains,
            Self::Process(name) => Contradiction::Signers(name.text.clone()),
            Self::File(path) => Contradiction::Hashes(path.text.clone()),
        }
    }
}

/// Those of `candidates` that every device passes one of that passes `formula`, as few as can be found; `None` if all
/// of them together do not suffice, or it cannot be told.
fn covering(
    search: &mut Search<'_>,
    formula: &Formula,
    candidates: &[(usize, &Formula)],
) -> Result<Option<Vec<usize>>, Stopped> {
    if candidates.is_empty() {
        return Ok(None);
    }
    // What cannot be told of all together in half of the steps may be told of one.
    let later = search.steps_left() / 2;
    search.allow(search.steps_left() - later);
    let together = told(search.is_covered(formula, &formulas(candidates)))?;
    search.allow(search.steps_left() + later);
    if together == Some(false) {
        return Ok(None);
    }
    for (rule, cover) in candidates {
        if told(search.is_covered(formula, &[*cover]))? == Some(true) {
            return Ok(Some(vec![*rule]));
        }
    }
    if together.is_none() {
        return Ok(None);
    }
    let mut needed = candidates.to_vec();
    for candidate in candidates.iter().rev() {
        let fewer: Vec<_> = needed.iter().copied().filter(|(rule, _)| *rule != candidate.0).collect();
        if told(search.is_covered(formula, &formulas(&fewer)))? == Some(true) {
            needed = fewer;
        }
    }
    Ok(Some(needed.into_iter().map(|(rule, _)| rule).collect()))
}

fn formulas<'f>(rules: &[(usize, &'f Formula)]) -> Vec<&'f Formula> {
    rules.iter().map(|(_, formula)| *formula).collect()
}

/// The answer, `None` where it is beyond the steps allowed.
fn told<T>(answer: Result<T, Ended>) -> Result<Option<T>, Stopped> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Ended::Beyond) => Ok(None),
        Err(Ended::Stopped) => Err(Stopped),
    }
}
