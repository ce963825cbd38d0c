//! From one program to the next: what differs for devices that were judged by the one before.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{ClassificationId, Os, Outcome};

use super::difference::Difference;
use super::formula::{Answers, Formula, Leaves};
use super::leaf::Leaf;
use super::outcomes::Outcomes;
use super::script::Script;
use super::words::{Bits, Words};
use crate::compiled::Compiled;
use crate::program::{Candidate, Program};

/// A program as it judges devices whose outcomes another one gave.
#[derive(Clone, Debug)]
pub struct Revision {
    /// `None` where no device can move.
    systems: [Option<System>; Os::ALL.len()],
    /// What is asked of every device of a system besides.
    counted: [Option<Formula>; Os::ALL.len()],
    leaves: Vec<Leaf>,
    first_asked: usize,
}

/// One operating system of it.
#[derive(Clone, Debug, Default)]
pub(super) struct System {
    pub(super) candidates: Vec<Judged>,
    /// The classifications of the program before, strongest first.
    pub(super) before: Vec<ClassificationId>,
    /// What differs from that program; none where that does not tell which devices can move.
    differences: Option<Box<[Difference]>>,
}

/// A candidate of the new program.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) classification: ClassificationId,
    /// Its rules that the program before did not have for it; all of them where nothing is to be learnt from that.
    pub(super) new: Formula,
    /// Its other rules.
    pub(super) kept: Formula,
    /// The candidate of the same classification in the program before, if its outcomes tell of the rules kept.
    pub(super) forerunner: Option<Forerunner>,
}

/// A candidate of the program before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forerunner {
    /// Its place.
    pub(super) place: usize,
    /// Whether it had rules that are gone.
    pub(super) had_more: bool,
}

impl Revision {
    /// From the program `before` to `after`. Without one before, the outcomes of devices tell nothing.
    #[must_use]
    pub fn new(before: Option<&Program>, after: &Program) -> Self {
        Self::counting(before, after, &[])
    }

    /// As [`Revision::new`]; besides, every device is asked whether any of the rules `counted` of its system is true.
    #[must_use]
    pub fn counting(before: Option<&Program>, after: &Program, counted: &[(Os, Arc<Compiled>)]) -> Self {
        let mut leaves = Leaves::default();
        let changed = |os: &Os| before.is_none_or(|before| before.of(*os) != after.of(*os));
        let split = Os::ALL.map(|os| {
            let before = before.map_or(&[][..], |before| before.of(os));
            changed(&os).then(|| Split::of_all(before, after.of(os)))
        });
        // What must be asked of most devices comes first: its leaves lie together.
        let new = split.each_ref().map(|split| {
            let of_candidate = |split: &Split<'_>| Formula::any(&split.new, &mut leaves);
            split.as_ref().map(|split| split.iter().map(of_candidate).collect::<Vec<_>>())
        });
        let counted = Os::ALL.map(|os| {
            let rules: Vec<_> = counted.iter().filter(|(of, _)| *of == os).map(|(_, rule)| &**rule).collect();
            (!rules.is_empty()).then(|| Formula::any(&rules, &mut leaves))
        });
        let differences = Os::ALL.map(|os| {
            let before = before.filter(|_| changed(&os))?;
            Difference::of_all(before.of(os), after.of(os), &mut leaves)
        });
        let first_asked = leaves.all.len();
        let mut systems = Os::ALL.map(|_| None);
        let each = systems.iter_mut().zip(Os::ALL).zip(split).zip(new).zip(differences);
        for ((((system, os), split), new), differences) in each {
            let judged = |(split, new): (Split<'_>, Formula)| Judged {
                classification: split.classification,
                new,
                kept: Formula::any(&split.kept, &mut leaves),
                forerunner: split.forerunner,
            };
            *system = split.zip(new).map(|(split, new)| System {
                candidates: split.into_iter().zip(new).map(judged).collect(),
                before: before
                    .into_iter()
                    .flat_map(|before| before.of(os))
                    .map(|known| known.classification)
                    .collect(),
                differences,
            });
        }
        Self { systems, counted, first_asked, leaves: leaves.all }
    }

    /// Whether no device can move.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.systems.iter().all(Option::is_none)
    }

    /// The leaves by number.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// How many of the leaves, from the first on, are asked of most devices.
    #[must_use]
    pub fn first_asked(&self) -> usize {
        self.first_asked
    }

    /// Those of the places, all of devices of `os`, on which the program before and this one can judge differently.
    pub fn in_doubt(&self, os: Os, places: &Words, answers: &mut impl Answers) -> Words {
        let Some(system) = self.system(os) else { return Words::NONE };
        let Some(differences) = &system.differences else { return *places };
        let mut doubtful = Words::NONE;
        for difference in differences {
            doubtful |= &difference.places(&places.without(&doubtful), answers);
        }
        doubtful
    }

    /// What is left to ask about devices of `os` that have `outcome`; `None` where no device of it can move.
    pub fn script(&self, os: Os, outcome: &Outcome, outcomes: &mut Outcomes) -> Option<Script> {
        Some(Script::new(self.system(os)?, outcome, outcomes))
    }

    /// Whether anything is counted, which is asked of every device of its system.
    #[must_use]
    pub fn is_counting(&self) -> bool {
        self.counted.iter().any(Option::is_some)
    }

    /// For which of those places, all of devices of `os`, a rule that is counted is true; `None` if none is.
    pub fn count(&self, os: Os, places: &Words, answers: &mut impl Answers) -> Option<Bits> {
        let formula = self.counted[os.index()].as_ref()?;
        let Bits { pass, maybe } = formula.evaluate(places, answers);
        Some(Bits { pass: pass & *places, maybe: maybe & *places })
    }

    pub(super) fn system(&self, os: Os) -> Option<&System> {
        self.systems[os.index()].as_ref()
    }
}

/// The rules of a candidate by whether the program before had them for it.
struct Split<'p> {
    classification: ClassificationId,
    new: Vec<&'p Compiled>,
    kept: Vec<&'p Compiled>,
    forerunner: Option<Forerunner>,
}

impl<'p> Split<'p> {
    /// All of a system, strongest first.
    fn of_all(before: &[Candidate], after: &'p [Candidate]) -> Vec<Self> {
        after.iter().map(|candidate| Self::new(before, candidate)).collect()
    }

    fn new(before: &[Candidate], candidate: &'p Candidate) -> Self {
        let Candidate { classification, rules } = candidate;
        let all = || rules.iter().map(|rule| &**rule);
        let anew = || Self {
            classification: *classification,
            new: all().collect(),
            kept: Vec::new(),
            forerunner: None,
        };
        let Some(place) = before.iter().position(|known| known.classification == *classification) else {
            return anew();
        };
        if before[place] == *candidate && candidate.is_decidable() {
            let forerunner = Some(Forerunner { place, had_more: false });
            return Self { kept: all().collect(), new: Vec::new(), forerunner, ..anew() };
        }
        let had: HashSet<&Compiled> = before[place].rules.iter().map(|rule| &**rule).collect();
        let (kept, new): (Vec<_>, Vec<_>) = all().partition(|rule| had.contains(rule));
        // What an earlier program could still decide, and this one cannot, has left outcomes that tell nothing now.
        if kept.is_empty() || !kept.iter().all(|rule| rule.is_decidable()) {
            return anew();
        }
        let has: HashSet<_> = kept.iter().copied().collect();
        let forerunner = Some(Forerunner { place, had_more: had.len() > has.len() });
        Self { classification: *classification, new, kept, forerunner }
    }
}
