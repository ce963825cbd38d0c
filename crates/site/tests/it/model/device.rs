//! A device with all that it ever said, merged.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    Antivirus, FactGroup, FactText, Label, Os, OsVersion, RegistryValue, Report, Sha256, TagId, Timestamp,
};
use rules::CertificateView;
use site::Reason;

use super::Model;
use crate::picture::DevicePicture;

/// A naive device.
#[derive(Clone, Debug)]
pub struct Device {
    pub number: u32,
    pub uid: String,
    pub userkey: String,
    pub said: Report,
    /// When each group was last spoken of, in Unix seconds.
    pub ages: BTreeMap<FactGroup, i64>,
    pub first_seen: Timestamp,
    pub seen: Timestamp,
    /// Whether it ever said where it is.
    pub placed: bool,
    pub tags: BTreeSet<u32>,
    /// Why each is there.
    pub reasons: BTreeMap<u32, Reason>,
}

impl Device {
    pub fn new(number: u32, uid: &str, userkey: &str, first_seen: Timestamp) -> Self {
        let (uid, userkey, said) = (uid.to_owned(), userkey.to_owned(), Report::default());
        Self {
            number,
            uid,
            userkey,
            said,
            ages: BTreeMap::new(),
            first_seen,
            seen: Timestamp::EPOCH,
            placed: false,
            tags: BTreeSet::new(),
            reasons: BTreeMap::new(),
        }
    }

    /// Carries these tags from now on, those that are new for that reason.
    pub fn carry(&mut self, tags: BTreeSet<u32>, reason: &Reason) {
        self.reasons.retain(|tag, _| tags.contains(tag));
        for tag in tags.difference(&self.tags) {
            self.reasons.insert(*tag, reason.clone());
        }
        self.tags = tags;
    }

    /// Carries this tag too.
    pub fn get(&mut self, tag: u32, reason: &Reason) {
        self.carry(self.tags.iter().copied().chain([tag]).collect(), reason);
    }

    /// Forgets what it spoke of before that second, but which system it has.
    pub fn forget_before(&mut self, cutoff: i64) {
        let said = &mut self.said;
        for group in self.ages.extract_if(.., |_, age| *age < cutoff).map(|(group, _)| group) {
            match group {
                FactGroup::Os => (said.os_version, said.edition, said.distribution) = (None, None, None),
                FactGroup::Domain => said.facts.domain = None,
                FactGroup::Antivirus => said.facts.antivirus = None,
                FactGroup::Processes => said.facts.processes = None,
                FactGroup::Files => said.facts.files = None,
                FactGroup::Registry => said.facts.registry = None,
                FactGroup::DiskEncryption => said.facts.disk_encryption = None,
                FactGroup::Certificates => said.facts.certificates = None,
                FactGroup::Passcode => said.facts.passcode = None,
                FactGroup::Compromised => said.facts.compromised = None,
                FactGroup::StorageEncrypted => said.facts.storage_encrypted = None,
                FactGroup::Mdm => said.facts.mdm = None,
            }
        }
    }

    /// Takes in a report: what it speaks of replaces what was known.
    pub fn hear(&mut self, report: &Report, at: Timestamp) {
        fn replace<T: Clone>(known: &mut Option<T>, said: &Option<T>) {
            if said.is_some() {
                known.clone_from(said);
            }
        }
        self.seen = at;
        self.placed |= report.ip_address.is_some() || report.facts.domain.is_some();
        self.ages.extend(report.groups().iter().map(|group| (group, at.seconds())));
        let known = &mut self.said;
        replace(&mut known.username, &report.username);
        replace(&mut known.hostname, &report.hostname);
        replace(&mut known.os, &report.os);
        replace(&mut known.os_version, &report.os_version);
        replace(&mut known.edition, &report.edition);
        replace(&mut known.distribution, &report.distribution);
        replace(&mut known.client_version, &report.client_version);
        replace(&mut known.device_make, &report.device_make);
        replace(&mut known.device_model, &report.device_model);
        replace(&mut known.serial_number, &report.serial_number);
        replace(&mut known.mac_addresses, &report.mac_addresses);
        replace(&mut known.ip_address, &report.ip_address);
        replace(&mut known.event, &report.event);
        let (known, said) = (&mut known.facts, &report.facts);
        replace(&mut known.domain, &said.domain);
        replace(&mut known.antivirus, &said.antivirus);
        replace(&mut known.processes, &said.processes);
        replace(&mut known.files, &said.files);
        replace(&mut known.registry, &said.registry);
        replace(&mut known.disk_encryption, &said.disk_encryption);
        replace(&mut known.certificates, &said.certificates);
        replace(&mut known.passcode, &said.passcode);
        replace(&mut known.compromised, &said.compromised);
        replace(&mut known.storage_encrypted, &said.storage_encrypted);
        replace(&mut known.mdm, &said.mdm);
    }

