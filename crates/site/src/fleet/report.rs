//! What a check-in sets, and what of it differs from what is stored.

use std::collections::BTreeMap;
use std::hash::Hash;

use domain::{Certificate, FactGroups, FactText, Facts, FileFact, Label, ProcessFact, Report, Timestamp};
use rules::Device;

use super::address;
use super::block::{Block, Dictionaries, Lasting};
use super::column::Column;
use super::device::DeviceRef;
use super::dictionary::Dictionary;
use super::text::Text;

impl Block {
    /// Sets what a check-in at `at` said of the device at `place`.
    pub(super) fn report(
        &mut self,
        place: usize,
        at: Timestamp,
        reported: FactGroups,
        report: &Report,
        ids: &mut Dictionaries,
    ) {
        self.age(place, at, reported);
        if *report != Report::default() {
            self.lasting_mut().report(place, report, ids);
        }
    }

    /// Sets what was said of the device at `place` by someone else.
    pub(super) fn enter(&mut self, place: usize, report: &Report, ids: &mut Dictionaries) {
        self.lasting_mut().report(place, report, ids);
    }

    /// Groups that the last check-in spoke of share its time; the others' times are kept apart.
    fn age(&mut self, place: usize, at: Timestamp, reported: FactGroups) {
        let seen = whole_seconds(Timestamp::from_millis(self.seen.set(place, at.millis())));
        let fresh = FactGroups::from_bits(self.fresh.set(place, reported.bits()));
        for group in fresh.without(reported).iter() {
            self.older[group as usize].set(place, seen);
        }
    }
}

impl Lasting {
    /// Sets what a check-in said of the device at `place`.
    fn report(&mut self, place: usize, report: &Report, ids: &mut Dictionaries) {
        if let Some(os) = report.os {
            self.os.set(place, os.number());
        }
        if let Some(username) = &report.username {
            self.set_username(place, username.as_str());
        }
        let texts =
            [(&mut self.hostname, &report.hostname), (&mut self.serial_number, &report.serial_number)];
        for (column, text) in texts {
            if let Some(text) = text {
                column.set(place, text.as_str());
            }
        }
        if let Some(addresses) = &report.mac_addresses {
            let addresses: Vec<_> = addresses.iter().map(Label::as_str).collect();
            self.mac_addresses.set_all(place, &addresses.join("\n"));
        }
        if let Some(address) = report.ip_address {
            self.ip_address.set(place, &address::bytes(address));
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
        intern(&mut self.registry, place, facts.registry.as_ref(), &mut ids.registry);
        if let Some(processes) = &facts.processes {
            let facts = processes.iter().map(|(name, fact)| (name, fact.running, fact.signer.as_ref()));
            self.processes.set(place, facts, &mut ids.processes);
        }
        if let Some(files) = &facts.files {
            let facts = files.iter().map(|(path, fact)| (path, fact.present, fact.sha256.as_ref()));
            self.files.set(place, facts, &mut ids.files);
        }
        if let Some(certificates) = &facts.certificates {
            self.certificates.set(place, Some(certificates), &mut ids.certificate_issuers);
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
}

/// Ages of facts are kept to the second.
pub(super) fn whole_seconds(at: Timestamp) -> u32 {
    u32::try_from(at.seconds()).unwrap_or(u32::MAX)
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
    pub fn differing(&self, report: &Report) -> Report {
        fn unless<T: Clone>(said: &Option<T>, same: impl FnOnce(&T) -> bool) -> Option<T> {
            said.as_ref().filter(|said| !same(said)).cloned()
        }
        fn is(stored: Option<impl AsRef<str>>) -> impl FnOnce(&Label) -> bool {
            move |said| stored.is_some_and(|stored| stored.as_ref() == said.as_str())
        }
        let facts = &report.facts;
        Report {
            username: unless(&report.username, is(self.username())),
            hostname: unless(&report.hostname, is(self.hostname())),
            os: unless(&report.os, |said| self.os() == Some(*said)),
            os_version: unless(&report.os_version, |said| self.os_version() == Some(said)),
            edition: unless(&report.edition, is(self.edition())),
            distribution: unless(&report.distribution, is(self.distribution())),
            client_version: unless(&report.client_version, is(self.client_version())),
            device_make: unless(&report.device_make, is(self.device_make())),
            device_model: unless(&report.device_model, is(self.device_model())),
            serial_number: unless(&report.serial_number, is(self.serial_number())),
            mac_addresses: unless(&report.mac_addresses, |said| {
                self.mac_addresses().eq(said.iter().map(|said| Text::whole(said.as_str())))
            }),
            ip_address: unless(&report.ip_address, |said| self.ip_address() == Some(*said)),
            event: unless(&report.event, is(self.event())),
            facts: Facts {
                domain: unless(&facts.domain, |said| self.domain() == Some(said.as_str())),
                antivirus: unless(&facts.antivirus, |said| self.antivirus() == Some(said)),
                processes: unless(&facts.processes, |said| self.runs(said)),
                files: unless(&facts.files, |said| self.holds(said)),
                registry: unless(&facts.registry, |said| self.registry() == Some(said)),
                disk_encryption: unless(&facts.disk_encryption, |said| self.disk_encryption() == Some(said)),
                certificates: unless(&facts.certificates, |said| self.has_certificates(said)),
                passcode: unless(&facts.passcode, |said| self.passcode() == Some(*said)),
                compromised: unless(&facts.compromised, |said| self.compromised() == Some(*said)),
                storage_encrypted: unless(&facts.storage_encrypted, |said| {
                    self.storage_encrypted() == Some(*said)
                }),
                mdm: unless(&facts.mdm, |said| self.mdm() == Some(*said)),
            },
        }
    }

    /// Whether these are the processes stored, and no others.
    fn runs(&self, said: &BTreeMap<FactText, ProcessFact>) -> bool {
        self.processes().count() == said.len()
            && self.processes().all(|(name, running, signer)| {
                said.get(name).is_some_and(|fact| fact.running == running && fact.signer.as_ref() == signer)
            })
    }

    /// Whether these are the certificates stored, in this order, and no others.
    fn has_certificates(&self, said: &[Certificate]) -> bool {
        self.block().certificates.are(self.place(), said, &self.ids().certificate_issuers)
    }

    /// Whether these are the files stored, and no others.
    fn holds(&self, said: &BTreeMap<FactText, FileFact>) -> bool {
        self.files().count() == said.len()
            && self.files().all(|(path, present, sha256)| {
                said.get(path).is_some_and(|fact| fact.present == present && fact.sha256.as_ref() == sha256)
            })
    }
}
