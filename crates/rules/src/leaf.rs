//! The meaning of checks: the one place that says what each asks of a device (netskope-v2 §6; decided, Facts and
//! checks).

use std::collections::BTreeSet;

use domain::{Antivirus, CertificateStore, Os, RegistryValue, Sha256, TagId};

use crate::certificate::WantedCertificate;
use crate::check::Check;
use crate::device::Device;
use crate::edition::Edition;
use crate::folded::Folded;
use crate::root_key::RootKey;
use crate::truth::Truth;

/// A check in the form in which it compares: two that ask the same of devices of one system are equal. The order is
/// from cheap to dear, which is the order in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Leaf {
    DeviceTag(TagId),
    Fact(Fact),
}

/// A check of what the device reported.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fact {
    PasscodeRequired,
    NotCompromised,
    StorageEncrypted,
    Mdm,
    Os(Box<WantedOs>),
    Domain(Box<[Folded]>),
    DiskEncryption(Folded),
    Antivirus { product: Option<Folded>, up_to_date: Option<bool> },
    Process { process: Name, signer: Option<Folded> },
    File { path: Name, sha256: Option<Box<Sha256>> },
    Registry(Box<WantedValue>),
    MachineCertificate(Box<WantedCertificate>),
    UserCertificate(Box<WantedCertificate>),
    Other { name: Box<str>, parameters: Box<str> },
}

/// A path or a process, which has case on some systems only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name {
    pub(crate) text: Box<str>,
    ignore_case: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WantedOs {
    /// The numbers of the lowest version, without trailing zeros; none: any version.
    pub(crate) min: Box<[u64]>,
    pub(crate) edition: Option<Edition>,
    pub(crate) distribution: Option<Folded>,
    /// Whether the version tells the family: on Windows clients, not on servers, whose builds are numbered alike.
    version_tells_family: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct WantedValue {
    pub(crate) root_key: RootKey,
    pub(crate) key: Folded,
    pub(crate) value: Folded,
    kind: Folded,
    data: Folded,
}

impl Leaf {
    pub(crate) fn new(check: &Check, os: Os) -> Self {
        let name = |text: &str| Name::new(text, os.ignores_case());
        Self::Fact(match check {
            Check::DeviceTag(tag) => return Self::DeviceTag(*tag),
            Check::MinOsVersion { min, edition, distribution } => Fact::Os(Box::new(WantedOs {
                min: min.numbers().into(),
                edition: edition.clone(),
                distribution: distribution.as_ref().map(|text| Folded::new(text.as_str())),
                version_tells_family: os == Os::Windows,
            })),
            Check::Domain { domains } => {
                let domains: BTreeSet<_> = domains.iter().map(|text| Folded::new(text.as_str())).collect();
                Fact::Domain(domains.into_iter().collect())
            }
            Check::Process { process, signer } => Fact::Process {
                process: name(process.as_str()),
                signer: signer.as_ref().map(|text| Folded::new(text.as_str())),
            },
            Check::File { path, sha256 } => {
                Fact::File { path: name(path.as_str()), sha256: sha256.map(Box::new) }
            }
            Check::Registry { root_key, key, value, kind, data } => Fact::Registry(Box::new(WantedValue {
                root_key: *root_key,
                key: Folded::new(key.as_str()),
                value: Folded::new(value.as_str()),
                kind: Folded::new(kind.as_str()),
                data: Folded::new(data.as_str()),
            })),
            Check::DiskEncryption { product } => Fact::DiskEncryption(Folded::new(product.as_str())),
            Check::Antivirus { product, up_to_date } => Fact::Antivirus {
                product: product.as_ref().map(|text| Folded::new(text.as_str())),
                up_to_date: *up_to_date,
            },
            Check::Certificate { store, issuer, subject, thumbprint } => {
                let wanted =
                    WantedCertificate::new(issuer.as_ref(), subject.as_ref(), thumbprint.as_ref()).into();
                match store {
                    CertificateStore::Machine => Fact::MachineCertificate(wanted),
                    CertificateStore::User => Fact::UserCertificate(wanted),
                }
            }
            Check::PasscodeRequired => Fact::PasscodeRequired,
            Check::NotCompromised => Fact::NotCompromised,
            Check::StorageEncrypted => Fact::StorageEncrypted,
            Check::Mdm => Fact::Mdm,
            Check::Other { name, parameters } => {
                Fact::Other { name: name.clone(), parameters: parameters.clone() }
            }
        })
    }

    // One call, whichever the check, and none where what it says is known.
    #[inline(never)]
    pub(crate) fn evaluate(&self, device: &impl Device) -> Truth {
        match self {
            Self::DeviceTag(tag) => device.has_tag(*tag).into(),
            Self::Fact(fact) => fact.evaluate(device),
        }
    }
}

impl Fact {
    fn evaluate(&self, device: &impl Device) -> Truth {
        match self {
            Self::PasscodeRequired => device.passcode().into(),
            Self::NotCompromised => device.compromised().map(|compromised| !compromised).into(),
            Self::StorageEncrypted => device.storage_encrypted().into(),
            Self::Mdm => device.mdm().into(),
            Self::Os(wanted) => wanted.evaluate(device),
            Self::Domain(domains) => {
                device.domain().map(|joined| domains.iter().any(|wanted| wanted.same(joined))).into()
            }
            Self::DiskEncryption(product) => device
                .disk_encryption()
                .map(|products| products.iter().any(|reported| product.same(reported.as_str())))
                .into(),
            Self::Antivirus { product, up_to_date } => {
                antivirus(product.as_ref(), *up_to_date, device.antivirus())
            }
            Self::Process { process, signer } => match device.process(&process.text, process.ignore_case) {
                None => Truth::Unknown,
                Some((false, _)) => Truth::Fail,
                Some((true, signed)) => asked(signer.as_ref(), signed, Folded::same),
            },
            Self::File { path, sha256 } => match device.file(&path.text, path.ignore_case) {
                None => Truth::Unknown,
                Some((false, _)) => Truth::Fail,
                Some((true, hash)) => asked(sha256.as_deref(), hash, |wanted, hash| *wanted == hash),
            },
            Self::Registry(wanted) => {
                device.registry().map(|values| values.iter().any(|value| wanted.is(value))).into()
            }
            Self::MachineCertificate(wanted) => {
                wanted.truth(device.certificates(), CertificateStore::Machine)
            }
            Self::UserCertificate(wanted) => wanted.truth(device.certificates(), CertificateStore::User),
            Self::Other { .. } => Truth::Unknown,
        }
    }
}

/// A check of the operating system as checks that each look at one column: all of them must hold.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) version: Option<WantedOs>,
    pub(crate) edition: Option<WantedOs>,
    /// Of the version too: what counts where the edition is unknown.
    pub(crate) release: Option<WantedOs>,
    pub(crate) distribution: Option<WantedOs>,
}

