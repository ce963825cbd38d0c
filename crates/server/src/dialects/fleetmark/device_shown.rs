//! A device as this dialect shows it.

use domain::{FactGroup, Os, Timestamp};
use rules::Device as _;
use site::queries::devices;
use site::{DeviceRef, Site};
use wire::devices::{CarriedTag, Device, DeviceFacts, DeviceNames, Fact, ListedDevice, OsFact};

use super::facts_shown;

/// By all its names.
pub(super) fn names<'a>(site: &Site, device: &DeviceRef<'a>) -> DeviceNames<'a> {
    DeviceNames {
        id: site.device_id(device.number()).to_string(),
        nsdeviceuid: device.uid().into(),
        userkey: device.userkey().into(),
        hostname: device.hostname().map(Into::into),
        os: device.os().map(Os::name),
    }
}

/// In a list.
pub(super) fn listed<'a>(site: &'a Site, device: &DeviceRef<'a>) -> ListedDevice<'a> {
    ListedDevice {
        id: site.device_id(device.number()).to_string(),
        name: devices::name(device).into(),
        // A name with a domain is one that DNS may know; a bare one is not.
        dns_name: device.hostname().filter(|name| name.contains('.')).map(Into::into),
        mac_address: device.mac_addresses().next().map(Into::into),
        ip_address: device.ip_address_text().map(Into::into),
        serial_number: device.serial_number().map(Into::into),
        asset_tag: None,
        kind: device.os().map(Os::display_name),
        last_seen: seen(device),
        tags: tags(site, device),
    }
}

/// Alone, with all that is known of it.
pub(super) fn whole<'a>(site: &'a Site, device: &'a DeviceRef<'a>) -> Device<'a> {
    let outcome = device.outcome();
    let classification = |id| site.catalogue.classifications.name(id);
    Device {
        listed: listed(site, device),
        audit_id: None,
        audit_date: seen(device),
        audit_source: seen(device).map(|_| "Agent"),
        nsdeviceuid: device.uid().into(),
        userkey: device.userkey().into(),
        username: device.username().map(Into::into),
        mac_addresses: device.mac_addresses().map(Into::into).collect(),
        client_version: device.client_version(),
        device_make: device.device_make(),
        device_model: device.device_model(),
        os: device.os().map(Os::name),
        os_version: device.os_version().map(domain::OsVersion::as_str),
        status: outcome.status.name(),
        classification: outcome.classification.map(classification),
        undetermined: outcome.undetermined.iter().copied().map(classification).collect(),
        facts: facts(device),
    }
}

fn seen(device: &DeviceRef<'_>) -> Option<String> {
    Some(device.seen_at()).filter(|seen| *seen > Timestamp::EPOCH).map(|seen| seen.to_string())
}

/// By name, whatever its case.
fn tags<'a>(site: &'a Site, device: &DeviceRef<'a>) -> Vec<CarriedTag<'a>> {
    let carried = device.tags().iter().filter_map(|id| site.catalogue.tags.get(*id));
    let mut tags: Vec<_> = carried
        .map(|tag| CarriedTag {
            id: site.tag_id(tag.id).to_string(),
            name: tag.fields.name.as_str(),
            color: tag.fields.colour.name(),
        })
        .collect();
    tags.sort_by_cached_key(|tag| domain::fold(tag.name));
    tags
}

fn facts<'a>(device: &'a DeviceRef<'a>) -> DeviceFacts<'a> {
    use FactGroup as Group;
    let truth = |group, value: Option<bool>| fact(device, group, value);
    DeviceFacts {
        os: fact(device, Group::Os, Some(os(device))),
        domain: fact(device, Group::Domain, device.domain()),
        antivirus: fact(device, Group::Antivirus, device.antivirus().map(facts_shown::antivirus)),
        processes: fact(device, Group::Processes, Some(facts_shown::processes(device))),
        files: fact(device, Group::Files, Some(facts_shown::files(device))),
        registry: fact(device, Group::Registry, device.registry().map(facts_shown::registry)),
        disk_encryption: fact(
            device,
            Group::DiskEncryption,
            device.disk_encryption().map(facts_shown::disk_encryption),
        ),
        certificates: fact(device, Group::Certificates, device.certificates().map(facts_shown::certificates)),
        passcode: truth(Group::Passcode, device.passcode()),
        compromised: truth(Group::Compromised, device.compromised()),
        storage_encrypted: truth(Group::StorageEncrypted, device.storage_encrypted()),
        mdm: truth(Group::Mdm, device.mdm()),
    }
}

/// A group's value with its age, if it was ever reported.
fn fact<T>(device: &DeviceRef<'_>, group: FactGroup, value: Option<T>) -> Option<Fact<T>> {
    let reported_at = device.reported_at(group)?.to_string();
    Some(Fact { value: value?, reported_at })
}

fn os<'a>(device: &'a DeviceRef<'a>) -> OsFact<'a> {
    OsFact {
        os: device.os().map(Os::name),
        os_version: device.os_version().map(domain::OsVersion::as_str),
        edition: device.edition(),
        distribution: device.distribution(),
    }
}
