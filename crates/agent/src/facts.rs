//! This machine's facts, as one check-in. Linux is read in full; elsewhere the files are not there and most facts
//! stay unknown.

mod disk;
mod domain;
mod files;
mod hardware;
mod network;
mod os;
mod processes;
mod user;

use wire::check_in::{CheckIn, Facts, Probes};

use crate::Root;

pub(crate) use user::is_superuser;

/// The check-in of this machine: everything it knows about itself, and the answers to the probes.
pub(crate) fn collect(root: &Root, nsdeviceuid: &str, probes: &Probes, event: &str) -> CheckIn {
    let os = os::read(root);
    let network = network::read(root);
    let hardware = hardware::read(root);
    let user = user::read(root);
    CheckIn {
        nsdeviceuid: nsdeviceuid.to_owned(),
        userkey: user.clone(),
        username: user,
        hostname: network::hostname(root),
        os: os::FAMILY.map(str::to_owned),
        os_version: os.version,
        edition: None,
        distribution: os.distribution,
        client_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        device_make: hardware.make,
        device_model: hardware.model,
        serial_number: hardware.serial,
        mac_addresses: network.mac_addresses,
        ip_address: network.ip_address,
        event: Some(event.to_owned()),
        facts: Some(Facts {
            domain: domain::read(root),
            processes: processes::look_for(root, &probes.processes),
            files: files::look_for(root, &probes.files),
            disk_encryption: disk::encryption(root),
            // No list of antivirus products or certificates would be complete on Linux: they stay unknown.
            ..Facts::default()
        }),
    }
}

#[cfg(test)]
mod tests;
