//! Pages held against a look at all records.

use domain::{Change, DeviceNumber, Source, TagId, Timestamp, Version};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::builder::{POSTED_MAX, RECORDS_MAX};
use super::{LogPage, PageBuilder, concerns};
use crate::encoding::{golden, strategies};
use crate::queries::changes::{Action, ChangeFilter, Object, entries};
use crate::{Effects, SiteRecord};

/// Records that follow each other, after the version 40.
fn log() -> impl Strategy<Value = Vec<SiteRecord>> {
    let wide = (vec(strategies::site_record(), 1..12), option::of((any::<Index>(), 900..1200_u32)));
    wide.prop_map(|(mut records, wide)| {
        if let Some((at, count)) = wide {
            let devices = (5..5 + count).map(DeviceNumber).collect();
            let tagged = Change::Tagged {
                source: Source::Api,
                expires_at: None,
                devices,
                added: vec![TagId(1)],
                removed: vec![],
            };
            at.get_mut(&mut records).changes.push(tagged);
        }
        let mut times: Vec<Timestamp> = records.iter().map(|record| record.time).collect();
        times.sort_unstable();
        let numbered = (41..).map(Version).zip(times).zip(records);
        numbered.map(|((version, time), record)| SiteRecord { version, time, ..record }).collect()
    })
}

fn page(records: &[SiteRecord]) -> LogPage {
    let mut builder = PageBuilder::new(Version(40));
    records.iter().for_each(|record| builder.add(record));
    assert_eq!(builder.through(), Version(40 + records.len() as u64));
    builder.page()
}

/// What someone could ask about these records.
fn filter(records: &[SiteRecord], wish: &Wish) -> ChangeFilter {
    let (object, action, user, since, until) = wish;
    let record = |at: &Option<Index>| at.map(|at| at.get(records).clone());
    ChangeFilter {
        object: *object,
        action: *action,
        user: record(user).map(|record| record.actor.as_str().to_uppercase()),
        since: record(since).map(|record| record.time),
        until: record(until).map(|record| record.time),
    }
}

type Wish = (Option<Object>, Option<Action>, Option<Index>, Option<Index>, Option<Index>);

fn wish() -> impl Strategy<Value = Wish> {
    let record = || option::of(any::<Index>());
    (option::of(select(&Object::ALL[..])), option::of(select(&Action::ALL[..])), record(), record(), record())
}

proptest! {
    #[test]
    fn a_page_says_which_records_have_entries_that_a_filter_takes(
        records in log(),
        wishes in vec(wish(), 1..20),
        after in 0..60_u64,
    ) {
        let page = page(&records);
        for wish in &wishes {
            let filter = filter(&records, wish);
            let count = |record: &SiteRecord| u32::try_from(entries(&filter, record).count()).unwrap();
            let kept = records.iter().rev().filter(|record| record.version.0 > after);
            let naive = kept.map(|record| (record.version, count(record))).filter(|(_, count)| *count > 0);
            prop_assert_eq!(page.taken_by(&filter, Version(after)), naive.collect::<Vec<_>>());
            if filter.user.is_none() && filter.since.is_none() && filter.until.is_none() {
                let all = records.iter().map(|record| u64::from(count(record))).sum::<u64>();
                prop_assert_eq!(page.counts().taken_by(&filter), all);
            }
        }
        let span = records.first().zip(records.last()).map(|(first, last)| (first.time, last.time));
        prop_assert_eq!(page.span(), span);
        prop_assert_eq!((page.after(), page.through()), (Version(40), Version(40 + records.len() as u64)));
    }

    #[test]
    fn a_page_says_which_records_concern_a_device(records in log(), after in 0..60_u64) {
        let page = page(&records);
        let moved = records.iter().flat_map(|record| &record.effects.moves).flat_map(|one| &one.devices);
        let few = [0, 1, 5, 904, 1203, 70_000, u32::MAX];
        for number in moved.take(20).chain(few).chain(records.iter().flat_map(named).take(50)) {
            let device = DeviceNumber(number);
            let concerned = records.iter().rev().filter(|record| concerns(record, device));
            let kept = concerned.map(|record| record.version).filter(|version| version.0 > after);
            prop_assert_eq!(page.of_device(device, Version(after)), kept.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_page_is_read_as_it_was_written(records in log()) {
        let page = page(&records);
        let bytes = page.encode();
        let read = LogPage::decode(&bytes).unwrap();
        prop_assert_eq!(read.encode(), bytes);
        prop_assert_eq!(read, page);
    }
}

fn named(record: &SiteRecord) -> Vec<u32> {
    let devices = record.changes.iter().flat_map(|change| match change {
        Change::Tagged { devices, .. } | Change::TagRemoved { devices, .. } => devices.clone(),
        Change::DeviceAdded { device, .. }
        | Change::DeviceRemoved { device, .. }
        | Change::CheckedIn { device, .. } => vec![*device],
        _ => Vec::new(),
    });
    devices.map(|device| device.0).collect()
}

fn golden_records() -> Vec<SiteRecord> {
    let records = [
        golden::site_record(),
        golden::removal_record(),
        golden::reclassified_record(),
        golden::segments_record(),
        golden::untagged_record(),
    ];
    (41..).zip(records).map(|(version, record)| SiteRecord { version: Version(version), ..record }).collect()
}

#[test]
fn a_page_of_format_1_reads_and_writes_as_it_did() {
    let page = page(&golden_records());
    let bytes = golden::golden("log-page-v1.bin", &page.encode());
    assert_eq!(LogPage::decode(&bytes).unwrap(), page);
    assert_eq!(page.encode(), bytes);
}

/// What was altered is told by the hash that the store keeps; that it is met without a panic is told here.
#[test]
fn a_damaged_page_is_refused_or_can_be_asked() {
    let bytes = page(&golden_records()).encode();
    for length in 0..bytes.len() {
        assert!(LogPage::decode(&bytes[..length]).is_err(), "cut to {length} bytes");
    }
    for mask in [0x01, 0x80, 0xff] {
        for place in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[place] ^= mask;
            if let Ok(page) = LogPage::decode(&damaged) {
                let _ = (page.counts(), page.span(), page.through());
                let _ = page.taken_by(&ChangeFilter::default(), Version(0));
                let _ = page.of_device(DeviceNumber(7), Version(0));
            }
        }
    }
}

#[test]
fn a_page_is_full_of_records_of_devices_or_of_sets() {
    let record = |devices: u32| SiteRecord {
        changes: vec![Change::Tagged {
            source: Source::Api,
            expires_at: None,
            devices: (0..devices).map(|number| DeviceNumber(number * 3)).collect(),
            added: vec![TagId(1)],
            removed: vec![],
        }],
        effects: Effects::default(),
        ..golden::site_record()
    };
    let fits = |devices| {
        let (mut builder, record) = (PageBuilder::new(Version(0)), record(devices));
        while !builder.is_full() {
            builder.add(&SiteRecord { version: builder.through().next(), ..record.clone() });
        }
        let page = builder.page();
        assert_eq!(LogPage::decode(&page.encode()).as_ref(), Ok(&page));
        page.len()
    };
    assert_eq!(fits(1), RECORDS_MAX);
    assert_eq!(fits(u32::try_from(POSTED_MAX).unwrap()), 64);
    assert!(fits(1_000_000) < 10);
}
