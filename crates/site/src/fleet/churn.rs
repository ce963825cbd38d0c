//! Dictionaries under churn: they hold what devices have, counted, and nothing else.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use domain::{DeviceNumber, DeviceUid, Outcome, Report, Timestamp, UserKey};
use proptest::collection::vec;
use proptest::prelude::*;

use super::dictionary::Dictionary;
use super::{DeviceRef, Fleet};
use crate::encoding::strategies::{outcome, report};

const DEVICES: u32 = 4;

fn fleet() -> Fleet {
    let mut fleet = Fleet::default();
    for number in 1..=DEVICES {
        let uid = DeviceUid::new(&format!("pc-{number}")).unwrap();
        fleet.insert(DeviceNumber(number), &uid, &UserKey::new("").unwrap());
    }
    fleet
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
    columns!(domain, antivirus, disk_encryption, certificates, registry, outcome);
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

/// A step of churn: a report of a device and what the rules make of it, by place in their pools.
fn step() -> impl Strategy<Value = (u32, usize, usize)> {
    (1..=DEVICES, 0..3_usize, 0..3_usize)
}

/// Reports that share values: each is one of three, with some members of another.
fn pool() -> impl Strategy<Value = Vec<Report>> {
    vec(report(), 3).prop_map(|mut reports| {
        reports[2].facts.files = reports[0].facts.files.clone();
        reports[2].facts.processes = reports[1].facts.processes.clone();
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
        for (device, report, outcome) in steps {
            let (device, report) = (DeviceNumber(device), &reports[report]);
            fleet.report(device, Timestamp::from_seconds(9), report.groups(), report);
            fleet.set_outcome(device, &outcomes[outcome]);
            assert_all_counts(&fleet);
        }
    }
}
