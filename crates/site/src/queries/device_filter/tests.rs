use domain::{SegmentId, TagId};
use proptest::collection::vec;
use proptest::prelude::*;
use rules::Device as _;

use super::*;
use crate::queries::naive_fleet::{fleet, segments};
use crate::queries::segments;
use crate::{DeviceRef, Site};

/// Whether a filter holds of one device, said as plainly as can be.
fn holds(filter: &DeviceFilter, site: &Site, device: &DeviceRef<'_>) -> bool {
    let DeviceFilter { search, systems, statuses, classifications, tags, segment, seen_after, seen_before } =
        filter;
    let outcome = device.outcome();
    let carries = |tag: &TagId| device.tags().contains(tag);
    let texts = || {
        let said = [device.hostname(), device.username(), device.serial_number(), device.ip_address_text()];
        let named = [device.uid(), device.userkey()];
        said.into_iter().flatten().chain(named).chain(device.mac_addresses())
    };
    search.as_ref().is_none_or(|part| texts().any(|text| domain::fold(&text).contains(&domain::fold(part))))
        && systems.as_ref().is_none_or(|systems| device.os().is_some_and(|os| systems.contains(&os)))
        && statuses.as_ref().is_none_or(|statuses| statuses.contains(&outcome.status))
        && classifications.as_ref().is_none_or(|wanted| wanted.contains(&outcome.classification))
        && tags.all.iter().all(carries)
        && tags.any.iter().all(|any| any.iter().any(carries))
        && !tags.none.iter().any(carries)
        && segment.is_none_or(|segment| segments::of(site, device) == segment)
        && seen_after.is_none_or(|after| device.seen_at() > after)
        && seen_before.is_none_or(|before| device.seen_at() < before)
}

fn tags() -> impl Strategy<Value = Vec<TagId>> {
    vec((1..6_u32).prop_map(TagId), 0..3)
}

fn filter() -> impl Strategy<Value = DeviceFilter> {
    let half = |strategy| proptest::option::weighted(0.25, strategy);
    let search = proptest::option::weighted(0.3, "[a-c]|pc|PC-|10[.]|1|:0|user|\n|é");
    let systems = proptest::option::weighted(0.3, vec(proptest::sample::select(&Os::ALL[..4]), 0..3));
    let statuses = proptest::option::weighted(0.3, vec(proptest::sample::select(&Status::ALL[..]), 0..3));
    let classification = (6..9_u32).prop_map(|id| (id < 8).then_some(ClassificationId(id)));
    let classifications = proptest::option::weighted(0.3, vec(classification, 0..3));
    let tags = (tags(), vec(tags(), 0..2), tags()).prop_map(|(all, any, none)| TagFilter { all, any, none });
    let tags = prop_oneof![Just(TagFilter::default()), tags];
    let segment = segments().prop_map(|place| place.map(SegmentId));
    let segment = proptest::option::weighted(0.4, segment);
    let moment = || (0..6_i64).prop_map(|seconds| Timestamp::from_seconds(seconds * 10));
    (
        search,
        systems,
        statuses,
        classifications,
        tags,
        segment,
        half(moment().boxed()),
        half(moment().boxed()),
    )
        .prop_map(
            |(search, systems, statuses, classifications, tags, segment, seen_after, seen_before)| {
                DeviceFilter {
                    search,
                    systems,
                    statuses,
                    classifications,
                    tags,
                    segment,
                    seen_after,
                    seen_before,
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_filter_finds_the_devices_of_which_it_holds(site in fleet(1..150), filters in vec(filter(), 1..40)) {
        for filter in filters {
            let wanted: Vec<_> = site.fleet.iter().filter(|device| holds(&filter, &site, device)).collect();
            let mut wanted: Vec<_> = wanted.iter().map(DeviceRef::number).collect();
            wanted.sort_unstable();
            let stop = AtomicBool::new(false);
            prop_assert_eq!(filter.find(&site, &stop).unwrap().total(), wanted.len());
            prop_assert_eq!(filter.numbers(&site, &stop).unwrap(), wanted);
        }
    }
}

#[test]
fn what_was_stopped_has_found_nothing() {
    let (site, stop) = (Site::default(), AtomicBool::new(true));
    assert!(DeviceFilter::default().find(&site, &stop).is_none());
}
