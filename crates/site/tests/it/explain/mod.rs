//! Explanations of the devices of random sites: they add up to what the site says, and every flip comes true.

mod come_true;
mod random_site;

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{TestCaseError, TestRunner};
use rules::Truth;
use rules::explain::{Proof, Supposed};
use site::queries::explain::{Explanation, explain};
use site::{DeviceRef, Site};

use self::come_true::come_true;
use self::random_site::site;

fn explained<'a>(site: &'a Site, device: &DeviceRef<'a>) -> Explanation<'a> {
    explain(site, device, &AtomicBool::new(false)).unwrap()
}

/// Has every flip of every device come true; the names of what it was about, entries of lists and maps apart.
fn all_come_true(site: &Site, kinds: &mut BTreeSet<String>) -> Result<(), TestCaseError> {
    for device in site.fleet.iter() {
        let outcome = device.outcome();
        for flip in explained(site, &device).flips {
            let then = come_true(site, &device, &flip.supposed);
            let now = then.fleet.get(device.number()).unwrap().outcome();
            prop_assert_eq!(
                (flip.status, flip.classification),
                (now.status, now.classification),
                "{:?}",
                flip
            );
            prop_assert_ne!((outcome.status, outcome.classification), (now.status, now.classification));
            prop_assert_eq!(flip.tag.is_some(), matches!(flip.supposed, Supposed::Tag { .. }));
            let name = flip.supposed.name();
            kinds.insert(name.split(['[', ' ']).next().unwrap().to_owned());
        }
    }
    Ok(())
}

/// The outcome that the verdicts add up to is the device's own.
fn adds_up(site: &Site, device: &DeviceRef<'_>) -> Result<(), TestCaseError> {
    let explanation = explained(site, device);
    let (mut winner, mut undetermined) = (None, Vec::new());
    for proof in &explanation.classifications {
        prop_assert_eq!(Some(proof.verdict), proof.rules.iter().map(|rule| rule.verdict).max());
        for rule in &proof.rules {
            prop_assert_eq!(rule.proof.as_ref().map(Proof::verdict), Ok(rule.verdict));
            prop_assert_eq!(rule.verdict, rule.rule.compiled.evaluate(device));
        }
        match proof.verdict {
            Truth::Pass => winner = winner.or(Some(proof.classification.id)),
            Truth::Unknown if winner.is_none() => undetermined.push(proof.classification.id),
            _ => {}
        }
    }
    let outcome = device.outcome();
    prop_assert_eq!(winner, outcome.classification);
    prop_assert_eq!(&undetermined[..], &outcome.undetermined[..]);
    prop_assert!(explanation.flips_complete);
    Ok(())
}

proptest! {
    #[test]
    fn an_explanation_adds_up_to_the_outcome_and_every_flip_comes_true(site in site()) {
        for device in site.fleet.iter() {
            adds_up(&site, &device)?;
        }
        all_come_true(&site, &mut BTreeSet::new())?;
    }
}

#[test]
fn every_kind_of_fact_and_a_tag_can_be_what_changes_an_outcome() {
    let mut runner = TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..100 {
        all_come_true(&site().new_tree(&mut runner).unwrap().current(), &mut kinds).unwrap();
    }
    let facts = ["antivirus", "certificates", "compromised", "diskEncryption", "domain", "files", "mdm"];
    let more = ["passcode", "processes", "registry", "storageEncrypted"];
    let all = facts.into_iter().chain(more).map(|fact| format!("facts.{fact}"));
    let all = all.chain(["distribution", "edition", "osVersion", "tag"].map(str::to_owned));
    assert_eq!(kinds, all.collect());
}
