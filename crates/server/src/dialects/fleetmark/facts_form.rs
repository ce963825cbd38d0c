//! The facts of a check-in: from the wire into the core's types.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Deref;

use domain::{FACT_ENTRIES_MAX, FactText, FormError, Label, Sha256};
use wire::Text;
use wire::check_in::{self, MAX_PROBED, Refusal};

use super::check_in_form::{bounded, form};

// Whatever can be asked about can be answered.
const _: () = assert!(MAX_PROBED == domain::PROBED_MAX);

/// Takes the facts into their types.
pub(super) fn read(facts: check_in::Facts<Text<'_>>) -> Result<domain::Facts, Refusal> {
    Ok(domain::Facts {
        domain: facts.domain.map(|domain| form("facts.domain", FactText::new(&domain))).transpose()?,
        antivirus: list("facts.antivirus", facts.antivirus, FACT_ENTRIES_MAX, |at, said| {
            antivirus(at, &said)
        })?,
        processes: map("facts.processes", facts.processes, process)?,
        files: map("facts.files", facts.files, file)?,
        registry: list("facts.registry", facts.registry, MAX_PROBED, |at, said| registry_value(at, &said))?,
        disk_encryption: list(
            "facts.diskEncryption",
            facts.disk_encryption,
            FACT_ENTRIES_MAX,
            |at, product| form(at, Label::new(&product)),
        )?,
        certificates: list("facts.certificates", facts.certificates, FACT_ENTRIES_MAX, certificate)?,
        passcode: facts.passcode,
        compromised: facts.compromised,
        storage_encrypted: facts.storage_encrypted,
        mdm: facts.mdm,
    })
}

fn antivirus(at: &dyn Display, said: &check_in::Antivirus<Text<'_>>) -> Result<domain::Antivirus, Refusal> {
    let product = form(format_args!("{at}.product"), Label::new(&said.product))?;
    Ok(domain::Antivirus { product, up_to_date: said.up_to_date })
}

fn process(at: &dyn Display, said: check_in::Process<Text<'_>>) -> Result<domain::ProcessFact, Refusal> {
    let signer = optional(at, "signerName", said.signer_name, FactText::new)?;
    Ok(domain::ProcessFact { running: said.running, signer })
}

fn file(at: &dyn Display, said: check_in::File) -> Result<domain::FileFact, Refusal> {
    let sha256 = optional(at, "sha256", said.sha256, Sha256::new)?;
    Ok(domain::FileFact { present: said.present, sha256 })
}

fn registry_value(
    at: &dyn Display,
    said: &check_in::RegistryValue<Text<'_>>,
) -> Result<domain::RegistryValue, Refusal> {
    let text = |member: &str, text: &str| form(format_args!("{at}.{member}"), FactText::new(text));
    Ok(domain::RegistryValue {
        root_key: text("rootKey", &said.root_key)?,
        key: text("key", &said.key)?,
        value: text("value", &said.value)?,
        kind: text("type", &said.kind)?,
        data: text("data", &said.data)?,
    })
}

fn certificate(
    at: &dyn Display,
    said: check_in::Certificate<Text<'_>>,
) -> Result<domain::Certificate, Refusal> {
    let store = match said.store {
        check_in::CertificateStore::Machine => domain::CertificateStore::Machine,
        check_in::CertificateStore::User => domain::CertificateStore::User,
    };
    Ok(domain::Certificate {
        store,
        issuer: optional(at, "issuer", said.issuer, FactText::new)?,
        subject: optional(at, "subject", said.subject, FactText::new)?,
        thumbprint: optional(at, "thumbprint", said.thumbprint, FactText::new)?,
    })
}

fn optional<T>(
    at: &dyn Display,
    member: &str,
    said: Option<impl Deref<Target = str>>,
    new: fn(&str) -> Result<T, FormError>,
) -> Result<Option<T>, Refusal> {
    said.map(|text| form(format_args!("{at}.{member}"), new(&text))).transpose()
}

fn list<W, T>(
    field: &str,
    said: Option<Vec<W>>,
    max: usize,
    read: impl Fn(&dyn Display, W) -> Result<T, Refusal>,
) -> Result<Option<Vec<T>>, Refusal> {
    let Some(said) = said else { return Ok(None) };
    bounded(field, said.len(), max)?;
    let items = said.into_iter().enumerate();
    items
        .map(|(index, item)| read(&format_args!("{field}[{index}]"), item))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// A map of what was probed.
fn map<W, T>(
    field: &str,
    said: Option<BTreeMap<Text<'_>, W>>,
    read: impl Fn(&dyn Display, W) -> Result<T, Refusal>,
) -> Result<Option<BTreeMap<FactText, T>>, Refusal> {
    let Some(said) = said else { return Ok(None) };
    bounded(field, said.len(), MAX_PROBED)?;
    let entry = |(name, value): (Text<'_>, W)| {
        let at = format_args!("{field}[{name}]");
        Ok((form(at, FactText::new(&name))?, read(&at, value)?))
    };
    said.into_iter().map(entry).collect::<Result<_, _>>().map(Some)
}
