//! What the checks of a system's rules ask about.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Certificate, FactText, Label, Os, RegistryValue, Sha256, TagId};

use super::key;
use super::versions::{self, Bounds};
use crate::check::Check;
use crate::edition::Edition;
use crate::folded::Folded;

/// All that checks ask about, by what must be looked at together.
#[derive(Default)]
pub(super) struct Asked<'c> {
    pub(super) bounds: Bounds,
    /// Folded names.
    pub(super) editions: BTreeSet<&'c str>,
    /// Whether one of the editions is told by a version too.
    pub(super) releases: bool,
    pub(super) distributions: BTreeMap<Folded, &'c Label>,
    pub(super) domains: BTreeMap<Folded, &'c FactText>,
    pub(super) antivirus: BTreeMap<Folded, &'c Label>,
    /// Whether a check asks for antivirus of any name.
    pub(super) any_antivirus: bool,
    /// What is asked of signatures.
    pub(super) up_to_date: BTreeSet<bool>,
    /// By name as it is looked up: the name as it was written, and the signers asked for.
    pub(super) processes: BTreeMap<Box<str>, (&'c FactText, BTreeMap<Folded, &'c FactText>)>,
    /// Likewise, with the hashes asked for.
    pub(super) files: BTreeMap<Box<str>, (&'c FactText, BTreeSet<Sha256>)>,
    pub(super) disk_encryption: BTreeMap<Folded, &'c Label>,
    /// The value that would satisfy each check.
    pub(super) registry: Vec<(&'c Check, RegistryValue)>,
    /// A certificate that would satisfy each check, with the members asked for and no others.
    pub(super) certificates: Vec<Certificate>,
    pub(super) flags: BTreeSet<Flag>,
    pub(super) tags: BTreeSet<TagId>,
}

/// A fact that is true or false.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flag {
    Passcode,
    Compromised,
    StorageEncrypted,
    Mdm,
}

impl<'c> Asked<'c> {
    /// By `checks` of rules for `os`.
    pub(super) fn by(checks: impl Iterator<Item = &'c Check>, os: Os) -> Self {
        let mut asked = Self::default();
        checks.for_each(|check| asked.add(check, os));
        asked
    }

    fn add(&mut self, check: &'c Check, os: Os) {
        match check {
            Check::DeviceTag(tag) => drop(self.tags.insert(*tag)),
            Check::MinOsVersion { min, edition, distribution } => {
                versions::bound(&mut self.bounds, min);
                self.editions.extend(edition.iter().filter_map(Edition::name));
                self.releases |= edition.as_ref().is_some_and(Edition::is_told_by_versions);
                self.distributions.extend(distribution.iter().map(|text| (Folded::new(text.as_str()), text)));
            }
            Check::Domain { domains } => {
                self.domains.extend(domains.iter().map(|text| (Folded::new(text.as_str()), text)));
            }
            Check::Process { process, signer } => {
                let entry = self.processes.entry(key(process.as_str(), os).into());
                let (_, signers) = entry.or_insert_with(|| (process, BTreeMap::new()));
                signers.extend(signer.iter().map(|text| (Folded::new(text.as_str()), text)));
            }
            Check::File { path, sha256 } => {
                let entry = self.files.entry(key(path.as_str(), os).into());
                let (_, hashes) = entry.or_insert_with(|| (path, BTreeSet::new()));
                hashes.extend(*sha256);
            }
            Check::Registry { root_key, key, value, kind, data } => {
                let (key, value, kind, data) = (key.clone(), value.clone(), kind.clone(), data.clone());
                self.registry
                    .push((check, RegistryValue { root_key: root_key.text(), key, value, kind, data }));
            }
            Check::DiskEncryption { product } => {
                self.disk_encryption.insert(Folded::new(product.as_str()), product);
            }
            Check::Antivirus { product, up_to_date } => {
                match product {
                    Some(product) => drop(self.antivirus.insert(Folded::new(product.as_str()), product)),
                    None => self.any_antivirus = true,
                }
                self.up_to_date.extend(*up_to_date);
            }
            Check::Certificate { store, issuer, subject, thumbprint } => {
                let (issuer, subject, thumbprint) = (issuer.clone(), subject.clone(), thumbprint.clone());
                self.certificates.push(Certificate { store: *store, issuer, subject, thumbprint });
            }
            Check::PasscodeRequired => drop(self.flags.insert(Flag::Passcode)),
            Check::NotCompromised => drop(self.flags.insert(Flag::Compromised)),
            Check::StorageEncrypted => drop(self.flags.insert(Flag::StorageEncrypted)),
            Check::Mdm => drop(self.flags.insert(Flag::Mdm)),
            Check::Other { .. } => {}
        }
    }
}
