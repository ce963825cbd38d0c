//! Dictionaries under churn: they hold what devices have, counted, and nothing else.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use domain::{
    DeviceNumber, DeviceUid, FactGroup, FactGroups, Label, Outcome, Owner, Report, Source, TagId, Timestamp,
    UserKey,
};
use proptest::collection::vec;
use proptest::prelude::*;
use rules::Device;

use super::block::Block;
use super::column::BLOCK;
use super::dictionary::Dictionary;
use super::{DeviceRef, Fleet, Location, Reason};
use crate::encoding::strategies::{outcome, report};

const DEVICES: u32 = 4;

fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for number in 1..=DEVICES {
        insert(&mut fleet, number);
    }
    fleet
}

fn insert(fleet: &mut Fleet, number: u32) {
    let uid = DeviceUid::new(&format!("pc-{number}")).unwrap();
    fleet.insert(DeviceNumber(number), Timestamp::EPOCH, &uid, &UserKey::new("").unwrap());
}

/// The vacant places are those below the mark where no device stands, and nothing is left of who stood there.
fn assert_places(fleet: &Fleet) {
    let never_taken = Block::default();
    assert!(fleet.places <= DEVICES, "no place is taken while one is vacant");
    let block = &fleet.blocks[0];
    for (place, location) in (0..BLOCK).zip(0..DEVICES) {
        let vacant = location < fleet.places && block.number.get(place) == 0;
        assert_eq!(fleet.vacant.contains(location), vacant, "place {place}");
        if block.number.get(place) == 0 {
            let left = DeviceRef::new(fleet, block, Location(location));
            let nobody = DeviceRef::new(fleet, &never_taken, Location(location));
            assert_eq!(seen_of(&left), seen_of(&nobody), "place {place}");
        }
    }
}

/// What of a place is not counted in a dictionary.
fn seen_of(device: &DeviceRef<'_>) -> impl PartialEq + Debug {
    let texts = [device.username(), device.hostname(), device.serial_number(), device.ip_address_text()];
    let truths = [device.passcode(), device.compromised(), device.storage_encrypted(), device.mdm()];
    let ages = FactGroup::ALL.map(|group| device.reported_at(group));
    let addresses: Vec<_> = device.mac_addresses().map(String::from).collect();
    let names = (device.uid().to_string(), device.userkey().to_string());
    let certificates = device.certificates().map(Iterator::count);
    (
        names,
        certificates,
        texts.map(|text| text.map(String::from)),
        addresses,
        device.os(),
        truths,
        ages,
        device.seen_at(),
    )
}

