//! All that can be seen of a site, in plain values: what it has in common with the model.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use domain::{
    Certificate, ClassificationFields, DeviceNumber, FactGroup, FactText, Facts, FileFact, Label, Os,
    Outcome, ProcessFact, Report, RuleFields, SegmentFields, SegmentId, Sha256, TagFields, TagId, Timestamp,
    Version,
};
use rules::{CertificateView, Device, Probes};
use site::catalogue::Stamp;
use site::queries::segments;
use site::{DeviceRef, Reason, Site, State};

/// A site at one version.
#[derive(Debug, PartialEq)]
pub struct Picture {
    pub version: Version,
    pub time: Timestamp,
    pub next_id: u32,
    pub next_device: u32,
    /// By id, with the number of devices that carry each.
    pub tags: Vec<(u32, TagFields, Stamp, u32)>,
    /// Strongest first.
    pub classifications: Vec<(u32, ClassificationFields, Stamp)>,
    /// By id.
    pub rules: Vec<(u32, RuleFields, Stamp)>,
    /// By id.
    pub segments: Vec<(u32, SegmentFields, Stamp)>,
    pub probes: Vec<(Os, Probes)>,
    /// By number.
    pub devices: Vec<DevicePicture>,
    /// Without the devices about which nothing is known.
    pub outcomes: BTreeMap<Outcome, u32>,
}

/// A device with all that it said.
#[derive(Clone, Debug, PartialEq)]
pub struct DevicePicture {
    pub number: u32,
    pub uid: String,
    pub userkey: String,
    /// Empty addresses, files and processes are not told from those never reported.
    pub said: Report,
    pub ages: Vec<(FactGroup, Option<Timestamp>)>,
    pub first_seen_at: Option<Timestamp>,
    pub seen_at: Timestamp,
    pub tags: Vec<TagId>,
    /// Why each is there.
    pub reasons: Vec<Option<Reason>>,
    pub segment: Option<SegmentId>,
    pub outcome: Outcome,
}

impl Picture {
    /// Looks at a site by every way there is to look at it.
    pub fn of(site: &Site) -> Self {
        let (catalogue, fleet) = (&site.catalogue, &site.fleet);
        let mut devices: Vec<_> = fleet.iter().map(|device| found_in_every_way(site, &device)).collect();
        devices.sort_by_key(|device| device.number);
        assert_eq!(fleet.len() as usize, devices.len());
        segments_have_their_devices(site, &devices);
        let priorities: Vec<_> = catalogue.classifications.iter().map(|(priority, _)| priority).collect();
        assert!((1..).zip(&priorities).all(|(place, priority)| place == *priority));
        Self {
            version: site.version(),
            time: site.time(),
            next_id: catalogue.next_id(),
            next_device: fleet.next_number().0,
            tags: catalogue
                .tags
                .iter()
                .inspect(|tag| assert_eq!(catalogue.tags.named(&upper(tag.fields.name.as_str())), Some(*tag)))
                .map(|tag| (tag.id.0, tag.fields.clone(), tag.modified.clone(), catalogue.tags.usage(tag.id)))
                .collect(),
            classifications: catalogue
                .classifications
                .iter()
                .map(|(_, found)| (found.id.0, found.fields.clone(), found.modified.clone()))
                .collect(),
            rules: catalogue
                .rules
                .iter()
                .map(|rule| (rule.id.0, rule.fields.clone(), rule.modified.clone()))
                .collect(),
            segments: catalogue
                .segments
                .iter()
                .inspect(|one| {
                    assert_eq!(catalogue.segments.named(&upper(one.fields.name.as_str())), Some(*one));
                })
                .inspect(|one| assert_eq!(site.segment(site.segment_id(one.id)), Some(*one)))
                .map(|one| (one.id.0, one.fields.clone(), one.modified.clone()))
                .collect(),
            probes: Os::ALL.map(|os| (os, Probes::clone(catalogue.rulebook().probes(os)))).into(),
            devices,
            outcomes: fleet.outcomes().map(|(outcome, count)| (outcome.clone(), count)).collect(),
        }
    }
}

