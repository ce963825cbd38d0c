use std::cmp::Ordering;

use domain::{Change, DeviceNumber, DeviceUid, Label, Os, Report, UserKey, address_number, fold};
use proptest::prelude::*;
use rules::Device as _;

use super::runs::Narrowing;
use super::*;
use crate::queries::device_filter::DeviceFilter;
use crate::queries::naive_fleet::fleet;

const KEYS: [DeviceKey; 6] = [
    DeviceKey::Name,
    DeviceKey::LastSeen,
    DeviceKey::Type,
    DeviceKey::IpAddress,
    DeviceKey::SerialNumber,
    DeviceKey::Classification,
];

/// Which of two devices comes first, said as plainly as can be.
fn compare(site: &Site, by: DeviceKey, one: &DeviceRef<'_>, other: &DeviceRef<'_>) -> Ordering {
    let strength = |device: &DeviceRef<'_>| {
        let known = device.outcome().classification.and_then(|id| site.catalogue.classifications.get(id));
        known.map_or(u32::MAX, |(priority, _)| priority)
    };
    let system = |device: &DeviceRef<'_>| device.os().map(|os| fold(Os::display_name(os)));
    let serial = |device: &DeviceRef<'_>| device.serial_number().map(|serial| fold(&serial));
    match by {
        DeviceKey::Name => fold(&name(one)).cmp(&fold(&name(other))),
        DeviceKey::LastSeen => one.seen_at().cmp(&other.seen_at()),
        DeviceKey::Type => system(one).cmp(&system(other)),
        DeviceKey::IpAddress => {
            one.ip_address().map(address_number).cmp(&other.ip_address().map(address_number))
        }
        DeviceKey::SerialNumber => serial(one).cmp(&serial(other)),
        DeviceKey::Classification => strength(one).cmp(&strength(other)),
    }
}

fn numbers(
    site: &Site,
    filter: &DeviceFilter,
    order: DeviceOrder,
    page: Page,
    sampling: Sampling,
) -> Vec<DeviceNumber> {
    let stop = AtomicBool::new(false);
    let found = filter.find(site, &stop).unwrap();
    select(site, &found, order, page, sampling, &stop).iter().map(DeviceRef::number).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_page_is_cut_from_all_devices_in_order(
        site in fleet(1..150),
        pages in proptest::collection::vec((0..150_usize, 0..40_usize, 1..40_usize), 1..6),
        // Mostly too near to each other.
        spreads in [0..2_usize, 0..4],
        sorts in 0..3_usize,
        within in any::<bool>(),
    ) {
        let filter = DeviceFilter { search: within.then(|| "1".to_owned()), ..DeviceFilter::default() };
        let all: Vec<_> = filter.numbers(&site, &AtomicBool::new(false)).unwrap();
        for by in KEYS {
            for descending in [false, true] {
                let mut wanted: Vec<_> = all.iter().filter_map(|number| site.fleet.get(*number)).collect();
                wanted.sort_by(|one, other| {
                    let by = compare(&site, by, one, other);
                    let by = if descending { by.reverse() } else { by };
                    by.then(one.number().cmp(&other.number()))
                });
                let wanted: Vec<_> = wanted.iter().map(DeviceRef::number).collect();
                let order = DeviceOrder { by, descending };
                for (offset, limit, sample) in &pages {
                    let narrowing = Narrowing { sorts, runs: 1, few: 4, sample: *sample, spreads };
                    let sampling = Sampling { few: 4, one_in: 1, sample: *sample, spreads, few_found: 0, narrowing };
                    let page = Page { offset: *offset, limit: *limit };
                    let wanted: Vec<_> = wanted.iter().skip(*offset).take(*limit).copied().collect();
                    prop_assert_eq!(numbers(&site, &filter, order, page, sampling), wanted);
                }
            }
        }
    }
}

/// Devices of these names; an empty one is none.
fn named(names: &[String]) -> Site {
    let mut site = Site::default();
    for (number, name) in (1..).map(DeviceNumber).zip(names) {
        let uid = DeviceUid::new(&format!("w11-{}", number.0)).unwrap();
        let userkey = UserKey::new("u").unwrap();
        let report = Report { hostname: Label::new(name).ok(), ..Report::default() };
        let context = crate::queries::naive_fleet::context(7);
        let (reported, report) = (report.groups(), Box::new(report));
        let added = Change::DeviceAdded { device: number, uid, userkey };
        let reported = Change::CheckedIn { device: number, reported, report };
        crate::State::apply(&mut site, &context, vec![added, reported], None);
    }
    site
}

/// Pages at these offsets are those of all devices in the order of their names.
fn check(site: &Site, offsets: &[usize]) {
    // Without sorted blocks, and with these.
    for (sorts, descending) in [(0, false), (0, true), (2, false), (2, true)] {
        let mut wanted: Vec<_> = site.fleet.iter().collect();
        wanted.sort_by(|one, other| {
            let by = compare(site, DeviceKey::Name, one, other);
            let by = if descending { by.reverse() } else { by };
            by.then(one.number().cmp(&other.number()))
        });
        let wanted: Vec<_> = wanted.iter().map(DeviceRef::number).collect();
        let order = DeviceOrder { by: DeviceKey::Name, descending };
        let narrowing = Narrowing { sorts, runs: 1, few: 8, sample: 64, spreads: [3, 12] };
        let sampling = Sampling { few: 4, one_in: 1, sample: 64, spreads: [3, 12], few_found: 0, narrowing };
        // As few as blocks, and more.
        for (&offset, limit) in offsets.iter().flat_map(|offset| [1, 2, 3, 30].map(|limit| (offset, limit))) {
            let page = Page { offset, limit };
            let found = numbers(site, &DeviceFilter::default(), order, page, sampling);
            assert_eq!(found, wanted[offset..wanted.len().min(offset + limit)], "{limit} from {offset}");
        }
    }
}

