//! Has what is supposed of a device come true by the commands of its site.

use domain::{
    Certificate, DeviceName, DeviceUid, FactText, FileFact, Os, ProcessFact, Report, Sha256, TagId, UserKey,
};
use rules::Device;
use rules::explain::Supposed;
use site::commands::{Assign, Assignment, CheckIn, CheckIns};
use site::{Command, DeviceRef, Site, State};

use crate::{at, context};

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
            let fact = |running, signer: Option<&FactText>| ProcessFact { running, signer: signer.cloned() };
            let others = others.map(|(known, running, signer)| (known.clone(), fact(running, signer)));
            facts.processes = Some(others.chain([(name.clone(), to)]).collect());
        }
        Supposed::File { path, to } => {
            let known = device.files();
            let others = known.filter(|(known, ..)| !is_looked_up_as(device, known, &path));
            let fact = |present, sha256: Option<&Sha256>| FileFact { present, sha256: sha256.copied() };
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
                subject: text(one.subject.as_deref()),
                thumbprint: text(one.thumbprint.as_deref()),
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
    let ignores_case = device.os().is_some_and(Os::ignores_case);
    known == name || ignores_case && same(known.as_str(), name.as_str())
}

/// The site after a command by its writer.
fn after<C: Command<Site>>(site: &Site, mut command: C) -> Site {
    let context = context("ann", at(1_000_000));
    let changes = command.decide(site, &context).unwrap();
    let mut site = site.clone();
    site.apply(&context, changes, None);
    site
}

/// The site after what is supposed of one of its devices has come true, by a check-in or an assignment.
pub fn come_true(site: &Site, device: &DeviceRef<'_>, supposed: &Supposed) -> Site {
    let (uid, userkey) = (device.uid(), device.userkey());
    match supposed {
        Supposed::Tag { tag: TagId(tag), carried } => {
            let how = if *carried { Assignment::Add } else { Assignment::Remove };
            let name = DeviceName::new(&uid, Some(&userkey)).unwrap();
            after(site, Assign::new(how, vec![TagId(*tag)], vec![name], 64))
        }
        _ => {
            let (uid, userkey) = (DeviceUid::new(&uid).unwrap(), UserKey::new(&userkey).unwrap());
            after(
                site,
                CheckIns::new(vec![CheckIn { uid, userkey, report: Box::new(report(supposed, device)) }]),
            )
        }
    }
}
