//! What could be different of a device.

use domain::{
    Antivirus, Certificate, FactText, FileFact, Label, Os, OsVersion, ProcessFact, RegistryValue, TagId,
};
use serde_json::Value;

use super::{key, shown};
use crate::certificate::CertificateView;
use crate::device::Device;
use crate::folded::Folded;
use crate::root_key::RootKey;

/// One fact or tag of a device, supposed to be other than it is. Of a list or a map it is one entry: the others stay.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Supposed {
    /// It carries the tag, or does not.
    Tag {
        /// Which.
        tag: TagId,
        /// Whether it carries it.
        carried: bool,
    },
    /// The version of its operating system.
    OsVersion(OsVersion),
    /// The edition of Windows.
    Edition(Label),
    /// The distribution of Linux.
    Distribution(Label),
    /// The domain it is joined to; empty: to none.
    Domain(FactText),
    /// An antivirus product: the only one of its name, or none of its name.
    Antivirus {
        /// As it would be, or was.
        entry: Antivirus,
        /// Whether it is there.
        there: bool,
    },
    /// A process.
    Process {
        /// Its name.
        name: FactText,
        /// What is said of it.
        to: ProcessFact,
    },
    /// A file.
    File {
        /// Its full path.
        path: FactText,
        /// What is said of it.
        to: FileFact,
    },
    /// A registry value: the only one of its root key, key and name, or none of them.
    Registry {
        /// As it would be, or was.
        entry: RegistryValue,
        /// Whether it is there.
        there: bool,
    },
    /// A product that encrypts the disk.
    DiskEncryption {
        /// Its name.
        product: Label,
        /// Whether it does.
        there: bool,
    },
    /// A certificate.
    Certificate {
        /// As it would be, or was.
        certificate: Certificate,
        /// Whether it is there.
        there: bool,
    },
    /// Whether a passcode is required.
    Passcode(bool),
    /// Whether the device is compromised.
    Compromised(bool),
    /// Whether primary storage is encrypted.
    StorageEncrypted(bool),
    /// Whether a mobile device management manages it.
    Mdm(bool),
}

impl Supposed {
    /// Where a check-in says it: `osVersion`, `facts.processes[x.exe]`. A tag is named by its id, as `tag 1137`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Tag { tag, .. } => format!("tag {tag}"),
            Self::OsVersion(_) => "osVersion".to_owned(),
            Self::Edition(_) => "edition".to_owned(),
            Self::Distribution(_) => "distribution".to_owned(),
            Self::Domain(_) => "facts.domain".to_owned(),
            Self::Antivirus { entry, .. } => format!("facts.antivirus[{}]", entry.product),
            Self::Process { name, .. } => format!("facts.processes[{name}]"),
            Self::File { path, .. } => format!("facts.files[{path}]"),
            Self::Registry { entry, .. } => format!("facts.registry[{}]", shown::place(entry)),
            Self::DiskEncryption { product, .. } => format!("facts.diskEncryption[{product}]"),
            Self::Certificate { certificate, .. } => {
                let Certificate { store, issuer, subject, thumbprint } = certificate;
                let known = [thumbprint, subject, issuer].into_iter().flatten().next();
                let known = known.map_or("", FactText::as_str);
                format!("facts.certificates[{}: {known}]", shown::store(*store))
            }
            Self::Passcode(_) => "facts.passcode".to_owned(),
            Self::Compromised(_) => "facts.compromised".to_owned(),
            Self::StorageEncrypted(_) => "facts.storageEncrypted".to_owned(),
            Self::Mdm(_) => "facts.mdm".to_owned(),
        }
    }

    /// What `device` says of it now, in the form of check-ins; null: nothing, or that it is not there. Of a tag:
    /// whether it carries it.
    pub fn from(&self, os: Os, device: &impl Device) -> Value {
        match self {
            Self::Tag { tag, .. } => device.has_tag(*tag).into(),
            Self::OsVersion(_) => device.os_version().map(OsVersion::as_str).into(),
            Self::Edition(_) => device.edition().into(),
            Self::Distribution(_) => device.distribution().into(),
            Self::Domain(_) => device.domain().into(),
            Self::Antivirus { entry, .. } => {
                let same = Folded::new(entry.product.as_str());
                let mut known = device.antivirus().into_iter().flatten();
                known.find(|known| same.same(known.product.as_str())).map(shown::antivirus).into()
            }
            Self::Process { name, .. } => {
                let known = device.process(&key(name.as_str(), os), os.ignores_case());
                known.map(|(running, signer)| shown::process(running, signer)).into()
            }
            Self::File { path, .. } => {
                let known = device.file(&key(path.as_str(), os), os.ignores_case());
                known.map(|(present, sha256)| shown::file(present, sha256)).into()
            }
            Self::Registry { entry, .. } => {
                let mut known = device.registry().into_iter().flatten();
                known.find(|known| is_same_value(known, entry)).map(shown::registry_value).into()
            }
            Self::DiskEncryption { product, .. } => {
                let same = Folded::new(product.as_str());
                let mut known = device.disk_encryption().into_iter().flatten();
                known.find(|known| same.same(known.as_str())).map(Label::as_str).into()
            }
            Self::Certificate { certificate, .. } => {
                let view = CertificateView::from(certificate);
                let known = device.certificates().is_some_and(|mut all| all.any(|one| one == view));
                known.then(|| shown::certificate(view)).into()
            }
            Self::Passcode(_) => device.passcode().into(),
            Self::Compromised(_) => device.compromised().into(),
            Self::StorageEncrypted(_) => device.storage_encrypted().into(),
            Self::Mdm(_) => device.mdm().into(),
        }
    }

    /// What would be said of it instead, in the same form.
    #[must_use]
    pub fn to(&self) -> Value {
        match self {
            Self::Tag { carried, .. } => (*carried).into(),
            Self::OsVersion(version) => version.as_str().into(),
            Self::Edition(text) | Self::Distribution(text) => text.as_str().into(),
            Self::Domain(domain) => domain.as_str().into(),
            Self::Antivirus { entry, there } => there.then(|| shown::antivirus(entry)).into(),
            Self::Process { to, .. } => shown::process(to.running, to.signer.as_ref().map(FactText::as_str)),
            Self::File { to, .. } => shown::file(to.present, to.sha256),
            Self::Registry { entry, there } => there.then(|| shown::registry_value(entry)).into(),
            Self::DiskEncryption { product, there } => there.then(|| product.as_str()).into(),
            Self::Certificate { certificate, there } => {
                there.then(|| shown::certificate(CertificateView::from(certificate))).into()
            }
            Self::Passcode(said)
            | Self::Compromised(said)
            | Self::StorageEncrypted(said)
            | Self::Mdm(said) => (*said).into(),
        }
    }
}

/// Whether both are the same value of the registry, whatever data they hold.
pub(super) fn is_same_value(a: &RegistryValue, b: &RegistryValue) -> bool {
    let same = |a: &FactText, b: &FactText| Folded::new(a.as_str()).same(b.as_str());
    RootKey::new(a.root_key.as_str()) == RootKey::new(b.root_key.as_str())
        && same(&a.value, &b.value)
        && same(&a.key, &b.key)
}
