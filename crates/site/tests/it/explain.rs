//! Explanations of the devices of random sites: they say what the site says, and every flip comes true.

use std::sync::atomic::AtomicBool;

use domain::{Certificate, DeviceName, DeviceUid, FactText, Report, TagId, UserKey};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rules::explain::Supposed;
use rules::{Device, Truth};
use site::commands::{Assign, Assignment, CheckIn, CheckIns};
use site::queries::explain::{Explanation, explain};
use site::{Command, DeviceRef, Site, State};

use crate::agreement::live;
use crate::steps::life;
use crate::{at, context};

fn explained<'a>(site: &'a Site, device: &DeviceRef<'a>) -> Explanation<'a> {
    explain(site, device, &AtomicBool::new(false)).unwrap()
}

/// The check-in that says just what is supposed: of a list, all of it.
fn report(supposed: &Supposed, device: &DeviceRef<'_>) -> Report {
    let mut report = Report::default();
    let facts = &mut report.facts;
    match supposed.clone() {
        Supposed::Tag { .. } => panic!("a device does not report tags"),
        Supposed::OsVersion(version) => report.os_version = Some(version),
        Supposed::Edition(edition) => report.edition = Some(edition),
        Supposed::Distribution(distribution) => report.distribution = Some(distribution),
        Supposed::Domain(domain) => facts.domain = Some(domain),
        Supposed::Antivirus { entry, there } => {
            let known = device.antivirus().into_iter().flatten().cloned();
            let others = known.filter(|known| !same(known.product.as_str(), entry.product.as_str()));
            facts.antivirus = Some(others.chain(there.then_some(entry.clone())).collect());
        }
        Supposed::Process { name, to } => {
            let known = device.processes();
            let others = known.filter(|(known, ..)| !is_looked_up_as(device, known, &name));
            let fact =
                |running, signer: Option<&FactText>| domain::ProcessFact { running, signer: signer.cloned() };
            let others = others.map(|(known, running, signer)| (known.clone(), fact(running, signer)));
            facts.processes = Some(others.chain([(name.clone(), to)]).collect());
        }
        Supposed::File { path, to } => {
            let known = device.files();
            let others = known.filter(|(known, ..)| !is_looked_up_as(device, known, &path));
            let fact = |present, sha256: Option<&domain::Sha256>| domain::FileFact {
                present,
                sha256: sha256.copied(),
            };
            let others = others.map(|(known, present, sha256)| (known.clone(), fact(present, sha256)));
            facts.files = Some(others.chain([(path.clone(), to)]).collect());
        }
        Supposed::Registry { entry, there } => {
            let known = device.registry().into_iter().flatten().cloned();
            let others = known.filter(|known| {
                !(same(known.key.as_str(), entry.key.as_str())
                    && same(known.value.as_str(), entry.value.as_str()))
            });
            facts.registry = Some(others.chain(there.then_some(entry.clone())).collect());
        }
        Supposed::DiskEncryption { product, there } => {
            let known = device.disk_encryption().into_iter().flatten().cloned();
            let others = known.filter(|known| !same(known.as_str(), product.as_str()));
            facts.disk_encryption = Some(others.chain(there.then_some(product.clone())).collect());
        }
        Supposed::Certificate { certificate, there } => {
            let known = device.certificates().into_iter().flatten();
            let text = |said: Option<&str>| said.map(|text| FactText::new(text).unwrap());
            let known = known.map(|one| Certificate {
                store: one.store,
                issuer: text(one.issuer),
                subject: text(one.subject),
                thumbprint: text(one.thumbprint),
            });
            let others = known.filter(|known| *known != certificate);
            facts.certificates = Some(others.chain(there.then_some(certificate.clone())).collect());
        }
        Supposed::Passcode(said) => facts.passcode = Some(said),
        Supposed::Compromised(said) => facts.compromised = Some(said),
        Supposed::StorageEncrypted(said) => facts.storage_encrypted = Some(said),
        Supposed::Mdm(said) => facts.mdm = Some(said),
    }
    report
}

fn same(a: &str, b: &str) -> bool {
    domain::fold(a) == domain::fold(b)
}

fn is_looked_up_as(device: &DeviceRef<'_>, known: &FactText, name: &FactText) -> bool {
    let ignores_case = device.os().is_some_and(domain::Os::ignores_case);
    known == name || ignores_case && same(known.as_str(), name.as_str())
}

/// The site after a command by its writer.
fn after<C: Command<Site>>(site: &Site, mut command: C) -> Site {
    let context = context("ann", at(1_000_000));
    let changes = command.decide(site, &context).unwrap();
    let mut site = site.clone();
    site.apply(&context, changes);
    site
}

/// The site after what is supposed of one of its devices has come true, by a check-in or an assignment.
fn come_true(site: &Site, device: &DeviceRef<'_>, supposed: &Supposed) -> Site {
    let (uid, userkey) = (device.uid(), device.userkey());
    match supposed {
        Supposed::Tag { tag: TagId(tag), carried } => {
            let how = if *carried { Assignment::Add } else { Assignment::Remove };
            let name = DeviceName::new(uid, Some(userkey)).unwrap();
            after(site, Assign::new(how, vec![TagId(*tag)], vec![name], 64))
        }
        _ => {
            let (uid, userkey) = (DeviceUid::new(uid).unwrap(), UserKey::new(userkey).unwrap());
            after(site, CheckIns::new(vec![CheckIn { uid, userkey, report: report(supposed, device) }]))
        }
    }
}

/// How often each kind of supposition came true.
fn all_come_true(site: &Site) -> Result<usize, TestCaseError> {
    let mut came_true = 0;
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
            came_true += 1;
        }
    }
    Ok(came_true)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_flip_comes_true(steps in life(60)) {
        all_come_true(&live(steps)?.site)?;
    }

    #[test]
    fn an_explanation_follows_to_the_outcome_of_its_device(steps in life(60)) {
        let site = live(steps)?.site;
        for device in site.fleet.iter() {
            let explanation = explained(&site, &device);
            let mut undetermined = Vec::new();
            let mut winner = None;
            for proof in &explanation.classifications {
                prop_assert_eq!(Some(proof.verdict), proof.rules.iter().map(|rule| rule.verdict).max());
                for rule in &proof.rules {
                    let shown = rule.proof.as_ref().map(rules::explain::Proof::verdict);
                    prop_assert_eq!(shown, Ok(rule.verdict));
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
        }
    }
}
