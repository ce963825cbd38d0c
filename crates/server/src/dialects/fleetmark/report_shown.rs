//! What a check-in reported, from the core's types in the form in which check-ins say it.

use domain::{FactText, Facts, Label, Os, OsVersion, Report};
use wire::check_in::{self, File, Process};
use wire::device_history::Reported;

use crate::dialects::alloyscan::facts_shown;

/// A report whose texts weigh more is told without its lists, so that a page of reports stays a page.
const LISTS_MAX_BYTES: usize = 16 << 10;

/// What it says; without its lists where they weigh too much.
pub(in crate::dialects) fn shown(report: &Report) -> Reported<'_> {
    let shown = whole(report);
    if report.bytes() <= LISTS_MAX_BYTES {
        return shown;
    }
    let facts = shown.facts.as_ref().map(without_lists).filter(|facts| *facts != check_in::Facts::default());
    Reported { mac_addresses: None, facts, omitted: true, ..shown }
}

fn without_lists<'a>(facts: &check_in::Facts<&'a str>) -> check_in::Facts<&'a str> {
    let check_in::Facts { domain, passcode, compromised, storage_encrypted, mdm, .. } = *facts;
    check_in::Facts { domain, passcode, compromised, storage_encrypted, mdm, ..check_in::Facts::default() }
}

/// All of it; what it does not say is left out.
fn whole(report: &Report) -> Reported<'_> {
    Reported {
        username: report.username.as_ref().map(Label::as_str),
        hostname: report.hostname.as_ref().map(Label::as_str),
        os: report.os.map(Os::name),
        os_version: report.os_version.as_ref().map(OsVersion::as_str),
        edition: report.edition.as_ref().map(Label::as_str),
        distribution: report.distribution.as_ref().map(Label::as_str),
        client_version: report.client_version.as_ref().map(Label::as_str),
        device_make: report.device_make.as_ref().map(Label::as_str),
        device_model: report.device_model.as_ref().map(Label::as_str),
        serial_number: report.serial_number.as_ref().map(Label::as_str),
        mac_addresses: report.mac_addresses.as_ref().map(|all| all.iter().map(Label::as_str).collect()),
        ip_address: report.ip_address.map(|address| address.to_string()),
        event: report.event.as_ref().map(Label::as_str),
        facts: Some(&report.facts).filter(|facts| **facts != Facts::default()).map(facts),
        omitted: false,
    }
}

fn facts(facts: &Facts) -> check_in::Facts<&str> {
    check_in::Facts {
        domain: facts.domain.as_ref().map(FactText::as_str),
        antivirus: facts.antivirus.as_deref().map(facts_shown::antivirus),
        processes: facts.processes.as_ref().map(|all| all.iter().map(process).collect()),
        files: facts.files.as_ref().map(|all| all.iter().map(file).collect()),
        registry: facts.registry.as_deref().map(facts_shown::registry),
        disk_encryption: facts.disk_encryption.as_deref().map(facts_shown::disk_encryption),
        certificates: facts.certificates.as_ref().map(|all| all.iter().map(certificate).collect()),
        passcode: facts.passcode,
        compromised: facts.compromised,
        storage_encrypted: facts.storage_encrypted,
        mdm: facts.mdm,
    }
}

fn process<'a>((name, said): (&'a FactText, &'a domain::ProcessFact)) -> (&'a str, Process<&'a str>) {
    let signer_name = said.signer.as_ref().map(FactText::as_str);
    (name.as_str(), Process { running: said.running, signer_name })
}

fn file<'a>((path, said): (&'a FactText, &domain::FileFact)) -> (&'a str, File) {
    (path.as_str(), File { present: said.present, sha256: said.sha256.map(|hash| hash.to_string()) })
}

fn certificate(said: &domain::Certificate) -> check_in::Certificate<&str> {
    check_in::Certificate {
        store: match said.store {
            domain::CertificateStore::Machine => check_in::CertificateStore::Machine,
            domain::CertificateStore::User => check_in::CertificateStore::User,
        },
        issuer: said.issuer.as_ref().map(FactText::as_str),
        subject: said.subject.as_ref().map(FactText::as_str),
        thumbprint: said.thumbprint.as_ref().map(FactText::as_str),
    }
}

#[cfg(test)]
mod tests {
    use domain::{FACT_TEXT_MAX_CHARS, FileFact};

    use super::*;

    #[test]
    fn a_large_report_is_told_without_its_lists() {
        let path = |number: usize| FactText::new(&format!("{number:0>FACT_TEXT_MAX_CHARS$}")).unwrap();
        let told = |files: usize| {
            let files = (0..files).map(|number| (path(number), FileFact { present: true, sha256: None }));
            let hostname = Some(Label::new("pc").unwrap());
            let facts = Facts { files: Some(files.collect()), mdm: Some(true), ..Facts::default() };
            let report = Report { hostname, facts, ..Report::default() };
            let told = shown(&report);
            let facts = told.facts.unwrap();
            assert_eq!((told.hostname, facts.mdm), (Some("pc"), Some(true)));
            (facts.files.map_or(0, |files| files.len()), told.omitted)
        };
        assert_eq!((told(15), told(16)), ((15, false), (0, true)));
    }
}
