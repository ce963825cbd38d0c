//! How long a page of the list of devices takes: `cargo run --release -p site --example devices [DEVICES] [FILTERS]`,
//! 1,000,000 devices unless told otherwise, and filters whose names hold that text. Of two fleets: one whose texts are
//! numbered, and one as `fleetmark simulate` makes it.
//!
//! Each filter with each order, from a first page to one in the middle, and what the filter and the dearest page take
//! together; medians of several runs, on as many threads as this process may use (`taskset -c 0` for one).

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![allow(dead_code, reason = "the fleet is shared with the other examples")]

mod fleet;
mod varied;

use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use domain::{DeviceNumber, Os, Ranges, SegmentFields, SegmentName, SegmentType, TagId, Timestamp};
use site::Site;
use site::commands::{CheckIns, CreateSegment, Retag, TagRef, Wanted};
use site::queries::client_status::Page;
use site::queries::device_filter::{DeviceFilter, TagFilter};
use site::queries::devices::{self, DeviceKey, DeviceOrder};

use crate::fleet::{catalogue, check_ins, run, spread};

const RUNS: usize = 9;

/// Parts of every kind: digits of all lengths, which many columns hold, parts of one column, and what nothing holds.
const SEARCHES: [&str; 23] = [
    "4",
    "7",
    "f",
    "fe",
    "42",
    "4242",
    "c0ffee",
    "c0ffee42",
    "0000",
    "a1d5-0000",
    "C0FFEE42-012C-4F6B-A1D5-000000012345",
    "2b:c4",
    "10.2",
    "w11",
    "nskp-w11-12345",
    "SN001",
    "joe",
    "user",
    "user77",
    "1@c",
    "@corp",
    "solaris",
    "zq",
];

fn main() {
    let count: u32 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number"));
    let only = std::env::args().nth(2).unwrap_or_default();
    for (name, fill) in [("numbered", numbered as fn(&mut Site, u32)), ("varied", varied)] {
        let mut site = catalogue();
        fill(&mut site, count);
        for (tag, every) in [(1, 3), (2, 100), (21, 2)] {
            let devices = (1..=count).filter(|number| number % every == 0).map(DeviceNumber).collect();
            let add = vec![TagRef::Id(site.tag_id(TagId(tag)))];
            run(&mut site, &mut Retag::new(add, Vec::new(), Wanted::Found(devices)));
        }
        segments(&mut site);
        let median = site.fleet.get(DeviceNumber(count / 2)).expect("it is there").seen_at();
        let filters = filters(&site, median);
        for by in [DeviceKey::Name, DeviceKey::SerialNumber] {
            look_at_all(&site, by);
        }
        println!("{:<38}{:>9}{:>8}{:>8}", format!("{name}, milliseconds"), "found", "find", "both");
        for (name, filter) in filters.iter().filter(|(name, _)| name.contains(&only)) {
            show(&site, name, filter);
        }
    }
}

/// Machines whose texts all have a number of their own.
fn numbered(site: &mut Site, count: u32) {
    for first in (0..count).step_by(1000) {
        run(site, &mut check_ins((first..count.min(first + 1000)).map(|device| (device, 0))));
    }
    for round in 0..count / 10_000 {
        run(site, &mut check_ins(spread(count, 1000 + round, 1000).map(|device| (device, 0))));
    }
}

/// Machines of people, many of which have the same name.
fn varied(site: &mut Site, count: u32) {
    for first in (0..count).step_by(1000) {
        let items = (first..count.min(first + 1000)).map(|device| varied::check_in(device.into()));
        run(site, &mut CheckIns::new(items.collect()));
    }
}

