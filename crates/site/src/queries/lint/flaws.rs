//! What is wrong with rules that are there.

use std::sync::atomic::AtomicBool;

use domain::Os;
use rules::lint::{Flaw, RankedRule, lint};

use super::text::{self, Named};
use super::{Code, Finding};
use crate::Site;
use crate::fleet::Systems;

/// Judges the rules of each operating system. Those that cannot be read are not judged.
pub(super) fn findings(site: &Site, systems: &Systems, stop: &AtomicBool) -> Option<Vec<Finding>> {
    let mut findings = Vec::new();
    for os in Os::ALL {
        let rules: Vec<_> = readable(site, os).collect();
        let ranked: Vec<_> = rules.iter().map(|(_, ranked)| *ranked).collect();
        for (place, flaw) in lint(&ranked, stop)? {
            let rank = ranked[place].rank;
            let last = ranked.iter().all(|other| other.rank <= rank);
            let named = |place: &usize| rules[*place].0;
            let mut finding = finding(named(&place), &flaw, named, last);
            if finding.code == Code::AlwaysTrue {
                finding.witness = systems[os.index()].example;
            }
            findings.push((rank, finding));
        }
    }
    findings.sort_by_key(|(rank, finding)| (*rank, finding.rule, finding.code));
    Some(findings.into_iter().map(|(_, finding)| finding).collect())
}

/// The rules for `os` that can be read, from the strongest classification to the weakest, each by id.
fn readable(site: &Site, os: Os) -> impl Iterator<Item = (Named<'_>, RankedRule<'_>)> {
    let catalogue = &site.catalogue;
    catalogue.classifications.iter().enumerate().flat_map(move |(rank, (_, classification))| {
        let rules = catalogue.rules.of(classification.id).filter(move |rule| rule.fields.os == os);
        rules.filter_map(move |rule| {
            let tree = rule.tree.as_ref().ok()?;
            Some((Named { rule, classification }, RankedRule { tree, rank }))
        })
    })
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
