//! The fact that a check looks at.

use std::cmp::Reverse;

use domain::{CertificateStore, FactGroup, FactText, Os, OsVersion, RegistryValue, Sha256};
use serde_json::Value;

use super::{key, shown};
use crate::certificate::{CertificateView, WantedCertificate};
use crate::check::Check;
use crate::device::Device;
use crate::folded::Folded;
use crate::root_key::RootKey;

/// Most entries of a list that one check shows.
pub const FACTS_SHOWN_MAX: usize = 20;

/// What `device` reported that `check` compares, in the form of check-ins; null where it reported none.
pub(super) fn fact(check: &Check, os: Os, device: &impl Device) -> Value {
    match check {
        Check::DeviceTag(tag) => device.has_tag(*tag).into(),
        Check::MinOsVersion { edition, distribution, .. } => {
            let version = device.os_version().map(OsVersion::as_str);
            let edition = edition.as_ref().and_then(|_| device.edition());
            let distribution = distribution.as_ref().and_then(|_| device.distribution());
            match (version, edition, distribution) {
                (None, None, None) => Value::Null,
                _ => shown::object([
                    ("osVersion", version.into()),
                    ("edition", edition.into()),
                    ("distribution", distribution.into()),
                ]),
            }
        }
        Check::Domain { .. } => device.domain().into(),
        Check::Process { process, .. } => {
            let said = device.process(&key(process.as_str(), os), os.ignores_case());
            said.map(|(running, signer)| shown::process(running, signer)).into()
        }
        Check::File { path, .. } => {
            let said = device.file(&key(path.as_str(), os), os.ignores_case());
            said.map(|(present, sha256): (bool, Option<Sha256>)| shown::file(present, sha256)).into()
        }
        Check::Registry { root_key, key, value, .. } => {
            let named = |values| registry(values, *root_key, key, value);
            device.registry().map(|values| list(named(values).map(shown::registry_value))).into()
        }
        Check::DiskEncryption { .. } => {
            let products = device.disk_encryption();
            products.map(|products| list(products.iter().map(|product| product.as_str().into()))).into()
        }
        Check::Antivirus { product, .. } => device
            .antivirus()
            .map(|products| {
                let wanted = product.as_ref().map(|product| Folded::new(product.as_str()));
                let mut products: Vec<_> = products.iter().collect();
                let is = |name: &str| wanted.as_ref().is_none_or(|wanted| wanted.same(name));
                products.sort_by_key(|said| !is(said.product.as_str()));
                list(products.into_iter().map(shown::antivirus))
            })
            .into(),
        Check::Certificate { store, issuer, subject, thumbprint } => {
            let wanted = WantedCertificate::new(issuer.as_ref(), subject.as_ref(), thumbprint.as_ref());
            let mut stored = stored(device, *store);
            if let Some(stored) = &mut stored {
                stored.sort_by_key(|one| Reverse(wanted.is(one)));
            }
            stored.map(|stored| list(stored.into_iter().map(shown::certificate))).into()
        }
        Check::PasscodeRequired => device.passcode().into(),
        Check::NotCompromised => device.compromised().into(),
        Check::StorageEncrypted => device.storage_encrypted().into(),
        Check::Mdm => device.mdm().into(),
        Check::Other { .. } => Value::Null,
    }
}

/// The group of facts that a check asks about.
pub(super) const fn group(check: &Check) -> Option<FactGroup> {
    Some(match check {
        Check::DeviceTag(_) | Check::Other { .. } => return None,
        Check::MinOsVersion { .. } => FactGroup::Os,
        Check::Domain { .. } => FactGroup::Domain,
        Check::Process { .. } => FactGroup::Processes,
        Check::File { .. } => FactGroup::Files,
        Check::Registry { .. } => FactGroup::Registry,
        Check::DiskEncryption { .. } => FactGroup::DiskEncryption,
        Check::Antivirus { .. } => FactGroup::Antivirus,
        Check::Certificate { .. } => FactGroup::Certificates,
        Check::PasscodeRequired => FactGroup::Passcode,
        Check::NotCompromised => FactGroup::Compromised,
        Check::StorageEncrypted => FactGroup::StorageEncrypted,
        Check::Mdm => FactGroup::Mdm,
    })
}

/// The values of that name, whatever they hold.
pub(super) fn registry<'v>(
    values: &'v [RegistryValue],
    root_key: RootKey,
    key: &FactText,
    value: &FactText,
) -> impl Iterator<Item = &'v RegistryValue> {
    let (key, value) = (Folded::new(key.as_str()), Folded::new(value.as_str()));
    values.iter().filter(move |said| {
        value.same(said.value.as_str())
            && key.same(said.key.as_str())
            && RootKey::new(said.root_key.as_str()) == Some(root_key)
    })
}

/// The certificates of one store.
pub(super) fn stored(device: &impl Device, store: CertificateStore) -> Option<Vec<CertificateView<'_>>> {
    Some(device.certificates()?.filter(|one| one.store == store).collect())
}

fn list(entries: impl Iterator<Item = Value>) -> Value {
    entries.take(FACTS_SHOWN_MAX).collect()
}