impl Name {
    /// As [`Device::process`] and [`Device::file`] take it.
    pub(crate) fn asked(&self) -> (&str, bool) {
        (&self.text, self.ignore_case)
    }

    fn new(text: &str, ignore_case: bool) -> Self {
        let text = if ignore_case { domain::fold(text).into() } else { text.into() };
        Self { text, ignore_case }
    }
}

impl WantedOs {
    /// Asks for nothing.
    fn any() -> Self {
        Self { min: [].into(), edition: None, distribution: None, version_tells_family: false }
    }

    pub(crate) fn parts(&self) -> Parts {
        let edition = self.edition.as_ref().filter(|edition| !edition.is_every());
        let family = |version_tells_family| {
            edition.map(|edition| Self {
                edition: Some(edition.clone()),
                version_tells_family,
                ..Self::any()
            })
        };
        Parts {
            version: (!self.min.is_empty()).then(|| Self { min: self.min.clone(), ..Self::any() }),
            edition: family(false),
            release: family(true).filter(|_| self.version_tells_family),
            distribution: self
                .distribution
                .is_some()
                .then(|| Self { distribution: self.distribution.clone(), ..Self::any() }),
        }
    }

    /// Whether it asks for an edition, and whether for a distribution.
    pub(crate) fn asks(&self) -> (bool, bool) {
        (self.edition.is_some(), self.distribution.is_some())
    }

    fn evaluate(&self, device: &impl Device) -> Truth {
        let edition = self.edition.as_ref().map_or(Truth::Pass, |edition| {
            let version = if self.version_tells_family { device.os_version() } else { None };
            edition.truth(device.edition(), version)
        });
        if edition == Truth::Fail {
            return Truth::Fail;
        }
        let distribution = asked(self.distribution.as_ref(), device.distribution(), |wanted, reported| {
            wanted.same(reported)
        });
        edition.and(distribution).and(self.version(device))
    }

    fn version(&self, device: &impl Device) -> Truth {
        if self.min.is_empty() {
            return Truth::Pass;
        }
        // A text such as `rolling` is no version that could be compared.
        device
            .os_version()
            .filter(|version| version.has_numbers())
            .map(|version| version.numbers() >= &*self.min)
            .into()
    }
}

impl WantedValue {
    fn is(&self, reported: &RegistryValue) -> bool {
        RootKey::new(reported.root_key.as_str()) == Some(self.root_key)
            && self.value.same(reported.value.as_str())
            && self.key.same(reported.key.as_str())
            && self.kind.same(reported.kind.as_str())
            && self.data.same(reported.data.as_str())
    }
}

/// A part of a check that need not be asked: passes when it is not, is unknown when it is and was not reported.
pub(crate) fn asked<W, R>(wanted: Option<W>, reported: Option<R>, same: impl Fn(W, R) -> bool) -> Truth {
    match (wanted, reported) {
        (None, _) => Truth::Pass,
        (Some(_), None) => Truth::Unknown,
        (Some(wanted), Some(reported)) => same(wanted, reported).into(),
    }
}

fn antivirus(product: Option<&Folded>, up_to_date: Option<bool>, reported: Option<&[Antivirus]>) -> Truth {
    let Some(reported) = reported else { return Truth::Unknown };
    let installed = reported
        .iter()
        .filter(|antivirus| product.is_none_or(|product| product.same(antivirus.product.as_str())));
    Truth::any(installed.map(|antivirus| asked(up_to_date, antivirus.up_to_date, |wanted, is| wanted == is)))
}