fn segments(site: &mut Site) {
    let make = |site: &mut Site, name: &str, kind, ranges: &[String]| {
        let name = SegmentName::new(name).expect("a name");
        let ranges = Ranges::new(kind, ranges).expect("ranges");
        run(site, &mut CreateSegment { fields: SegmentFields { name, ranges, auto_tag: None } });
    };
    make(site, "half", SegmentType::AddressList, &["0.0.0.0/1".to_owned()]);
    for group in 0..50 {
        let ranges: Vec<_> = (0..200).map(|range| format!("{}.{range}.0.0/16", 128 + group)).collect();
        make(site, &format!("group {group}"), SegmentType::AddressList, &ranges);
    }
    make(site, "domain", SegmentType::Domain, &["corp.local".to_owned()]);
}

fn filters(site: &Site, median: Timestamp) -> Vec<(String, DeviceFilter)> {
    let mut filters = vec![("everything".to_owned(), DeviceFilter::default())];
    let mut add = |name: &str, filter| filters.push((name.to_owned(), filter));
    for search in SEARCHES {
        let filter = DeviceFilter { search: Some(search.to_owned()), ..DeviceFilter::default() };
        add(&format!("q={search}"), filter);
    }
    add("os=linux", DeviceFilter { systems: Some(vec![Os::Linux]), ..DeviceFilter::default() });
    let best = site.catalogue.classifications.iter().next().map(|(_, first)| first.id);
    add("classification=…", DeviceFilter { classifications: Some(vec![best]), ..DeviceFilter::default() });
    let tags = |all: &[u32], any: &[u32], none: &[u32]| {
        let ids = |ids: &[u32]| ids.iter().copied().map(TagId).collect::<Vec<_>>();
        let any = if any.is_empty() { Vec::new() } else { vec![ids(any)] };
        DeviceFilter { tags: TagFilter { all: ids(all), any, none: ids(none) }, ..DeviceFilter::default() }
    };
    add("tag of a hundredth", tags(&[2], &[], &[]));
    add("tag of half", tags(&[21], &[], &[]));
    add("any of three, none of one", tags(&[], &[1, 2, 21], &[5]));
    for name in ["half", "group 7", "domain"] {
        let segment = site.catalogue.segments.named(name).map(|segment| segment.id);
        add(&format!("segment={name}"), DeviceFilter { segment: Some(segment), ..DeviceFilter::default() });
    }
    add("segment=none", DeviceFilter { segment: Some(None), ..DeviceFilter::default() });
    add("seenAfter=median", DeviceFilter { seen_after: Some(median), ..DeviceFilter::default() });
    filters
}

/// Asks for pages until all texts were looked at: each looks at those of some blocks.
fn look_at_all(site: &Site, by: DeviceKey) {
    let never = AtomicBool::new(false);
    let found = DeviceFilter::default().find(site, &never).expect("nobody stops it");
    let (order, page) = (DeviceOrder { by, descending: false }, Page { offset: 0, limit: 50 });
    for _ in 0..100 {
        black_box(devices::page(site, &found, order, page, &never));
    }
}

fn show(site: &Site, name: &str, filter: &DeviceFilter) {
    let never = AtomicBool::new(false);
    let found = filter.find(site, &never).expect("nobody stops it");
    let find = median(|| black_box(filter.find(site, &never)).map_or(0, |found| found.total()));
    let mut dearest = Duration::ZERO;
    let mut pages = String::new();
    for by in [
        DeviceKey::Name,
        DeviceKey::LastSeen,
        DeviceKey::Type,
        DeviceKey::IpAddress,
        DeviceKey::SerialNumber,
        DeviceKey::Classification,
    ] {
        for offset in [0, found.total() / 2] {
            let (order, page) = (DeviceOrder { by, descending: false }, Page { offset, limit: 50 });
            let took = median(|| devices::page(site, &found, order, page, &never).len());
            dearest = dearest.max(took);
            pages += &format!("{:>7.2}", millis(took));
        }
        pages += &format!("  {by:?}");
    }
    println!("{name:<38}{:>9}{:>8.2}{:>8.2}{pages}", found.total(), millis(find), millis(find + dearest));
}

fn median<T>(mut job: impl FnMut() -> T) -> Duration {
    let mut times: Vec<_> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(job());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