fn assert_counts<'a, V: Clone + Eq + Hash + Debug + 'a>(
    dictionary: &'a Dictionary<V>,
    devices: &[DeviceRef<'a>],
    values: impl Fn(&DeviceRef<'a>) -> Vec<&'a V>,
) {
    let mut used = HashMap::new();
    for value in devices.iter().flat_map(values) {
        *used.entry(value).or_insert(0) += 1;
    }
    let held: Vec<_> = dictionary.iter().collect();
    assert_eq!(held.len(), used.len(), "a value is held once");
    assert_eq!(held.into_iter().collect::<HashMap<_, _>>(), used);
    for value in used.into_keys() {
        assert_eq!(dictionary.find(value).and_then(|id| dictionary.get(id)), Some(value));
    }
}

fn assert_all_counts(fleet: &Fleet) {
    let (ids, devices) = (&fleet.dictionaries, fleet.iter().collect::<Vec<_>>());
    let place = DeviceRef::place;
    macro_rules! columns {
        ($($column:ident),+) => {
            $(assert_counts(&ids.$column, &devices, |device| {
                ids.$column.get(device.block().$column.get(place(device))).into_iter().collect()
            });)+
        };
    }
    columns!(os_version, edition, distribution, client_version, device_make, device_model, event);
    columns!(domain, antivirus, disk_encryption, registry, outcome);
    assert_counts(&ids.certificate_issuers, &devices, |device| {
        let kept = device.block().certificates.kept(place(device)).into_iter().flatten();
        kept.filter_map(|certificate| ids.certificate_issuers.get(certificate.issuer)).collect()
    });
    assert_counts(&ids.files.names, &devices, |device| device.files().map(|(path, ..)| path).collect());
    assert_counts(&ids.files.details, &devices, |device| {
        device.files().filter_map(|(.., hash)| hash).collect()
    });
    assert_counts(&ids.processes.names, &devices, |device| {
        device.processes().map(|(name, ..)| name).collect()
    });
    assert_counts(&ids.processes.details, &devices, |device| {
        device.processes().filter_map(|(.., signer)| signer).collect()
    });
}

/// A step of churn.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A report of a device and what the rules make of it, by place in their pools; one that is not there comes.
    Report { device: u32, report: usize, outcome: usize },
    /// A device goes.
    Remove(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (1..=DEVICES, 0..3_usize, 0..3_usize)
            .prop_map(|(device, report, outcome)| Step::Report { device, report, outcome }),
        1 => (1..=DEVICES).prop_map(Step::Remove),
    ]
}

/// Reports that share values: each is one of three, with some members of another.
fn pool() -> impl Strategy<Value = Vec<Report>> {
    vec(report(), 3).prop_map(|mut reports| {
        reports[2].facts.files = reports[0].facts.files.clone();
        reports[2].facts.processes = reports[1].facts.processes.clone();
        reports[2].facts.certificates = reports[1].facts.certificates.clone();
        reports[2].edition = reports[1].edition.clone();
        reports
    })
}

proptest! {
    #[test]
    fn dictionaries_hold_what_devices_have_and_nothing_else(
        reports in pool(),
        outcomes in vec(outcome(), 2),
        steps in vec(step(), 1..30),
    ) {
        let mut fleet = fleet();
        // One that is not kept in the dictionary.
        let outcomes = [Outcome::default(), outcomes[0].clone(), outcomes[1].clone()];
        for step in steps {
            match step {
                Step::Report { device, report, outcome } => {
                    let (device, report) = (DeviceNumber(device), &reports[report]);
                    if fleet.get(device).is_none() {
                        insert(&mut fleet, device.0);
                    }
                    fleet.report(device, Timestamp::from_seconds(9), report.groups(), report);
                    fleet.set_outcome(std::iter::once(device), &outcomes[outcome]);
                }
                Step::Remove(device) => fleet.remove(DeviceNumber(device)),
            }
            assert_all_counts(&fleet);
            assert_places(&fleet);
        }
    }
}

#[test]
fn a_place_that_became_vacant_is_taken_again_lowest_first_and_as_if_new() {
    let mut fleet = fleet();
    let report = Report { hostname: Some(Label::new("pc").unwrap()), ..Report::default() };
    let at = Timestamp::from_seconds(9);
    let reason = Reason { source: Source::Api, author: Owner::new("ann").unwrap(), at, expires_at: None };
    for number in 1..=DEVICES {
        fleet.report(DeviceNumber(number), at, FactGroups::from_bits(u16::MAX), &report);
        fleet.tag_singly(&[DeviceNumber(number)], &[TagId(7)], &[], &reason);
    }
    fleet.remove(DeviceNumber(3));
    fleet.remove(DeviceNumber(2));
    fleet.remove(DeviceNumber(2));
    assert_eq!((fleet.len(), fleet.next_number()), (DEVICES - 2, DeviceNumber(DEVICES + 1)));
    assert!(fleet.find("pc-2", "").is_none() && fleet.of_machine("pc-2").next().is_none());

    for number in 5..=7 {
        insert(&mut fleet, number);
    }
    let places: Vec<_> = fleet.iter().map(|device| (device.place(), device.number().0)).collect();
    assert_eq!(places, [(0, 1), (1, 5), (2, 6), (3, 4), (4, 7)]);
    let device = fleet.get(DeviceNumber(5)).unwrap();
    assert_eq!((device.hostname(), device.tags(), device.seen_at()), (None, &[][..], Timestamp::EPOCH));
    assert!(FactGroup::ALL.into_iter().all(|group| device.reported_at(group).is_none()));
}
