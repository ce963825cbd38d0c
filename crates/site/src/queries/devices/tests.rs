use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use domain::{Change, DeviceNumber, DeviceUid, Label, Os, Report, UserKey, address_number, fold};
use proptest::prelude::*;
use rules::Device as _;

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
        (few, quantiles, looks) in (1..40_usize, 1..40_usize, 0..2_usize),
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
                    let sampling = Sampling { few, one_in: 1, sample: *sample, spreads, quantiles, looks };
                    let page = Page { offset: *offset, limit: *limit };
                    let wanted: Vec<_> = wanted.iter().skip(*offset).take(*limit).copied().collect();
                    prop_assert_eq!(numbers(&site, &filter, order, page, sampling), wanted);
                }
            }
        }
    }
}

/// So little is looked at that much of it is not enough.
const FEW: Sampling = Sampling { few: 200, one_in: 1, sample: 64, spreads: [3, 12], quantiles: 64, looks: 3 };

/// Devices of these names; an empty one is none.
fn named(names: &[String]) -> Site {
    let mut site = Site::default();
    for (number, name) in (1..).map(DeviceNumber).zip(names) {
        let uid = DeviceUid::new(&format!("w11-{}", number.0)).unwrap();
        let userkey = UserKey::new("u").unwrap();
        apply(&mut site, Change::DeviceAdded { device: number, uid, userkey });
        report(&mut site, number, name);
    }
    site
}

fn report(site: &mut Site, device: DeviceNumber, name: &str) {
    let report = Report { hostname: Label::new(name).ok(), ..Report::default() };
    apply(site, Change::CheckedIn { device, reported: report.groups(), report: Box::new(report) });
}

fn apply(site: &mut Site, change: Change) {
    crate::State::apply(site, &crate::queries::naive_fleet::context(7), vec![change], None);
}

