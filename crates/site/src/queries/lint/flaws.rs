//! What is wrong with rules that are there.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use domain::Os;
use rules::lint::Flaw;

use super::text::{self, Named};
use super::{Code, Finding};
use crate::Site;
use crate::fleet::Systems;

/// What is wrong with the rules of each operating system.
pub(super) fn findings(site: &Site, systems: &Systems, stop: &AtomicBool) -> Option<Vec<Finding>> {
    let catalogue = &site.catalogue;
    let places = catalogue.classifications.iter().enumerate();
    let known: HashMap<_, _> =
        places.map(|(rank, (_, classification))| (classification.id, (rank, classification))).collect();
    let mut findings = Vec::new();
    for os in Os::ALL {
        let linted = catalogue.rulebook().linted(os);
        let named = |(rule, classification)| {
            let (rank, classification) = known.get(&classification)?;
            Some((*rank, Named { rule: catalogue.rules.get(rule)?, classification }))
        };
        let rules: Vec<_> = linted.rules().filter_map(named).collect();
        let last_rank = rules.last().map(|(rank, _)| *rank);
        for (place, flaw) in linted.flaws(stop)? {
            let (rank, of) = rules[*place];
            let mut finding = finding(of, flaw, |place| rules[*place].1, Some(rank) == last_rank);
            if finding.code == Code::AlwaysTrue {
                finding.witness = systems[os.index()].example;
            }
            findings.push((rank, finding));
        }
    }
    findings.sort_by_key(|(rank, finding)| (*rank, finding.rule, finding.code));
    Some(findings.into_iter().map(|(_, finding)| finding).collect())
}

/// `last`: no rule of the system gives a weaker classification.
fn finding<'a>(of: Named<'a>, flaw: &Flaw, named: impl Fn(&usize) -> Named<'a>, last: bool) -> Finding {
    let all = |places: &[usize]| places.iter().map(&named).collect::<Vec<_>>();
    let (code, others, message) = match flaw {
        Flaw::NeverTrue(why) => (Code::NeverTrue, Vec::new(), text::never_true(of, why)),
        Flaw::AlwaysTrue => (Code::AlwaysTrue, Vec::new(), text::always_true(of, last)),
        Flaw::Duplicate { of: first } => {
            let first = named(first);
            (Code::Duplicate, vec![first], text::duplicate(of, first))
        }
        Flaw::Shadowed { by } => (Code::Shadowed, all(by), text::shadowed(of, &all(by))),
        Flaw::Redundant { by } => (Code::Redundant, all(by), text::redundant(of, &all(by))),
    };
    Finding {
        code,
        rule: Some(of.rule.id),
        classification: of.classification.id,
        os: Some(of.rule.fields.os),
        others: others.iter().map(|other| other.rule.id).collect(),
        message,
        witness: None,
    }
}
