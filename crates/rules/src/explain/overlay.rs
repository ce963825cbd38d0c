//! A device that differs from another in one fact or tag.

use domain::{Antivirus, Certificate, FactText, Label, Os, OsVersion, RegistryValue, Sha256, TagId, fold};

use super::supposed::{Supposed, is_same_value};
use crate::certificate::CertificateView;
use crate::device::Device;
use crate::folded::Folded;

/// A device as it would be if what is supposed were so.
#[derive(Debug)]
pub struct Overlay<'a, D> {
    device: &'a D,
    supposed: &'a Supposed,
    list: List,
}

/// The list that takes the place of the device's own.
#[derive(Debug)]
enum List {
    /// No list differs.
    None,
    Antivirus(Vec<Antivirus>),
    Registry(Vec<RegistryValue>),
    DiskEncryption(Vec<Label>),
    Certificates(Vec<Certificate>),
}

impl<'a, D: Device> Overlay<'a, D> {
    /// `device`, but for what is supposed.
    pub fn new(device: &'a D, supposed: &'a Supposed) -> Self {
        let list = match supposed {
            Supposed::Antivirus { entry, there } => {
                let name = Folded::new(entry.product.as_str());
                let is = |known: &Antivirus| name.same(known.product.as_str());
                List::Antivirus(with(device.antivirus().unwrap_or_default(), is, there.then_some(entry)))
            }
            Supposed::Registry { entry, there } => {
                let is = |known: &RegistryValue| is_same_value(known, entry);
                List::Registry(with(device.registry().unwrap_or_default(), is, there.then_some(entry)))
            }
            Supposed::DiskEncryption { product, there } => {
                let name = Folded::new(product.as_str());
                let is = |known: &Label| name.same(known.as_str());
                let products = device.disk_encryption().unwrap_or_default();
                List::DiskEncryption(with(products, is, there.then_some(product)))
            }
            Supposed::Certificate { certificate, there } => {
                let known: Vec<_> =
                    device.certificates().into_iter().flatten().map(|one| owned(&one)).collect();
                List::Certificates(with(&known, |one| one == certificate, there.then_some(certificate)))
            }
            _ => List::None,
        };
        Self { device, supposed, list }
    }
}

/// The entries but those that `is` one, and `entry` after them.
fn with<T: Clone>(known: &[T], is: impl Fn(&T) -> bool, entry: Option<&T>) -> Vec<T> {
    known.iter().filter(|known| !is(known)).chain(entry).cloned().collect()
}

/// A certificate of which a copy is needed. Its texts were facts before.
pub(super) fn owned(view: &CertificateView<'_>) -> Certificate {
    let text = |said: Option<&str>| said.and_then(|text| FactText::new(text).ok());
    Certificate {
        store: view.store,
        issuer: text(view.issuer),
        subject: text(view.subject.as_deref()),
        thumbprint: text(view.thumbprint.as_deref()),
    }
}

/// Whether `name` is the one that is looked up as [`Device::process`] says.
fn is_named(name: &FactText, looked_up: &str, ignore_case: bool) -> bool {
    if ignore_case { fold(name.as_str()) == looked_up } else { name.as_str() == looked_up }
}

impl<D: Device> Device for Overlay<'_, D> {
    fn os(&self) -> Option<Os> {
        self.device.os()
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        let (supposed, carried) = match self.supposed {
            Supposed::Tag { tag, carried } => (Some(*tag), *carried),
            _ => (None, false),
        };
        let others = self.device.tags().filter(move |tag| Some(*tag) != supposed);
        others.chain(supposed.filter(|_| carried))
    }

    fn os_version(&self) -> Option<&OsVersion> {
        match self.supposed {
            Supposed::OsVersion(version) => Some(version),
            _ => self.device.os_version(),
        }
    }

    fn edition(&self) -> Option<&str> {
        match self.supposed {
            Supposed::Edition(edition) => Some(edition.as_str()),
            _ => self.device.edition(),
        }
    }

    fn distribution(&self) -> Option<&str> {
        match self.supposed {
            Supposed::Distribution(distribution) => Some(distribution.as_str()),
            _ => self.device.distribution(),
        }
    }

    fn domain(&self) -> Option<&str> {
        match self.supposed {
            Supposed::Domain(domain) => Some(domain.as_str()),
            _ => self.device.domain(),
        }
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        match &self.list {
            List::Antivirus(products) => Some(products),
            _ => self.device.antivirus(),
        }
    }

    fn process(&self, name: &str, ignore_case: bool) -> Option<(bool, Option<&str>)> {
        match self.supposed {
            Supposed::Process { name: supposed, to } if is_named(supposed, name, ignore_case) => {
                Some((to.running, to.signer.as_ref().map(FactText::as_str)))
            }
            _ => self.device.process(name, ignore_case),
        }
    }

    fn file(&self, path: &str, ignore_case: bool) -> Option<(bool, Option<Sha256>)> {
        match self.supposed {
            Supposed::File { path: supposed, to } if is_named(supposed, path, ignore_case) => {
                Some((to.present, to.sha256))
            }
            _ => self.device.file(path, ignore_case),
        }
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        match &self.list {
            List::Registry(values) => Some(values),
            _ => self.device.registry(),
        }
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        match &self.list {
            List::DiskEncryption(products) => Some(products),
            _ => self.device.disk_encryption(),
        }
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        let (own, supposed) = match &self.list {
            List::Certificates(certificates) => (None, Some(certificates.iter().map(CertificateView::from))),
            _ => (Some(self.device.certificates()?), None),
        };
        Some(own.into_iter().flatten().chain(supposed.into_iter().flatten()))
    }

    fn passcode(&self) -> Option<bool> {
        match self.supposed {
            Supposed::Passcode(said) => Some(*said),
            _ => self.device.passcode(),
        }
    }

    fn compromised(&self) -> Option<bool> {
        match self.supposed {
            Supposed::Compromised(said) => Some(*said),
            _ => self.device.compromised(),
        }
    }

    fn storage_encrypted(&self) -> Option<bool> {
        match self.supposed {
            Supposed::StorageEncrypted(said) => Some(*said),
            _ => self.device.storage_encrypted(),
        }
    }

    fn mdm(&self) -> Option<bool> {
        match self.supposed {
            Supposed::Mdm(said) => Some(*said),
            _ => self.device.mdm(),
        }
    }
}