/// Counted in one pass, or listed for one segment: it is the same devices.
fn segments_have_their_devices(site: &Site, devices: &[DevicePicture]) {
    let never = AtomicBool::new(false);
    let populations = segments::populations(site, &never);
    for segment in site.catalogue.segments.iter().map(|segment| segment.id) {
        let on = || devices.iter().filter(|device| device.segment == Some(segment));
        let numbers: Vec<_> = on().map(|device| DeviceNumber(device.number)).collect();
        assert_eq!(segments::members(site, segment, |_| true, &never), numbers);
        let population = populations.get(&segment).copied().unwrap_or_default();
        assert_eq!(population.devices as usize, numbers.len());
        assert_eq!(population.last_seen, on().map(|device| device.seen_at).max().unwrap_or_default());
    }
    assert!(populations.keys().all(|segment| site.catalogue.segments.get(*segment).is_some()));
}

fn upper(text: &str) -> String {
    text.to_uppercase()
}

fn found_in_every_way(site: &Site, device: &DeviceRef<'_>) -> DevicePicture {
    let picture = picture(site, device);
    let number = DeviceNumber(picture.number);
    let found = site.fleet.find(&upper(&picture.uid), &picture.userkey).map(|found| found.number());
    assert_eq!(found, Some(number), "by uid and user");
    assert_eq!(site.fleet.get(number).map(|found| found.number()), Some(number), "by number");
    assert_eq!(site.device_number(site.device_id(number)), Some(number), "by public id");
    let uid = picture.uid.to_lowercase();
    let machine = site.fleet.of_machine(&uid);
    assert_eq!(machine.filter(|found| found.number() == number).count(), 1, "among its machine's");
    picture
}

fn picture(site: &Site, device: &DeviceRef<'_>) -> DevicePicture {
    fn label(text: Option<impl AsRef<str>>) -> Option<Label> {
        text.map(|text| Label::new(text.as_ref()).unwrap())
    }
    let mac_addresses: Vec<_> = device.mac_addresses().map(|text| Label::new(&text).unwrap()).collect();
    DevicePicture {
        number: device.number().0,
        uid: device.uid().into(),
        userkey: device.userkey().into(),
        said: Report {
            username: label(device.username()),
            hostname: label(device.hostname()),
            os: device.os(),
            os_version: device.os_version().cloned(),
            edition: label(device.edition()),
            distribution: label(device.distribution()),
            client_version: label(device.client_version()),
            device_make: label(device.device_make()),
            device_model: label(device.device_model()),
            serial_number: label(device.serial_number()),
            mac_addresses: Some(mac_addresses).filter(|addresses| !addresses.is_empty()),
            ip_address: device.ip_address(),
            event: label(device.event()),
            facts: facts(device),
        },
        ages: FactGroup::ALL.map(|group| (group, device.reported_at(group))).into(),
        first_seen_at: device.first_seen_at(),
        seen_at: device.seen_at(),
        tags: device.tags().to_vec(),
        reasons: device.reasons().map(Option::<&_>::cloned).collect(),
        segment: segments::of(site, device),
        outcome: device.outcome(),
    }
}

fn certificate(view: &CertificateView<'_>) -> Certificate {
    let text = |said: Option<&str>| said.map(|text| FactText::new(text).unwrap());
    Certificate {
        store: view.store,
        issuer: text(view.issuer),
        subject: text(view.subject.as_deref()),
        thumbprint: text(view.thumbprint.as_deref()),
    }
}

fn facts(device: &DeviceRef<'_>) -> Facts {
    let process = |running, signer: Option<&FactText>| ProcessFact { running, signer: signer.cloned() };
    let processes: BTreeMap<_, _> =
        device.processes().map(|(name, running, signer)| (name.clone(), process(running, signer))).collect();
    let file = |present, sha256: Option<&Sha256>| FileFact { present, sha256: sha256.copied() };
    let files: BTreeMap<_, _> =
        device.files().map(|(path, present, sha256)| (path.clone(), file(present, sha256))).collect();
    Facts {
        domain: device.domain().map(|text| FactText::new(text).unwrap()),
        antivirus: device.antivirus().map(<[_]>::to_vec),
        processes: Some(processes).filter(|processes| !processes.is_empty()),
        files: Some(files).filter(|files| !files.is_empty()),
        registry: device.registry().map(<[_]>::to_vec),
        disk_encryption: device.disk_encryption().map(<[_]>::to_vec),
        certificates: device.certificates().map(|all| all.map(|view| certificate(&view)).collect()),
        passcode: device.passcode(),
        compromised: device.compromised(),
        storage_encrypted: device.storage_encrypted(),
        mdm: device.mdm(),
    }
}
