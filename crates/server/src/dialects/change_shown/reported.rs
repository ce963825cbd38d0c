//! What a check-in said that was not known, in the words of check-ins.

use domain::{CertificateStore, DeviceNumber, FactText, Label, Report};
use site::Site;
use wire::alloyscan::changes::{Described, Reported};
use wire::check_in::{self, Certificate, Facts, File, Process};

use crate::dialects::alloyscan::facts_shown;
use crate::uuid_text::uuid_text;

/// A report whose texts weigh more is told without its lists, so that a page of entries stays a page.
const LISTS_MAX_BYTES: usize = 16 << 10;

pub(super) fn described<'a>(site: &Site, device: DeviceNumber, report: &'a Report) -> Described<'a> {
    fn text(said: &Option<Label>) -> Option<&str> {
        said.as_ref().map(Label::as_str)
    }
    let omitted = report.bytes() > LISTS_MAX_BYTES;
    let addresses = report.mac_addresses.as_ref().filter(|_| !omitted);
    let facts = facts(&report.facts, omitted);
    Described::Reported(Box::new(Reported {
        id: uuid_text(site.device_id(device)),
        username: text(&report.username),
        hostname: text(&report.hostname),
        os: report.os.map(domain::Os::name),
        os_version: report.os_version.as_ref().map(domain::OsVersion::as_str),
        edition: text(&report.edition),
        distribution: text(&report.distribution),
        client_version: text(&report.client_version),
        device_make: text(&report.device_make),
        device_model: text(&report.device_model),
        serial_number: text(&report.serial_number),
        mac_addresses: addresses.map(|addresses| addresses.iter().map(Label::as_str).collect()),
        ip_address: report.ip_address.map(|address| address.to_string()),
        event: text(&report.event),
        facts: Some(facts).filter(|facts| *facts != Facts::default()),
        omitted,
    }))
}

/// The facts, without their lists where these are omitted.
fn facts(said: &domain::Facts, omitted: bool) -> Facts {
    let scalars = Facts {
        domain: said.domain.as_ref().map(ToString::to_string),
        passcode: said.passcode,
        compromised: said.compromised,
        storage_encrypted: said.storage_encrypted,
        mdm: said.mdm,
        ..Facts::default()
    };
    if omitted {
        return scalars;
    }
    let owned = |text: &Option<FactText>| text.as_ref().map(ToString::to_string);
    let process =
        |said: &domain::ProcessFact| Process { running: said.running, signer_name: owned(&said.signer) };
    let file = |said: &domain::FileFact| File {
        present: said.present,
        sha256: said.sha256.map(|hash| hash.to_string()),
    };
    let certificate = |said: &domain::Certificate| Certificate {
        store: match said.store {
            CertificateStore::Machine => check_in::CertificateStore::Machine,
            CertificateStore::User => check_in::CertificateStore::User,
        },
        issuer: owned(&said.issuer),
        subject: owned(&said.subject),
        thumbprint: owned(&said.thumbprint),
    };
    Facts {
        antivirus: said.antivirus.as_deref().map(facts_shown::antivirus),
        processes: said
            .processes
            .as_ref()
            .map(|all| all.iter().map(|(name, said)| (name.to_string(), process(said))).collect()),
        files: said
            .files
            .as_ref()
            .map(|all| all.iter().map(|(path, said)| (path.to_string(), file(said))).collect()),
        registry: said.registry.as_deref().map(facts_shown::registry),
        disk_encryption: said
            .disk_encryption
            .as_ref()
            .map(|all| all.iter().map(ToString::to_string).collect()),
        certificates: said.certificates.as_ref().map(|all| all.iter().map(certificate).collect()),
        ..scalars
    }
}
