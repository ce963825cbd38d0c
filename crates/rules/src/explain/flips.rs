//! The search for single facts and tags that would change a device's classification.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{ClassificationId, Os, fold};

use super::candidates::candidates;
use super::overlay::Overlay;
use super::shape::{Numbers, Shape};
use super::subject::Subject;
use super::supposed::Supposed;
use crate::device::Device;
use crate::leaf::Leaf;
use crate::tree::Tree;
use crate::truth::Truth;

/// Most suppositions that one search tries.
pub const CANDIDATES_MAX: usize = 16_384;
/// Most steps of one search: a check asked, an entry of a list looked at, a check of a tree combined.
pub const SEARCH_STEPS_MAX: usize = 10_000_000;

/// A classification that devices of one system can get.
#[derive(Debug)]
pub struct Contender<'r> {
    /// Which.
    pub classification: ClassificationId,
    /// Its rules for the system, any of which suffices. One without a tree cannot be read, and so passes for none.
    pub rules: Vec<Option<&'r Tree>>,
}

/// A fact or tag that would give the device another classification.
#[derive(Clone, Debug, PartialEq)]
pub struct Flip {
    /// What would have to be so.
    pub supposed: Supposed,
    /// The classification that it would then have.
    pub then: Option<ClassificationId>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flips {
    /// Of several values of one fact that lead to the same, the nearest to what the device has.
    pub flips: Vec<Flip>,
    /// Whether all was tried that could be.
    pub complete: bool,
}

/// Tries on a device of `os` every single fact and tag that a check could see. `contenders` come strongest first.
/// `None`: `stop` became true.
pub fn search<D: Device>(
    os: Os,
    device: &D,
    contenders: &[Contender<'_>],
    stop: &AtomicBool,
) -> Option<Flips> {
    let mut tried = suppositions(os, device, contenders);
    let mut found = Flips { flips: Vec::new(), complete: tried.len() <= CANDIDATES_MAX };
    tried.truncate(CANDIDATES_MAX);
    let mut search = Search::new(os, device, contenders);
    let now = search.classification(&search.passing, &[]);
    let mut seen = HashSet::new();
    for supposed in tried {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        if search.steps > SEARCH_STEPS_MAX {
            found.complete = false;
            break;
        }
        if let Some(then) = search.then(&supposed).filter(|then| *then != now)
            && seen.insert((same(&supposed), then))
        {
            found.flips.push(Flip { supposed, then });
        }
    }
    Some(found)
}

/// All that a search tries: each fact and tag that a check of the contenders' rules could see, in every state that one
/// of them tells from the one it has. Of several states of one fact, nearer ones come before farther ones.
pub fn suppositions<D: Device>(os: Os, device: &D, contenders: &[Contender<'_>]) -> Vec<Supposed> {
    let trees = contenders.iter().flat_map(|one| one.rules.iter().flatten());
    let mut known = HashSet::new();
    let checks = trees.flat_map(|tree| tree.checks()).filter(|check| known.insert(*check));
    candidates(os, checks, device)
}

/// The same text for suppositions about one fact, of which one that leads to the same is enough.
fn same(supposed: &Supposed) -> String {
    match supposed {
        Supposed::Process { .. } | Supposed::File { .. } => supposed.name(),
        Supposed::Certificate { certificate, there } => fold(&format!("{there} {certificate:?}")),
        _ => fold(&supposed.name()),
    }
}

struct Search<'d, D> {
    os: Os,
    device: &'d D,
    checks: Vec<Leaf>,
    /// Whether each check passes now.
    passing: Vec<bool>,
    rules: Vec<Rule>,
    contenders: Vec<(ClassificationId, Range<usize>)>,
    asking: HashMap<Subject, Asking>,
    entries: Entries,
    steps: usize,
}

struct Rule {
    shape: Option<Shape>,
    size: usize,
    passes: bool,
}

/// The checks that see a subject, and the rules that have such a check, both in order.
#[derive(Default)]
struct Asking {
    checks: Vec<usize>,
    rules: Vec<usize>,
}

/// How many entries the device's lists have.
struct Entries {
    antivirus: usize,
    registry: usize,
    disk_encryption: usize,
    certificates: usize,
}

impl<'d, D: Device> Search<'d, D> {
    fn new(os: Os, device: &'d D, contenders: &[Contender<'_>]) -> Self {
        let mut numbers = Numbers::default();
        let (mut shapes, mut ranges) = (Vec::new(), Vec::new());
        for contender in contenders {
            let first = shapes.len();
            let trees = contender.rules.iter();
            shapes.extend(trees.map(|tree| tree.map(|tree| Shape::new(tree.root(), os, &mut numbers))));
            ranges.push((contender.classification, first..shapes.len()));
        }
        let checks = numbers.into_leaves();
        let passing: Vec<_> = checks.iter().map(|check| check.evaluate(device) == Truth::Pass).collect();
        let mut asking: HashMap<Subject, Asking> = HashMap::new();
        let subjects: Vec<_> = checks.iter().map(Subject::of_leaf).collect();
        for (check, subject) in subjects.iter().enumerate() {
            if let Some(subject) = subject {
                asking.entry(subject.clone()).or_default().checks.push(check);
            }
        }
        let mut rules = Vec::with_capacity(shapes.len());
        for (number, shape) in shapes.into_iter().enumerate() {
            let mut size = 0;
            let mut mark = |check: usize| {
                size += 1;
                let asking = subjects[check].as_ref().and_then(|subject| asking.get_mut(subject));
                if let Some(asking) = asking.filter(|asking| asking.rules.last() != Some(&number)) {
                    asking.rules.push(number);
                }
            };
            shape.iter().for_each(|shape| shape.checks(&mut mark));
            let passes = shape.as_ref().is_some_and(|shape| shape.passes(&passing));
            rules.push(Rule { shape, size, passes });
        }
        let entries = Entries {
            antivirus: device.antivirus().map_or(0, <[_]>::len),
            registry: device.registry().map_or(0, <[_]>::len),
            disk_encryption: device.disk_encryption().map_or(0, <[_]>::len),
            certificates: device.certificates().map_or(0, Iterator::count),
        };
        Self { os, device, checks, passing, rules, contenders: ranges, asking, entries, steps: 0 }
    }

    /// The classification if `supposed` were so; `None` where that makes no check pass that does not, nor the other way
    /// round.
    fn then(&mut self, supposed: &Supposed) -> Option<Option<ClassificationId>> {
        let asking = self.asking.get(&Subject::of(supposed, self.os)?)?;
        let entries = self.entries.of(supposed);
        self.steps += entries + asking.checks.len() * (1 + entries);
        let overlay = Overlay::new(self.device, supposed);
        let differs =
            |check: &usize| (self.checks[*check].evaluate(&overlay) == Truth::Pass) != self.passing[*check];
        let changed: Vec<_> = asking.checks.iter().copied().filter(differs).collect();
        if changed.is_empty() {
            return None;
        }
        // A check that passes now makes no rule fail, and one that does no longer makes none pass.
        let falls = changed.iter().any(|check| self.passing[*check]);
        let rises = changed.iter().any(|check| !self.passing[*check]);
        let doubted = |rule: &usize| if self.rules[*rule].passes { falls } else { rises };
        let in_doubt: Vec<_> = asking.rules.iter().copied().filter(doubted).collect();
        let mut passing = self.passing.clone();
        changed.into_iter().for_each(|check| passing[check] = !passing[check]);
        self.steps += in_doubt.iter().map(|rule| self.rules[*rule].size).sum::<usize>();
        Some(self.classification(&passing, &in_doubt))
    }

    /// The strongest with a rule that passes, where only the rules in doubt need be asked.
    fn classification(&self, passing: &[bool], in_doubt: &[usize]) -> Option<ClassificationId> {
        let passes = |number: usize| {
            let Rule { shape, passes, .. } = &self.rules[number];
            match in_doubt.binary_search(&number) {
                Ok(_) => shape.as_ref().is_some_and(|shape| shape.passes(passing)),
                Err(_) => *passes,
            }
        };
        let mut contenders = self.contenders.iter();
        contenders.find(|(_, rules)| rules.clone().any(passes)).map(|(classification, _)| *classification)
    }
}

impl Entries {
    fn of(&self, supposed: &Supposed) -> usize {
        match supposed {
            Supposed::Antivirus { .. } => self.antivirus,
            Supposed::Registry { .. } => self.registry,
            Supposed::DiskEncryption { .. } => self.disk_encryption,
            Supposed::Certificate { .. } => self.certificates,
            _ => 0,
        }
    }
}