/// Pages at these offsets are those of all devices in the order of their names.
fn check(site: &Site, offsets: &[usize]) {
    // Before the names were looked at, and then.
    for (looks, descending) in [(0, false), (0, true), (2, false), (2, true)] {
        let mut wanted: Vec<_> = site.fleet.iter().collect();
        wanted.sort_by(|one, other| {
            let by = compare(site, DeviceKey::Name, one, other);
            let by = if descending { by.reverse() } else { by };
            by.then(one.number().cmp(&other.number()))
        });
        let wanted: Vec<_> = wanted.iter().map(DeviceRef::number).collect();
        let order = DeviceOrder { by: DeviceKey::Name, descending };
        let sampling = Sampling { few: 4, looks, ..FEW };
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

/// How many devices a page by name is looked for among, and how many come before these, once enough was looked at.
fn narrowed(site: &Site, page: Range<usize>, descending: bool, sampling: Sampling) -> Option<(usize, usize)> {
    narrowed_of(site, &DeviceFilter::default(), page, descending, sampling)
}

/// As [`narrowed`], of those that a filter finds.
fn narrowed_of(
    site: &Site,
    filter: &DeviceFilter,
    page: Range<usize>,
    descending: bool,
    sampling: Sampling,
) -> Option<(usize, usize)> {
    let stop = AtomicBool::new(false);
    let found = filter.find(site, &stop).unwrap();
    let blocks: Vec<_> = found.blocks(site).collect();
    let order = DeviceOrder { by: DeviceKey::Name, descending };
    let nearer = quantiles::by_quantiles(site, &blocks, page, order, sampling, &stop);
    nearer.map(|nearer| (nearer.count, nearer.passed))
}

#[test]
fn of_many_devices_of_one_name_few_are_compared() {
    let mut site = named(&vec!["pc".to_owned(); 2500]);
    for descending in [false, true] {
        for first in [0, 1, 1200, 2495] {
            assert_eq!(narrowed(&site, first..first + 2, descending, FEW), Some((2, first)));
        }
    }
    check(&site, &[0, 1200, 2495]);
    // Another number is high.
    let device = DeviceNumber(5_000_000);
    let (uid, userkey) = (DeviceUid::new("pc").unwrap(), UserKey::new("u").unwrap());
    apply(&mut site, Change::DeviceAdded { device, uid, userkey });
    assert_eq!(narrowed(&site, 2500..2501, false, FEW), Some((1, 2500)));
    assert_eq!(narrowed(&site, 1200..1202, false, FEW), Some((2047, 0)));
    check(&site, &[1200, 2495]);
}

#[test]
fn of_devices_that_most_of_a_block_are_those_that_come_before_a_page_are_counted() {
    // The ninth part of them is not found, and stands between the others.
    let name = |number: usize| {
        format!("{}{:04}", if number.is_multiple_of(9) { "b" } else { "pc-" }, number * 37 % 1000)
    };
    let names: Vec<_> = (0..1000).map(name).collect();
    let (site, filter) =
        (named(&names), DeviceFilter { search: Some("pc-".to_owned()), ..DeviceFilter::default() });
    let mut wanted: Vec<_> = names.iter().filter(|name| name.starts_with("pc")).collect();
    wanted.sort_unstable();
    let sampling = Sampling { few: 4, ..FEW };
    for first in [0, 400, 880] {
        let (count, passed) = narrowed_of(&site, &filter, first..first + 2, false, sampling).unwrap();
        assert!(count < 100 && passed <= first && first + 2 <= passed + count, "{count} behind {passed}");
        let order = DeviceOrder { by: DeviceKey::Name, descending: false };
        let page = numbers(&site, &filter, order, Page { offset: first, limit: 2 }, sampling);
        let page: Vec<_> = page.iter().map(|number| &names[number.0 as usize - 1]).collect();
        assert_eq!(page, wanted[first..first + 2]);
    }
}

#[test]
fn quantiles_that_divide_well_are_kept_also_where_an_older_state_is_asked_for() {
    let names =
        |count: usize| (0..count).map(|number| format!("pc-{:04}", number * 37 % count)).collect::<Vec<_>>();
    let mut site = named(&names(2500));
    let sampling = Sampling { few: 10, quantiles: 256, looks: 9, ..FEW };
    let chosen = |site: &Site| site.fleet.name_quantiles().get().unwrap();
    let count = |first| narrowed(&site, first..first + 1, false, sampling).unwrap().0;
    let before = (count(0), chosen(&site)).1;
    assert!((0..2500).step_by(20).map(count).any(|count| count > sampling.few));
    assert!(Arc::ptr_eq(&before, &chosen(&site)));

    let old = site.clone();
    for number in (2501..6000).map(DeviceNumber) {
        let uid = DeviceUid::new(&format!("a{}", number.0)).unwrap();
        apply(&mut site, Change::DeviceAdded { device: number, uid, userkey: UserKey::new("u").unwrap() });
    }
    assert!(narrowed(&site, 0..1, false, sampling).is_some());
    let newer = chosen(&site);
    assert!(!Arc::ptr_eq(&before, &newer));
    check(&old, &[0, 1200, 2495]);
    assert!(Arc::ptr_eq(&newer, &chosen(&old)));
    check(&site, &[0, 1200, 2495, 5990]);
}

#[test]
fn names_of_many_devices_are_looked_at_a_few_blocks_for_each_page() {
    let names: Vec<_> = (0..2500).map(|number| format!("pc-{:04}", number * 37 % 2500)).collect();
    let mut site = named(&names);
    let sampling = Sampling { looks: 2, ..FEW };
    // Two of three blocks for the first page, and the last for the second.
    assert_eq!(narrowed(&site, 7..9, false, sampling), None);
    let part = |site: &Site| narrowed(site, 1207..1209, false, Sampling { looks: 0, ..FEW });
    assert_eq!(part(&site), None);
    let (count, passed) = narrowed(&site, 1207..1209, false, sampling).unwrap();
    assert!(count < 250 && passed <= 1207 && 1209 <= passed + count, "{count} behind {passed}");
    assert_eq!(part(&site), Some((count, passed)));
    // Few that have changed are looked at at once.
    (1..60).for_each(|number| report(&mut site, DeviceNumber(number), "a"));
    assert!(part(&site).is_some());
    (1..900).for_each(|number| report(&mut site, DeviceNumber(number), "b"));
    assert_eq!(part(&site), None);
}

#[test]
fn quantiles_are_chosen_anew_where_all_names_are_others_now_and_where_there_are_more() {
    let names: Vec<_> = (0..1500).map(|number| format!("pc-{:04}", number * 37 % 1500)).collect();
    let mut site = named(&names);
    let sampling = Sampling { looks: 9, ..FEW };
    let count = |site: &Site| narrowed(site, 700..702, false, sampling).unwrap().0;
    assert!(count(&site) < 200);
    for (number, name) in (1..).map(DeviceNumber).zip(&names) {
        report(&mut site, number, &format!("x{name}"));
    }
    assert_eq!(count(&site), 1500);
    assert!(count(&site) < 200);

    look_at_names(&site, || false);
    assert!(are_names_known(&site));
    for number in (1501..).map(DeviceNumber).take(2000) {
        let uid = DeviceUid::new(&format!("a{}", number.0)).unwrap();
        apply(&mut site, Change::DeviceAdded { device: number, uid, userkey: UserKey::new("u").unwrap() });
    }
    // Unlike those before they go by their ids.
    assert!(!are_names_known(&site) && count(&site) < 200);
}

#[test]
fn whose_page_is_stopped_gets_no_more_than_it_has() {
    let names: Vec<_> = (0..2500).map(|number| format!("pc-{}", number * 37 % 2500)).collect();
    let (site, stop) = (named(&names), AtomicBool::new(false));
    let found = DeviceFilter::default().find(&site, &stop).unwrap();
    let sampling = Sampling { few: 4, ..FEW };
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
fn no_list_need_look_at_names_that_were_looked_at_ahead() {
    let name = |number| if number % 9 == 0 { String::new() } else { format!("pc-{number}") };
    let site = named(&(0..2100).map(name).collect::<Vec<_>>());
    let part = || narrowed(&site, 700..702, false, Sampling { looks: 0, ..FEW });
    assert_eq!((part(), are_names_known(&site)), (None, false));
    look_at_names(&site, || true);
    assert_eq!((part(), are_names_known(&site)), (None, false));
    look_at_names(&site, || false);
    assert!(part().is_some_and(|(count, _)| count < 200) && are_names_known(&site));
}