#[test]
fn names_that_begin_alike_are_compared_to_their_ends() {
    let start = "a-company-with-a-long-name-and-its";
    let names: Vec<_> = (0..100).map(|number| format!("{start}{:02}", number * 37 % 100)).collect();
    check(&named(&names), &[0, 40, 90]);
}

#[test]
fn a_whole_block_of_names_is_in_order_whichever_of_them_share_their_start() {
    let name = |number: u32| {
        let mixed = number * 37 % 1100;
        match number % 16 {
            0 if number > 0 => String::new(),
            1 => format!("srv-{mixed}"),
            2 => format!("w11-é{mixed}"),
            3 => format!("w11-{}", "x".repeat(mixed as usize % 12)),
            4 => format!("W11-{mixed}"),
            5 => format!("{mixed}"),
            6 => format!("w11-nb-{mixed}"),
            _ => format!("w11-{mixed}"),
        }
    };
    let names: Vec<_> = (0..1100).map(name).collect();
    check(&named(&names), &(0..1100).step_by(90).collect::<Vec<_>>());
}

#[test]
fn a_page_may_begin_in_a_block_that_has_no_names() {
    // Those of the second block go by their ids, which stand before all names or behind all of them.
    for start in ["pc", "x"] {
        let name = |number: u32| {
            if number < 1024 { format!("{start}-{:04}", number * 37 % 1024) } else { String::new() }
        };
        check(&named(&(0..1100).map(name).collect::<Vec<_>>()), &[0, 1, 500, 1090]);
    }
}

#[test]
fn devices_are_in_the_order_of_their_ids_where_one_is_named_as_another_is_known() {
    check(&named(&["w11-3", "b", "", "a", "w11-3", "B"].map(str::to_owned)), &[0, 1, 2, 3]);
}

#[test]
fn of_many_devices_of_one_name_few_are_compared() {
    let site = named(&vec!["pc".to_owned(); 2500]);
    let stop = AtomicBool::new(false);
    let found = DeviceFilter::default().find(&site, &stop).unwrap();
    let blocks: Vec<_> = found.blocks(&site).collect();
    let narrowing = Narrowing { sorts: 3, runs: 1, few: 200, sample: 64, spreads: [3, 12] };
    for descending in [false, true] {
        let order = DeviceOrder { by: DeviceKey::Name, descending };
        for first in [0, 1, 1200, 2495] {
            let page = runs::select(&blocks, 2500, order, first..first + 2, narrowing, &stop).unwrap();
            let wanted = (first..first + 2).map(|before| DeviceNumber(u32::try_from(before).unwrap() + 1));
            assert!(page.iter().map(DeviceRef::number).eq(wanted));
        }
        let unsorted = Narrowing { sorts: 2, ..narrowing };
        let other = named(&vec!["pc".to_owned(); 2500]);
        let blocks: Vec<_> = found.blocks(&other).collect();
        // Two of three blocks are sorted for the first page, and the last for the second.
        let pages = [0; 2].map(|_| runs::select(&blocks, 2500, order, 7..9, unsorted, &stop).is_some());
        assert_eq!(pages, [false, true]);
    }
}

#[test]
fn whose_page_is_stopped_gets_no_more_than_it_has() {
    let names: Vec<_> = (0..2500).map(|number| format!("pc-{}", number * 37 % 2500)).collect();
    let (site, stop) = (named(&names), AtomicBool::new(false));
    let found = DeviceFilter::default().find(&site, &stop).unwrap();
    let narrowing = Narrowing { sorts: 3, runs: 1, few: 8, sample: 64, spreads: [3, 12] };
    let sampling = Sampling { few: 4, one_in: 1, sample: 64, spreads: [3, 12], few_found: 0, narrowing };
    let stopped = AtomicBool::new(true);
    for by in KEYS {
        let order = DeviceOrder { by, descending: false };
        for offset in [0, 1, 1200, 2490] {
            let page = Page { offset, limit: 20 };
            assert!(select(&site, &found, order, page, sampling, &stopped).len() <= 20);
        }
    }
}

#[test]
fn what_is_ordered_ahead_needs_no_list_to_sort_it() {
    let name = |number| if number % 9 == 0 { String::new() } else { format!("pc-{number}") };
    let names: Vec<_> = (0..2100).map(name).collect();
    let (site, stop) = (named(&names), AtomicBool::new(false));
    let found = DeviceFilter::default().find(&site, &stop).unwrap();
    let blocks: Vec<_> = found.blocks(&site).collect();
    let unsorted = Narrowing { sorts: 0, ..Narrowing::default() };
    let order = DeviceOrder { by: DeviceKey::Name, descending: false };
    assert!(runs::select(&blocks, 2100, order, 700..702, unsorted, &stop).is_none());
    order_by_name(&site);
    assert_eq!(runs::select(&blocks, 2100, order, 700..702, unsorted, &stop).unwrap().len(), 2);
}
