//! A device's history, item by item, makes what the device was at each moment.

use std::collections::BTreeMap;

use domain::{DeviceNumber, Outcome, TagId};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use site::log_index::concerns;
use site::queries::device_history::{Event, of_record};
use site::{Site, SiteRecord, State};

use crate::agreement::live;
use crate::steps::life;

/// What a device's history says of it so far.
#[derive(Debug, Default, PartialEq)]
struct Told {
    tags: Vec<TagId>,
    outcome: Outcome,
}

/// Takes in what a record did to each device.
fn tell(told: &mut BTreeMap<u32, Told>, site: &Site, record: &SiteRecord) -> Result<(), TestCaseError> {
    for number in 0..60 {
        let item = of_record(site, record, DeviceNumber(number));
        prop_assert_eq!(item.is_some(), concerns(record, DeviceNumber(number)));
        let Some(item) = item else { continue };
        prop_assert_eq!(item.event == Event::Added, item.added.is_some());
        if let Some(removed) = item.removed {
            let left = told.remove(&number).unwrap();
            prop_assert_eq!((&left.tags[..], Some(left.outcome)), (removed.tags, item.before));
            continue;
        }
        if item.added.is_some() {
            prop_assert!(told.insert(number, Told::default()).is_none());
        } else if let Some(before) = &item.before {
            prop_assert_eq!(&told[&number].outcome, before);
        }
        let device = told.get_mut(&number).unwrap();
        device.tags.retain(|tag| !item.tags_removed.iter().any(|(removed, _)| removed == tag));
        device.tags.extend(item.tags_added.iter().map(|added| added.tag));
        device.tags.sort_unstable();
        if let Some(after) = item.after {
            device.outcome = after;
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever commands did it: of people, of devices, of rules.
    #[test]
    fn a_devices_history_makes_its_tags_and_outcome_at_each_moment(steps in life(50)) {
        let live = live(steps)?;
        let mut told = BTreeMap::new();
        for (bytes, snapshot) in &live.log {
            let record = Site::decode(bytes).unwrap();
            tell(&mut told, snapshot, &record)?;
            let known: BTreeMap<u32, Told> = snapshot
                .fleet
                .iter()
                .map(|device| (device.number().0, Told { tags: device.tags().to_vec(), outcome: device.outcome() }))
                .collect();
            prop_assert!(told == known, "after {:?}", record.changes);
        }
    }
}
