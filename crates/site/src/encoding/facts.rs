//! Facts by group. An absent group was not said; one that was said and holds nothing is an empty message.

use std::collections::BTreeMap;

use domain::{
    Antivirus, Certificate, CertificateStore, FactText, Facts, FileFact, ProcessFact, RegistryValue, Sha256,
};

use super::DecodeError;
use super::read::{all_owned, bytes, list, optional_owned, optional_text, owned, text, texts};

/// As [`Facts`].
#[derive(prost::Message)]
pub(super) struct FactsMessage {
    #[prost(string, optional, tag = "1")]
    domain: Option<String>,
    #[prost(message, optional, tag = "2")]
    antivirus: Option<AntivirusListMessage>,
    #[prost(message, optional, tag = "3")]
    processes: Option<ProcessesMessage>,
    #[prost(message, optional, tag = "4")]
    files: Option<FilesMessage>,
    #[prost(message, optional, tag = "5")]
    registry: Option<RegistryMessage>,
    #[prost(message, optional, tag = "6")]
    disk_encryption: Option<LabelsMessage>,
    #[prost(message, optional, tag = "7")]
    certificates: Option<CertificatesMessage>,
    #[prost(bool, optional, tag = "8")]
    passcode: Option<bool>,
    #[prost(bool, optional, tag = "9")]
    compromised: Option<bool>,
    #[prost(bool, optional, tag = "10")]
    storage_encrypted: Option<bool>,
    #[prost(bool, optional, tag = "11")]
    mdm: Option<bool>,
}

/// A list of labels that was said, perhaps an empty one.
#[derive(prost::Message)]
pub(super) struct LabelsMessage {
    /// The labels.
    #[prost(string, repeated, tag = "1")]
    pub(super) labels: Vec<String>,
}

/// A list of products that was said, perhaps an empty one.
#[derive(prost::Message)]
pub(super) struct AntivirusListMessage {
    #[prost(message, repeated, tag = "1")]
    products: Vec<AntivirusMessage>,
}

/// As [`Antivirus`].
#[derive(prost::Message)]
struct AntivirusMessage {
    #[prost(string, tag = "1")]
    product: String,
    #[prost(bool, optional, tag = "2")]
    up_to_date: Option<bool>,
}

/// By name, ascending.
#[derive(prost::Message)]
struct ProcessesMessage {
    #[prost(message, repeated, tag = "1")]
    processes: Vec<ProcessMessage>,
}

/// As [`ProcessFact`].
#[derive(prost::Message)]
struct ProcessMessage {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(bool, tag = "2")]
    running: bool,
    #[prost(string, optional, tag = "3")]
    signer: Option<String>,
}

/// By path, ascending.
#[derive(prost::Message)]
struct FilesMessage {
    #[prost(message, repeated, tag = "1")]
    files: Vec<FileMessage>,
}

/// As [`FileFact`].
#[derive(prost::Message)]
struct FileMessage {
    #[prost(string, tag = "1")]
    path: String,
    #[prost(bool, tag = "2")]
    present: bool,
    /// 32 bytes.
    #[prost(bytes = "vec", optional, tag = "3")]
    sha256: Option<Vec<u8>>,
}

/// A list of values that was said, perhaps an empty one.
#[derive(prost::Message)]
pub(super) struct RegistryMessage {
    #[prost(message, repeated, tag = "1")]
    values: Vec<RegistryValueMessage>,
}

/// As [`RegistryValue`].
#[derive(prost::Message)]
struct RegistryValueMessage {
    #[prost(string, tag = "1")]
    root_key: String,
    #[prost(string, tag = "2")]
    key: String,
    #[prost(string, tag = "3")]
    value: String,
    #[prost(string, tag = "4")]
    kind: String,
    #[prost(string, tag = "5")]
    data: String,
}

/// A list of certificates that was said, perhaps an empty one.
#[derive(prost::Message)]
struct CertificatesMessage {
    #[prost(message, repeated, tag = "1")]
    certificates: Vec<CertificateMessage>,
}

/// As [`Certificate`].
#[derive(prost::Message)]
struct CertificateMessage {
    /// 0: the machine's, 1: the user's.
    #[prost(uint32, tag = "1")]
    store: u32,
    #[prost(string, optional, tag = "2")]
    issuer: Option<String>,
    #[prost(string, optional, tag = "3")]
    subject: Option<String>,
    #[prost(string, optional, tag = "4")]
    thumbprint: Option<String>,
}

/// Facts as a message.
pub(super) fn write_facts(facts: &Facts) -> FactsMessage {
    FactsMessage {
        domain: optional_owned(facts.domain.as_ref()),
        antivirus: facts.antivirus.as_deref().map(write_antivirus_list),
        processes: facts
            .processes
            .as_ref()
            .map(|processes| ProcessesMessage { processes: processes.iter().map(write_process).collect() }),
        files: facts
            .files
            .as_ref()
            .map(|files| FilesMessage { files: files.iter().map(write_file).collect() }),
        registry: facts.registry.as_deref().map(write_registry),
        disk_encryption: facts
            .disk_encryption
            .as_deref()
            .map(|products| LabelsMessage { labels: all_owned(products) }),
        certificates: facts.certificates.as_deref().map(write_certificates),
        passcode: facts.passcode,
        compromised: facts.compromised,
        storage_encrypted: facts.storage_encrypted,
        mdm: facts.mdm,
    }
}

