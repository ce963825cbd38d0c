//! What of a device a check asks about.

use domain::{Os, TagId};

use super::key;
use super::supposed::Supposed;
use crate::folded::Folded;
use crate::leaf::{Fact, Leaf};
use crate::root_key::RootKey;

/// A part of what is known of a device. What is supposed of one part is seen only by checks of that part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    Tag(TagId),
    Os,
    Domain,
    Antivirus,
    Process(Box<str>),
    File(Box<str>),
    Registry(RootKey, Folded, Folded),
    DiskEncryption(Folded),
    Certificates,
    Passcode,
    Compromised,
    StorageEncrypted,
    Mdm,
}

impl Subject {
    /// That of a check; `None` for one that looks at nothing.
    pub(super) fn of_leaf(leaf: &Leaf) -> Option<Self> {
        let fact = match leaf {
            Leaf::DeviceTag(tag) => return Some(Self::Tag(*tag)),
            Leaf::Fact(fact) => fact,
        };
        Some(match fact {
            Fact::PasscodeRequired => Self::Passcode,
            Fact::NotCompromised => Self::Compromised,
            Fact::StorageEncrypted => Self::StorageEncrypted,
            Fact::Mdm => Self::Mdm,
            Fact::Os(_) => Self::Os,
            Fact::Domain(_) => Self::Domain,
            Fact::DiskEncryption(product) => Self::DiskEncryption(product.clone()),
            Fact::Antivirus { .. } => Self::Antivirus,
            Fact::Process { process, .. } => Self::Process(process.text.clone()),
            Fact::File { path, .. } => Self::File(path.text.clone()),
            Fact::Registry(wanted) => {
                Self::Registry(wanted.root_key, wanted.key.clone(), wanted.value.clone())
            }
            Fact::MachineCertificate(_) | Fact::UserCertificate(_) => Self::Certificates,
            Fact::Other { .. } => return None,
        })
    }

    /// That of what is supposed of a device of `os`; `None` where it is nothing that a check could see.
    pub(super) fn of(supposed: &Supposed, os: Os) -> Option<Self> {
        Some(match supposed {
            Supposed::Tag { tag, .. } => Self::Tag(*tag),
            Supposed::OsVersion(_) | Supposed::Edition(_) | Supposed::Distribution(_) => Self::Os,
            Supposed::Domain(_) => Self::Domain,
            Supposed::Antivirus { .. } => Self::Antivirus,
            Supposed::Process { name, .. } => Self::Process(key(name.as_str(), os).into()),
            Supposed::File { path, .. } => Self::File(key(path.as_str(), os).into()),
            Supposed::Registry { entry, .. } => {
                let root = RootKey::new(entry.root_key.as_str())?;
                Self::Registry(root, Folded::new(entry.key.as_str()), Folded::new(entry.value.as_str()))
            }
            Supposed::DiskEncryption { product, .. } => Self::DiskEncryption(Folded::new(product.as_str())),
            Supposed::Certificate { .. } => Self::Certificates,
            Supposed::Passcode(_) => Self::Passcode,
            Supposed::Compromised(_) => Self::Compromised,
            Supposed::StorageEncrypted(_) => Self::StorageEncrypted,
            Supposed::Mdm(_) => Self::Mdm,
        })
    }
}
