//! Taking a device out of the fleet: nothing of it is left but its number, which stays used.

use std::hash::Hash;
use std::sync::Arc;

use domain::DeviceNumber;

use super::Fleet;
use super::block::{Block, Dictionaries, Lasting};
use super::column::Column;
use super::dictionary::Dictionary;

impl Fleet {
    /// Removes a device: its place becomes vacant, and what it had in common with others is counted down.
    pub(crate) fn remove(&mut self, number: DeviceNumber) {
        let Some(location) = self.location(number) else { return };
        self.leave_machine(location);
        let version = self.version.0;
        let (block, ids) = self.block_mut(location);
        block.clear(location.place(), ids);
        block.touch_one(location.place(), version);
        self.locations.set(number.0, 0);
        Arc::make_mut(&mut self.vacant).insert(location.0);
    }
}

impl Block {
    /// Leaves a place as if no device had ever stood there. Every column is named, here and below: who adds one is
    /// made to come here.
    fn clear(&mut self, place: usize, ids: &mut Dictionaries) {
        self.lasting_mut().clear(place, ids);
        self.clear_assignments(place, ids);
        let Self { lasting: _, seen, fresh, older, tags: _, reasons: _, outcome, changed: _ } = self;
        seen.set(place, 0);
        fresh.set(place, 0);
        for group in older {
            group.set(place, 0);
        }
        forget(outcome, place, &mut ids.outcome);
    }
}

impl Lasting {
    fn clear(&mut self, place: usize, ids: &mut Dictionaries) {
        let Self {
            number,
            os,
            uid,
            userkey,
            username,
            is_userkey,
            hostname,
            serial_number,
            mac_addresses,
            ip_address,
            os_version,
            edition,
            distribution,
            client_version,
            device_make,
            device_model,
            event,
            domain,
            antivirus,
            disk_encryption,
            registry,
            passcode,
            compromised,
            storage_encrypted,
            mdm,
            processes,
            files,
            certificates,
        } = self;
        number.set(place, 0);
        os.set(place, 0);
        is_userkey.set(place, 0);
        for text in [uid, userkey, username, hostname, serial_number, mac_addresses] {
            text.set(place, "");
        }
        ip_address.set(place, &[]);
        forget(os_version, place, &mut ids.os_version);
        forget(edition, place, &mut ids.edition);
        forget(distribution, place, &mut ids.distribution);
        forget(client_version, place, &mut ids.client_version);
        forget(device_make, place, &mut ids.device_make);
        forget(device_model, place, &mut ids.device_model);
        forget(event, place, &mut ids.event);
        forget(domain, place, &mut ids.domain);
        forget(antivirus, place, &mut ids.antivirus);
        forget(disk_encryption, place, &mut ids.disk_encryption);
        forget(registry, place, &mut ids.registry);
        for truth in [passcode, compromised, storage_encrypted, mdm] {
            truth.clear(place);
        }
        processes.set(place, std::iter::empty(), &mut ids.processes);
        files.set(place, std::iter::empty(), &mut ids.files);
        certificates.set(place, None, &mut ids.certificate_issuers);
    }
}

/// Leaves a place without a value.
pub(super) fn forget<V: Clone + Eq + Hash>(
    column: &mut Column<u32>,
    place: usize,
    dictionary: &mut Dictionary<V>,
) {
    dictionary.release(column.set(place, 0));
}