    pub fn picture(&self, model: &Model) -> DevicePicture {
        let mut said = self.said.clone();
        said.mac_addresses = said.mac_addresses.filter(|addresses| !addresses.is_empty());
        said.facts.processes = said.facts.processes.filter(|processes| !processes.is_empty());
        said.facts.files = said.facts.files.filter(|files| !files.is_empty());
        let age = |group| self.ages.get(&group).map(|seconds| Timestamp::from_seconds(*seconds));
        DevicePicture {
            number: self.number,
            uid: self.uid.clone(),
            userkey: self.userkey.clone(),
            said,
            ages: FactGroup::ALL.map(|group| (group, age(group))).into(),
            first_seen_at: Some(Timestamp::from_seconds(self.first_seen.seconds())),
            seen_at: self.seen,
            tags: self.tags.iter().copied().map(TagId).collect(),
            reasons: self.tags.iter().map(|tag| self.reasons.get(tag).cloned()).collect(),
            segment: model.segment_of(self),
            outcome: model.outcome(self),
        }
    }
}

fn named<'a, T>(facts: Option<&'a BTreeMap<FactText, T>>, name: &str, ignore_case: bool) -> Option<&'a T> {
    let is = |known: &str| known == name || (ignore_case && known.to_lowercase() == name);
    facts?.iter().find(|(known, _)| is(known.as_str())).map(|(_, fact)| fact)
}

impl rules::Device for Device {
    fn os(&self) -> Option<Os> {
        self.said.os
    }

    fn tags(&self) -> impl Iterator<Item = TagId> {
        self.tags.iter().copied().map(TagId)
    }

    fn os_version(&self) -> Option<&OsVersion> {
        self.said.os_version.as_ref()
    }

    fn edition(&self) -> Option<&str> {
        self.said.edition.as_ref().map(Label::as_str)
    }

    fn distribution(&self) -> Option<&str> {
        self.said.distribution.as_ref().map(Label::as_str)
    }

    fn domain(&self) -> Option<&str> {
        self.said.facts.domain.as_ref().map(FactText::as_str)
    }

    fn antivirus(&self) -> Option<&[Antivirus]> {
        self.said.facts.antivirus.as_deref()
    }

    fn process(&self, name: &str, ignore_case: bool) -> Option<(bool, Option<&str>)> {
        let fact = named(self.said.facts.processes.as_ref(), name, ignore_case)?;
        Some((fact.running, fact.signer.as_ref().map(FactText::as_str)))
    }

    fn file(&self, path: &str, ignore_case: bool) -> Option<(bool, Option<Sha256>)> {
        let fact = named(self.said.facts.files.as_ref(), path, ignore_case)?;
        Some((fact.present, fact.sha256))
    }

    fn registry(&self) -> Option<&[RegistryValue]> {
        self.said.facts.registry.as_deref()
    }

    fn disk_encryption(&self) -> Option<&[Label]> {
        self.said.facts.disk_encryption.as_deref()
    }

    fn certificates(&self) -> Option<impl Iterator<Item = CertificateView<'_>>> {
        Some(self.said.facts.certificates.as_ref()?.iter().map(CertificateView::from))
    }

    fn passcode(&self) -> Option<bool> {
        self.said.facts.passcode
    }

    fn compromised(&self) -> Option<bool> {
        self.said.facts.compromised
    }

    fn storage_encrypted(&self) -> Option<bool> {
        self.said.facts.storage_encrypted
    }

    fn mdm(&self) -> Option<bool> {
        self.said.facts.mdm
    }
}