/// Facts from their message.
pub(super) fn read_facts(message: &FactsMessage) -> Result<Facts, DecodeError> {
    Ok(Facts {
        domain: optional_text("domain", message.domain.as_deref())?,
        antivirus: message
            .antivirus
            .as_ref()
            .map(|antivirus| read_antivirus_list("antivirus", antivirus))
            .transpose()?,
        processes: message
            .processes
            .as_ref()
            .map(|processes| map("processes", &processes.processes, read_process))
            .transpose()?,
        files: message.files.as_ref().map(|files| map("files", &files.files, read_file)).transpose()?,
        registry: message
            .registry
            .as_ref()
            .map(|registry| read_registry("registry", registry))
            .transpose()?,
        disk_encryption: message
            .disk_encryption
            .as_ref()
            .map(|products| texts("disk_encryption", &products.labels))
            .transpose()?,
        certificates: message
            .certificates
            .as_ref()
            .map(|certificates| read_certificates("certificates", certificates))
            .transpose()?,
        passcode: message.passcode,
        compromised: message.compromised,
        storage_encrypted: message.storage_encrypted,
        mdm: message.mdm,
    })
}

/// Entries in the order of their keys, each key once.
fn map<M, T>(
    member: &str,
    entries: &[M],
    read: impl FnMut(&M) -> Result<(FactText, T), DecodeError>,
) -> Result<BTreeMap<FactText, T>, DecodeError> {
    let entries = list(member, entries, read)?;
    if !entries.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err(DecodeError::damaged(member, "must be in ascending order"));
    }
    Ok(entries.into_iter().collect())
}

/// Antivirus products as a message.
pub(super) fn write_antivirus_list(products: &[Antivirus]) -> AntivirusListMessage {
    AntivirusListMessage { products: products.iter().map(write_antivirus).collect() }
}

/// Antivirus products from their message.
pub(super) fn read_antivirus_list(
    member: &str,
    message: &AntivirusListMessage,
) -> Result<Vec<Antivirus>, DecodeError> {
    list(member, &message.products, read_antivirus)
}

/// Registry values as a message.
pub(super) fn write_registry(values: &[RegistryValue]) -> RegistryMessage {
    RegistryMessage { values: values.iter().map(write_registry_value).collect() }
}

/// Registry values from their message.
pub(super) fn read_registry(
    member: &str,
    message: &RegistryMessage,
) -> Result<Vec<RegistryValue>, DecodeError> {
    list(member, &message.values, read_registry_value)
}

/// Certificates as a message.
fn write_certificates(certificates: &[Certificate]) -> CertificatesMessage {
    CertificatesMessage { certificates: certificates.iter().map(write_certificate).collect() }
}

/// Certificates from their message.
fn read_certificates(member: &str, message: &CertificatesMessage) -> Result<Vec<Certificate>, DecodeError> {
    list(member, &message.certificates, read_certificate)
}

fn write_antivirus(product: &Antivirus) -> AntivirusMessage {
    AntivirusMessage { product: owned(&product.product), up_to_date: product.up_to_date }
}

fn read_antivirus(message: &AntivirusMessage) -> Result<Antivirus, DecodeError> {
    Ok(Antivirus { product: text("product", &message.product)?, up_to_date: message.up_to_date })
}

fn write_process((name, process): (&FactText, &ProcessFact)) -> ProcessMessage {
    ProcessMessage {
        name: owned(name),
        running: process.running,
        signer: optional_owned(process.signer.as_ref()),
    }
}

fn read_process(message: &ProcessMessage) -> Result<(FactText, ProcessFact), DecodeError> {
    let signer = optional_text("signer", message.signer.as_deref())?;
    Ok((text("name", &message.name)?, ProcessFact { running: message.running, signer }))
}

fn write_file((path, file): (&FactText, &FileFact)) -> FileMessage {
    FileMessage {
        path: owned(path),
        present: file.present,
        sha256: file.sha256.map(|hash| hash.bytes().to_vec()),
    }
}

fn read_file(message: &FileMessage) -> Result<(FactText, FileFact), DecodeError> {
    let sha256 = message.sha256.as_deref().map(|hash| bytes("sha256", hash).map(Sha256::from_bytes));
    Ok((text("path", &message.path)?, FileFact { present: message.present, sha256: sha256.transpose()? }))
}

fn write_registry_value(value: &RegistryValue) -> RegistryValueMessage {
    RegistryValueMessage {
        root_key: owned(&value.root_key),
        key: owned(&value.key),
        value: owned(&value.value),
        kind: owned(&value.kind),
        data: owned(&value.data),
    }
}

fn read_registry_value(message: &RegistryValueMessage) -> Result<RegistryValue, DecodeError> {
    Ok(RegistryValue {
        root_key: text("root_key", &message.root_key)?,
        key: text("key", &message.key)?,
        value: text("value", &message.value)?,
        kind: text("kind", &message.kind)?,
        data: text("data", &message.data)?,
    })
}

fn write_certificate(certificate: &Certificate) -> CertificateMessage {
    CertificateMessage {
        store: match certificate.store {
            CertificateStore::Machine => 0,
            CertificateStore::User => 1,
        },
        issuer: optional_owned(certificate.issuer.as_ref()),
        subject: optional_owned(certificate.subject.as_ref()),
        thumbprint: optional_owned(certificate.thumbprint.as_ref()),
    }
}

fn read_certificate(message: &CertificateMessage) -> Result<Certificate, DecodeError> {
    Ok(Certificate {
        store: match message.store {
            0 => CertificateStore::Machine,
            1 => CertificateStore::User,
            number => return Err(DecodeError::unknown_number("store", number)),
        },
        issuer: optional_text("issuer", message.issuer.as_deref())?,
        subject: optional_text("subject", message.subject.as_deref())?,
        thumbprint: optional_text("thumbprint", message.thumbprint.as_deref())?,
    })
}
