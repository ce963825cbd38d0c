//! A device of which one fact is known, for what a check says of a value that many devices have.

use std::borrow::Cow;

use domain::{Antivirus, Label, Os, OsVersion, RegistryValue, Sha256, TagId};
use rules::{CertificateView, Device};

/// One fact.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Nothing,
    OsVersion(&'a OsVersion),
    Edition(&'a str),
    Distribution(&'a str),
    Domain(&'a str),
    Antivirus(&'a [Antivirus]),
    DiskEncryption(&'a [Label]),
    Registry(&'a [RegistryValue]),
    Certificates(&'a [CertificateView<'a>]),
    Passcode(bool),
    Compromised(bool),
    StorageEncrypted(bool),
    Mdm(bool),
    /// Of the process that is asked about, whatever its name.
    Process(bool, Option<&'a str>),
    /// Of the file that is asked about, whatever its path.
    File(bool, Option<Sha256>),
}

macro_rules! only {
    ($self:ident, $variant:ident) => {
        match $self {
            Self::$variant(value) => Some(*value),
            _ => None,
        }
    };
}

impl Device for Value<'_> {
    fn os(&self) -> Option<Os> {
        None
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        std::iter::empty()
    }

    fn os_version(&self) -> Option<&OsVersion> {
        only!(self, OsVersion)
    }

    fn edition(&self) -> Option<&str> {
        only!(self, Edition)
    }

    fn distribution(&self) -> Option<&str> {
        only!(self, Distribution)
    }

    fn domain(&self) -> Option<&str> {
        only!(self, Domain)
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        only!(self, Antivirus)
    }

    fn process(&self, _: &str, _: bool) -> Option<(bool, Option<&str>)> {
        match self {
            Self::Process(running, signer) => Some((*running, *signer)),
            _ => None,
        }
    }

    fn file(&self, _: &str, _: bool) -> Option<(bool, Option<Sha256>)> {
        match self {
            Self::File(present, sha256) => Some((*present, *sha256)),
            _ => None,
        }
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        only!(self, Registry)
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        only!(self, DiskEncryption)
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        fn borrowed<'c>(known: &'c CertificateView<'_>) -> CertificateView<'c> {
            let text = |said: &'c Option<Cow<'_, str>>| said.as_deref().map(Cow::Borrowed);
            let CertificateView { store, issuer, subject, thumbprint } = known;
            CertificateView {
                store: *store,
                issuer: *issuer,
                subject: text(subject),
                thumbprint: text(thumbprint),
            }
        }
        only!(self, Certificates).map(|all| all.iter().map(borrowed))
    }

    fn passcode(&self) -> Option<bool> {
        only!(self, Passcode)
    }

    fn compromised(&self) -> Option<bool> {
        only!(self, Compromised)
    }

    fn storage_encrypted(&self) -> Option<bool> {
        only!(self, StorageEncrypted)
    }

    fn mdm(&self) -> Option<bool> {
        only!(self, Mdm)
    }
}
