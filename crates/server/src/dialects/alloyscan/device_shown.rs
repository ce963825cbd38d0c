//! A device as this dialect shows it.

use domain::{FactGroup, Os, TagId, Timestamp};
use rules::Device as _;
use site::catalogue::Tag;
use site::{DeviceRef, Reason, Site, Text};
use wire::alloyscan::devices::{Device, DeviceFacts, DeviceNames, Fact, ListedDevice, OsFact};
use wire::alloyscan::tags::CarriedTag;
use wire::moment::Moment;

use super::device_texts::{ListedTexts, Texts};
use super::{assignments_shown, facts_shown, tag_shown};
use crate::moment_text::moment;
use crate::uuid_text::uuid_text;

/// By all its names.
pub(in crate::dialects) fn names<'a>(site: &Site, device: &DeviceRef<'a>) -> DeviceNames<'a> {
    DeviceNames {
        id: uuid_text(site.device_id(device.number())),
        nsdeviceuid: device.uid().into(),
        userkey: device.userkey().into(),
        hostname: device.hostname().map(Into::into),
        os: device.os().map(Os::name),
    }
}

/// In a list.
pub(super) fn listed<'a>(
    site: &'a Site,
    device: &DeviceRef<'a>,
    texts: &'a ListedTexts<'a>,
) -> ListedDevice<'a> {
    listed_with(site, device, texts, &carried(site, device))
}

fn listed_with<'a>(
    site: &'a Site,
    device: &DeviceRef<'a>,
    texts: &'a ListedTexts<'a>,
    carried: &[Carried<'a>],
) -> ListedDevice<'a> {
    let name = texts.name.as_str();
    ListedDevice {
        id: site.device_id(device.number()),
        name,
        // A name with a domain is one that DNS may know; a bare one is not.
        dns_name: Some(name).filter(|name| name.contains('.') && device.hostname().is_some()),
        mac_address: texts.mac_address.as_deref(),
        ip_address: texts.ip_address.as_deref(),
        serial_number: texts.serial_number.as_deref(),
        asset_tag: None,
        kind: device.os().map(Os::display_name),
        last_seen: seen(device),
        tags: carried.iter().map(|(tag, _)| tag_shown::carried(site, tag)).collect(),
    }
}

/// Alone, with all that is known of it.
pub(super) fn whole<'a>(site: &'a Site, device: &'a DeviceRef<'a>, texts: &'a Texts<'a>) -> Device<'a> {
    let outcome = device.outcome();
    let classification = |id| site.catalogue.classifications.name(id);
    let carried = carried(site, device);
    let listed = listed_with(site, device, &texts.listed, &carried);
    Device {
        id: listed.id,
        name: listed.name,
        dns_name: listed.dns_name,
        mac_address: listed.mac_address,
        ip_address: listed.ip_address,
        serial_number: listed.serial_number,
        asset_tag: listed.asset_tag,
        kind: listed.kind,
        audit_id: None,
        audit_date: listed.last_seen,
        // Who never checked in was added by hand.
        audit_source: if listed.last_seen.is_some() { "Agent" } else { "Manual" },
        last_seen: listed.last_seen,
        first_seen: first_seen(device),
        tags: listed.tags,
        assignments: assignments_shown::shown(site, &carried),
        nsdeviceuid: &texts.uid,
        userkey: &texts.userkey,
        username: texts.username.as_deref(),
        mac_addresses: texts.mac_addresses.iter().map(Text::as_str).collect(),
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

/// When it was first seen.
pub(super) fn first_seen(device: &DeviceRef<'_>) -> Option<Moment> {
    device.first_seen_at().map(moment)
}

fn seen(device: &DeviceRef<'_>) -> Option<Moment> {
    Some(device.seen_at()).filter(|seen| *seen > Timestamp::EPOCH).map(moment)
}

/// What it carries, by name, whatever its case.
pub(super) fn tags<'a>(site: &'a Site, device: &DeviceRef<'a>) -> Vec<CarriedTag<'a>> {
    carried(site, device).into_iter().map(|(tag, _)| tag_shown::carried(site, tag)).collect()
}

/// A tag that a device carries, and why.
pub(super) type Carried<'a> = (&'a Tag, Option<&'a Reason>);

/// What a device carries, by name, whatever its case.
fn carried<'a>(site: &'a Site, device: &DeviceRef<'a>) -> Vec<Carried<'a>> {
    let reasons = device.tags().iter().zip(device.reasons());
    let known = |(id, reason): (&TagId, _)| Some((site.catalogue.tags.get(*id)?, reason));
    let mut carried: Vec<Carried<'a>> = reasons.filter_map(known).collect();
    carried.sort_by(|(one, _), (other, _)| {
        domain::cmp_folded(one.fields.name.as_str(), other.fields.name.as_str())
    });
    carried
}

fn facts<'a>(device: &'a DeviceRef<'a>) -> DeviceFacts<'a> {
    use FactGroup as Group;
    let mut ages = Ages { device, last: None };
    let antivirus = device.antivirus().map(facts_shown::antivirus);
    let registry = device.registry().map(facts_shown::registry);
    let disk_encryption = device.disk_encryption().map(facts_shown::disk_encryption);
    let certificates = device.certificates().map(facts_shown::certificates);
    DeviceFacts {
        os: ages.fact(Group::Os, Some(os(device))),
        domain: ages.fact(Group::Domain, device.domain()),
        antivirus: ages.fact(Group::Antivirus, antivirus),
        processes: ages.fact(Group::Processes, Some(facts_shown::processes(device))),
        files: ages.fact(Group::Files, Some(facts_shown::files(device))),
        registry: ages.fact(Group::Registry, registry),
        disk_encryption: ages.fact(Group::DiskEncryption, disk_encryption),
        certificates: ages.fact(Group::Certificates, certificates),
        passcode: ages.fact(Group::Passcode, device.passcode()),
        compromised: ages.fact(Group::Compromised, device.compromised()),
        storage_encrypted: ages.fact(Group::StorageEncrypted, device.storage_encrypted()),
        mdm: ages.fact(Group::Mdm, device.mdm()),
    }
}

/// The ages of a device's groups. Most were reported together, so their moment is written once.
struct Ages<'a> {
    device: &'a DeviceRef<'a>,
    last: Option<(Timestamp, Moment)>,
}

impl Ages<'_> {
    /// A group's value with its age, if it was ever reported.
    fn fact<T>(&mut self, group: FactGroup, value: Option<T>) -> Option<Fact<T>> {
        let (value, at) = (value?, self.device.reported_at(group)?);
        let (_, reported_at) = self.last.filter(|(last, _)| *last == at).unwrap_or_else(|| (at, moment(at)));
        self.last = Some((at, reported_at));
        Some(Fact { value, reported_at })
    }
}

fn os<'a>(device: &'a DeviceRef<'a>) -> OsFact<'a> {
    OsFact {
        os: device.os().map(Os::name),
        os_version: device.os_version().map(domain::OsVersion::as_str),
        edition: device.edition(),
        distribution: device.distribution(),
    }
}
