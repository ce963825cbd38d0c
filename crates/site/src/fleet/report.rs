//! What a check-in sets, and what of it differs from what is stored.

use std::collections::BTreeMap;
use std::hash::Hash;

use domain::{FactGroups, FileFact, Label, ProcessFact, Report};
use rules::Device;

use super::block::{Block, Dictionaries};
use super::column::Column;
use super::device::DeviceRef;
use super::dictionary::Dictionary;

impl Block {
    /// Sets what a check-in at `at` (Unix seconds) said of the device at `place`.
    pub(super) fn report(
        &mut self,
        place: usize,
        at: u32,
        reported: FactGroups,
        report: &Report,
        ids: &mut Dictionaries,
    ) {
        self.age(place, at, reported);
        if let Some(os) = report.os {
            self.os.set(place, os.number());
        }
        let texts = [
            (&mut self.username, &report.username),
            (&mut self.hostname, &report.hostname),
            (&mut self.serial_number, &report.serial_number),
        ];
        for (column, text) in texts {
            if let Some(text) = text {
                column.set(place, text.as_str());
            }
        }
        if let Some(addresses) = &report.mac_addresses {
            let addresses: Vec<_> = addresses.iter().map(Label::as_str).collect();
            self.mac_addresses.set(place, &addresses.join("\n"));
        }
        if let Some(address) = report.ip_address {
            self.ip_address.set(place, &address.to_string());
        }
        intern(&mut self.os_version, place, report.os_version.as_ref(), &mut ids.os_version);
        intern(&mut self.edition, place, report.edition.as_ref(), &mut ids.edition);
        intern(&mut self.distribution, place, report.distribution.as_ref(), &mut ids.distribution);
        intern(&mut self.client_version, place, report.client_version.as_ref(), &mut ids.client_version);
        intern(&mut self.device_make, place, report.device_make.as_ref(), &mut ids.device_make);
        intern(&mut self.device_model, place, report.device_model.as_ref(), &mut ids.device_model);
        intern(&mut self.event, place, report.event.as_ref(), &mut ids.event);

        let facts = &report.facts;
        intern(&mut self.domain, place, facts.domain.as_ref(), &mut ids.domain);
        intern(&mut self.antivirus, place, facts.antivirus.as_ref(), &mut ids.antivirus);
        intern(&mut self.disk_encryption, place, facts.disk_encryption.as_ref(), &mut ids.disk_encryption);
        intern(&mut self.certificates, place, facts.certificates.as_ref(), &mut ids.certificates);
        intern(&mut self.registry, place, facts.registry.as_ref(), &mut ids.registry);
        if let Some(processes) = &facts.processes {
            let facts = processes.iter().map(|(name, fact)| (name, fact.running, fact.signer.as_ref()));
            self.processes.set(place, facts, &mut ids.processes);
        }
        if let Some(files) = &facts.files {
            let facts = files.iter().map(|(path, fact)| (path, fact.present, fact.sha256.as_ref()));
            self.files.set(place, facts, &mut ids.files);
        }
        let truths = [
            (&mut self.passcode, facts.passcode),
            (&mut self.compromised, facts.compromised),
            (&mut self.storage_encrypted, facts.storage_encrypted),
            (&mut self.mdm, facts.mdm),
        ];
        for (column, truth) in truths {
            if let Some(truth) = truth {
                column.set(place, truth);
            }
        }
    }

    /// Groups that the last check-in spoke of share its time; the others' times are kept apart.
    fn age(&mut self, place: usize, at: u32, reported: FactGroups) {
        let seen = self.seen.set(place, at);
        let fresh = FactGroups::from_bits(self.fresh.set(place, reported.bits()));
        for group in fresh.without(reported).iter() {
            self.older[group as usize].set(place, seen);
        }
    }
}

fn intern<V: Clone + Eq + Hash>(
    column: &mut Column<u32>,
    place: usize,
    value: Option<&V>,
    dictionary: &mut Dictionary<V>,
) {
    let Some(value) = value else { return };
    let before = column.get(place);
    if dictionary.get(before) != Some(value) {
        column.set(place, dictionary.take(value));
        dictionary.release(before);
    }
}

impl DeviceRef<'_> {
    /// Of a report, what differs from what is stored of this device.
    #[must_use]
    pub fn differing(&self, mut report: Report) -> Report {
        fn keep<T>(said: &mut Option<T>, same: impl FnOnce(&T) -> bool) {
            if said.as_ref().is_some_and(same) {
                *said = None;
            }
        }
        fn is(stored: Option<&str>) -> impl FnOnce(&Label) -> bool {
            move |said| stored == Some(said.as_str())
        }
        keep(&mut report.username, is(self.username()));
        keep(&mut report.hostname, is(self.hostname()));
        keep(&mut report.edition, is(self.edition()));
        keep(&mut report.distribution, is(self.distribution()));
        keep(&mut report.client_version, is(self.client_version()));
        keep(&mut report.device_make, is(self.device_make()));
        keep(&mut report.device_model, is(self.device_model()));
        keep(&mut report.serial_number, is(self.serial_number()));
        keep(&mut report.event, is(self.event()));
        keep(&mut report.os, |said| self.os() == Some(*said));
        keep(&mut report.os_version, |said| self.os_version() == Some(said));
        keep(&mut report.mac_addresses, |said| self.mac_addresses().eq(said.iter().map(Label::as_str)));
        keep(&mut report.ip_address, |said| {
            self.ip_address().is_some_and(|stored| stored == said.to_string())
        });

        let facts = &mut report.facts;
        keep(&mut facts.domain, |said| self.domain() == Some(said.as_str()));
        keep(&mut facts.antivirus, |said| self.antivirus() == Some(said));
        keep(&mut facts.disk_encryption, |said| self.disk_encryption() == Some(said));
        keep(&mut facts.certificates, |said| self.certificates() == Some(said));
        keep(&mut facts.registry, |said| self.registry() == Some(said));
        keep(&mut facts.passcode, |said| self.passcode() == Some(*said));
        keep(&mut facts.compromised, |said| self.compromised() == Some(*said));
        keep(&mut facts.storage_encrypted, |said| self.storage_encrypted() == Some(*said));
        keep(&mut facts.mdm, |said| self.mdm() == Some(*said));
        keep(&mut facts.processes, |said| {
            let stored: BTreeMap<_, _> = self
                .processes()
                .map(|(name, running, signer)| {
                    (name.clone(), ProcessFact { running, signer: signer.cloned() })
                })
                .collect();
            stored == *said
        });
        keep(&mut facts.files, |said| {
            let stored: BTreeMap<_, _> = self
                .files()
                .map(|(path, present, sha256)| (path.clone(), FileFact { present, sha256: sha256.copied() }))
                .collect();
            stored == *said
        });
        report
    }
}
