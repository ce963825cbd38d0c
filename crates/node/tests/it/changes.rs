//! The change log and devices' histories, held against a look at all records.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;

use domain::{ClassificationId, DeviceNumber, Error, Owner, TagId, TagName, Timestamp, Version};
use node::{ChangeEntry, ChangePage, Damage, HistoryPage};
use site::commands::{ChangeTag, CheckIn, CheckIns, DeleteTag};
use site::log_index::concerns;
use site::queries::changes::{Action, ChangeFilter, Object, entries};
use site::{Site, SiteRecord, State};
use store::{Hash, IndexPage, Store, StoreError};

use crate::commands::{tag, with_files};
use crate::rig::{OTHER_SITE, Rig, SITE, START_SECONDS, pass, request};
use crate::steps::{check_in, lived};

/// A page of the index has so many records, unless they are of many devices.
const RECORDS_OF_PAGE: u64 = 4096;

/// A life of some more records than a page of the index has.
async fn lived_long(rig: &Rig) {
    while rig.version().0 < RECORDS_OF_PAGE + 100 {
        lived(rig, 500).await;
    }
}

/// Those that were not pruned.
async fn records(rig: &Rig) -> Vec<SiteRecord> {
    let mut after = match rig.gate.records_since(SITE, Version(0), 1).await {
        Err(StoreError::Pruned { through, .. }) => through,
        read => read.map(|_| Version(0)).unwrap(),
    };
    let mut records = Vec::new();
    while after < rig.version() {
        let page = rig.gate.records_since(SITE, after, usize::MAX).await.unwrap();
        records.extend(page.iter().map(|stored| Site::decode(&stored.record.payload).unwrap()));
        after = page.last().unwrap().record.version;
    }
    records
}

/// What stands in the change log, newest first.
fn naive(records: &[SiteRecord], filter: &ChangeFilter) -> Vec<(Version, usize)> {
    let of_record = |record| entries(filter, record).map(move |(place, _)| (record.version, place));
    records.iter().rev().flat_map(of_record).collect()
}

fn shown(page: &ChangePage) -> Vec<(Version, usize)> {
    page.entries.iter().flatten().map(|entry| (entry.record.version, entry.place)).collect()
}

async fn changes(rig: &Rig, filter: &ChangeFilter, offset: u64, limit: usize) -> ChangePage {
    rig.node.changes(SITE, filter, offset, limit).await.unwrap()
}

async fn history(rig: &Rig, device: u32) -> HistoryPage {
    rig.node.device_history(SITE, DeviceNumber(device), 0, usize::MAX).await.unwrap()
}

fn at(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp::from_seconds(START_SECONDS + seconds))
}

fn filters() -> Vec<ChangeFilter> {
    let all = ChangeFilter::default();
    let of = |object| ChangeFilter { object: Some(object), ..ChangeFilter::default() };
    vec![
        all.clone(),
        of(Object::Device),
        of(Object::Tag),
        of(Object::Rule),
        of(Object::Token),
        ChangeFilter { action: Some(Action::Deleted), ..all.clone() },
        ChangeFilter { action: Some(Action::Added), ..of(Object::Device) },
        ChangeFilter { user: Some("ANN".into()), ..all.clone() },
        ChangeFilter { user: Some("fleetmark".into()), ..all.clone() },
        ChangeFilter { user: Some("an".into()), ..all.clone() },
        ChangeFilter { since: at(100), ..all.clone() },
        ChangeFilter { until: at(100), ..of(Object::Device) },
        ChangeFilter { since: at(60), until: at(60), ..all.clone() },
        ChangeFilter { since: at(60), until: at(4200), user: Some("Ann".into()), ..all.clone() },
        ChangeFilter { since: at(61), until: at(60), ..all.clone() },
        ChangeFilter { since: at(1_000_000), ..all },
    ]
}

/// Whatever is asked for is what a look at all records finds.
async fn assert_shows_the_log(rig: &Rig) {
    let records = records(rig).await;
    for filter in filters() {
        let expected = naive(&records, &filter);
        for (offset, limit) in [(0, 5), (3, 1), (0, 0), (3790, 40), (expected.len().saturating_sub(2), 9)] {
            let page = changes(rig, &filter, offset as u64, limit).await;
            assert_eq!((page.total, page.as_of), (expected.len() as u64, rig.version()), "{filter:?}");
            let window: Vec<_> = expected.iter().skip(offset).take(limit).copied().collect();
            assert_eq!(shown(&page), window, "{filter:?} at {offset}, {limit}");
            for entry in page.entries.iter().flatten() {
                assert_eq!(
                    records.iter().find(|record| record.version == entry.record.version),
                    Some(&*entry.record)
                );
            }
        }
    }
    for device in [0, 1, 2, 23, 24, 99] {
        let concerned = records.iter().rev().filter(|record| concerns(record, DeviceNumber(device)));
        let page = history(rig, device).await;
        assert_eq!(
            page.records.iter().map(|record| record.version).collect::<Vec<_>>(),
            concerned.map(|record| record.version).collect::<Vec<_>>()
        );
        assert_eq!((page.total, page.as_of), (page.records.len() as u64, rig.version()));
        let part = rig.node.device_history(SITE, DeviceNumber(device), 1, 2).await.unwrap();
        assert_eq!(part.total, page.total);
        assert!(part.records.iter().eq(page.records.iter().skip(1).take(2)));
    }
}

async fn pages(rig: &Rig) -> Vec<IndexPage> {
    rig.gate.index_pages(SITE, Version(0), usize::MAX).await.unwrap()
}

#[tokio::test]
async fn the_change_log_of_a_short_life_is_what_its_records_say() {
    let rig = Rig::new().await;
    assert_shows_the_log(&rig).await;
    for _ in 0..3 {
        lived(&rig, 60).await;
        assert_shows_the_log(&rig).await;
    }
    assert_eq!(pages(&rig).await, []);
}

#[tokio::test]
async fn the_change_log_of_a_long_life_is_what_its_records_say_and_is_kept() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    assert_shows_the_log(&rig).await;
    let kept = pages(&rig).await;
    assert_eq!(kept.len(), 1);
    let rig = rig.crashed().await.unwrap();
    lived(&rig, 10).await;
    assert_shows_the_log(&rig).await;
    assert_eq!(pages(&rig).await, kept);
}

#[tokio::test(start_paused = true)]
async fn the_log_is_indexed_after_a_checkpoint() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    assert_eq!(pages(&rig).await, []);
    pass(60).await;
    assert_eq!(pages(&rig).await.len(), 1);
}

#[tokio::test]
async fn a_page_that_was_altered_is_made_again() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    assert_shows_the_log(&rig).await;
    let kept = pages(&rig).await;
    assert!(rig.disk.tamper_index_page(SITE, kept[0].through));
    let rig = rig.crashed().await.unwrap();
    assert_eq!(pages(&rig).await, []);
    assert_shows_the_log(&rig).await;
    assert_eq!(pages(&rig).await, kept);
}

/// The files of a store may come from two backups.
#[tokio::test]
async fn a_page_of_another_log_or_of_another_form_is_made_again() {
    let mut rig = Rig::new().await;
    lived_long(&rig).await;
    assert_shows_the_log(&rig).await;
    let kept = pages(&rig).await;
    let other_log = IndexPage { hash: Hash([7; 32]), ..kept[0].clone() };
    let other_form = IndexPage { body: vec![9, 9, 9].into(), ..kept[0].clone() };
    let beyond = IndexPage { through: Version(1 << 30), ..kept[0].clone() };
    let later = IndexPage { after: Version(7), ..kept[0].clone() };
    for useless in [other_log, other_form, beyond, later] {
        let all = IndexPage { after: Version(0), through: Version(1), ..kept[0].clone() };
        rig.gate.write_index_page(SITE, all).await.unwrap();
        rig.gate.write_index_page(SITE, useless.clone()).await.unwrap();
        rig = rig.crashed().await.unwrap();
        assert_shows_the_log(&rig).await;
        assert_eq!(pages(&rig).await, kept, "{useless:?}");
    }
}

/// What a list has of each entry: the version, and whether it is told.
fn told(entries: &[Result<ChangeEntry, Damage>]) -> Vec<(Version, bool)> {
    let told = |entry: &Result<ChangeEntry, Damage>| match entry {
        Ok(entry) => (entry.record.version, true),
        Err(damage) => (damage.version, false),
    };
    entries.iter().map(told).collect()
}

/// Two that follow each other, one by itself and the last one, all before they were indexed.
#[tokio::test]
async fn records_that_were_altered_before_they_were_indexed_stand_as_one_entry_each() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    let all = records(&rig).await;
    let damaged = [40, 41, 60, all.len() as u64].map(Version);
    for version in damaged {
        assert!(rig.disk.tamper(SITE, version));
    }
    for filter in filters() {
        // Nothing is known of a damaged record but what stands before and behind it.
        let time =
            |version: u64| usize::try_from(version - 1).ok().and_then(|at| all.get(at)).map(|one| one.time);
        let may_take = |version: Version| match version.0 {
            40 | 41 => filter.may_take(time(39).unwrap(), time(42)),
            version => filter.may_take(time(version - 1).unwrap(), time(version + 1)),
        };
        let expected = all.iter().rev().flat_map(|record| match damaged.contains(&record.version) {
            true => vec![(record.version, false); usize::from(may_take(record.version))],
            false => vec![(record.version, true); entries(&filter, record).count()],
        });
        let expected: Vec<_> = expected.collect();
        for (offset, limit) in [(0, 5000), (0, 1), (1, 9), (30, 3780), (3790, 40)] {
            let page = changes(&rig, &filter, offset as u64, limit).await;
            assert_eq!(page.total, expected.len() as u64, "{filter:?}");
            let window: Vec<_> = expected.iter().skip(offset).take(limit).copied().collect();
            assert_eq!(told(&page.entries), window, "{filter:?} at {offset}, {limit}");
        }
    }
    let concerned =
        all.iter().rev().filter(|one| damaged.contains(&one.version) || concerns(one, DeviceNumber(1)));
    let concerned: Vec<Version> = concerned.map(|record| record.version).collect();
    let of_device = async |offset, limit| rig.node.device_history(SITE, DeviceNumber(1), offset, limit).await;
    assert_eq!(of_device(0, 5).await, Err(Error::Damaged { version: Version(all.len() as u64) }));
    let behind_the_last = of_device(1, 5).await.unwrap();
    assert_eq!(behind_the_last.total, concerned.len() as u64);
    assert!(behind_the_last.records.iter().map(|record| record.version).eq(concerned[1..6].iter().copied()));
}

/// A record that is put back is whole again after the next start; the index of what stood before it was kept.
#[tokio::test(start_paused = true)]
async fn a_record_that_is_put_back_is_shown() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    rig.gate.until_tidied(1).await;
    let rig = rig.restarted().await;
    let mut stored = rig.log().await;
    let whole = stored.swap_remove(6).record;
    assert!(rig.disk.tamper(SITE, whole.version));
    let everything = ChangeFilter::default();
    let count = changes(&rig, &everything, 0, 0).await.total;
    assert_eq!(pages(&rig).await.iter().map(|page| page.after.0).collect::<Vec<_>>(), [0, 7]);
    let rig = rig.restarted().await;
    assert_eq!(changes(&rig, &everything, 0, 0).await.total, count);
    assert!(rig.disk.forge(SITE, whole.version, whole.payload.to_vec()));
    let rig = rig.restarted().await;
    assert_shows_the_log(&rig).await;
    assert_eq!(pages(&rig).await.iter().map(|page| page.after.0).collect::<Vec<_>>(), [0, 6]);
}

/// Of a log that is indexed a record is put in the place of another: it can be read, and nobody committed it.
#[tokio::test]
async fn a_record_that_was_altered_behind_the_index_is_not_shown() {
    let rig = Rig::new().await;
    lived(&rig, 60).await;
    assert_shows_the_log(&rig).await;
    let all = records(&rig).await;
    let forged = all.iter().skip(20).find(|record| concerns(record, DeviceNumber(1))).unwrap();
    let (at, total) = (forged.version, all.len());
    let payload = Site::encode(&SiteRecord { actor: Owner::new("mallory").unwrap(), ..forged.clone() });
    assert!(rig.disk.forge(SITE, at, payload));
    let everything = ChangeFilter::default();
    let page = changes(&rig, &everything, 0, 1000).await;
    let expected = naive(&all, &everything).into_iter().map(|(version, _)| (version, version != at));
    assert_eq!(told(&page.entries), expected.collect::<Vec<_>>());
    let damaged = Error::Damaged { version: at };
    let asked = rig.node.device_history(SITE, DeviceNumber(1), 0, 1000).await;
    assert_eq!(asked, Err(damaged.clone()));
    for limit in [1, 9] {
        assert_eq!(rig.node.records_after(SITE, Version(at.0 - 1), limit).await, Err(damaged.clone()));
    }
    // What stands beside it is as it was.
    let before = rig.node.records_after(SITE, Version(0), total).await.unwrap().unwrap();
    let place = usize::try_from(at.0).unwrap();
    assert!(before.iter().map(|linked| &linked.record).eq(&all[..place - 1]));
    let later = rig.node.records_after(SITE, at, 9).await.unwrap().unwrap();
    assert!(later.iter().map(|linked| &linked.record).eq(&all[place..place + 9]));
    let newest = changes(&rig, &everything, 0, 3).await;
    assert_eq!(shown(&newest), naive(&all, &everything)[..3]);
}

#[tokio::test]
async fn a_store_that_cannot_be_read_says_so_and_is_asked_again() {
    let rig = Rig::new().await;
    lived(&rig, 20).await;
    rig.gate.set_unreadable(true);
    let asked = rig.node.device_history(SITE, DeviceNumber(1), 0, 10).await;
    assert!(matches!(asked, Err(Error::Unavailable { .. })), "{asked:?}");
    rig.gate.set_unreadable(false);
    assert_shows_the_log(&rig).await;
}

#[tokio::test]
async fn a_site_that_is_not_there_has_no_change_log() {
    let rig = Rig::new().await;
    let asked = rig.node.changes(OTHER_SITE, &ChangeFilter::default(), 0, 10).await;
    assert!(matches!(asked, Err(Error::NotFound { .. })), "{asked:?}");
}

/// All that a filter takes, in steps, while the log grows.
async fn walked(rig: &Rig, filter: &ChangeFilter, offset: u64, step: usize) -> Vec<(Version, bool)> {
    let page = changes(rig, filter, offset, step).await;
    let (mut walked, mut rest) = (told(&page.entries), page.rest);
    loop {
        let entries = rig.node.changes_next(SITE, &mut rest, step).await.unwrap();
        if entries.is_empty() {
            return walked;
        }
        assert!(entries.len() <= step);
        walked.extend(told(&entries));
        lived(rig, 1).await;
    }
}

#[tokio::test]
async fn who_reads_on_finds_the_same_as_who_counts_anew_also_while_the_log_grows() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    for version in [40, 41, 60, 4150].map(Version) {
        assert!(rig.disk.tamper(SITE, version));
    }
    for filter in filters() {
        for (offset, step) in [(0, 700), (3, 5000), (3790, 101)] {
            let expected = told(&changes(&rig, &filter, offset, usize::MAX).await.entries);
            assert_eq!(walked(&rig, &filter, offset, step).await, expected, "{filter:?} at {offset}, {step}");
        }
    }
}

/// No page stays in memory from one step to the next.
#[tokio::test(start_paused = true)]
async fn who_reads_on_has_the_index_read_once() {
    let rig = Rig::new().await;
    lived_long(&rig).await;
    let of_user = ChangeFilter { user: Some("ann".into()), ..ChangeFilter::default() };
    let page = changes(&rig, &of_user, 0, 500).await;
    let (mut count, mut rest, mut steps) = (page.entries.len() as u64, page.rest, 0);
    let before = rig.gate.index_reads.load(Ordering::Relaxed);
    while count < page.total {
        pass(400).await;
        lived(&rig, 1).await;
        pass(60).await;
        count += rig.node.changes_next(SITE, &mut rest, 500).await.unwrap().len() as u64;
        steps += 1;
    }
    assert_eq!(rig.node.changes_next(SITE, &mut rest, 500).await.unwrap().len(), 0);
    let reads = rig.gate.index_reads.load(Ordering::Relaxed) - before;
    assert!(steps > 5 && reads <= 1, "{reads} reads in {steps} steps");
}

/// Behind a thousand later removals they are known by their additions, or by the last changes.
#[tokio::test]
async fn names_of_what_was_removed_long_ago_are_known() {
    let rig = Rig::new().await;
    let (mut ids, mut expected) = (HashSet::new(), HashMap::new());
    for number in 0..1200 {
        let mut name = format!("tag {number}");
        let id = rig.run(tag(&name)).await.unwrap().outcome;
        if number % 7 == 0 {
            name = format!("another {number}");
            let name = Some(TagName::new(&name).unwrap());
            rig.run(ChangeTag { id, name, description: None, colour: None }).await.unwrap();
        }
        rig.run(DeleteTag { id, force: true }).await.unwrap();
        if !(150..1150).contains(&number) {
            ids.insert(id);
            expected.insert(id, TagName::new(&name).unwrap());
        }
    }
    let gone = rig.node.gone(SITE, ids.clone(), HashSet::new()).await.unwrap();
    assert_eq!(gone.tags, expected);
    // What cannot be told of is passed over.
    let never = ids.iter().copied().chain([TagId(1_000_000)]).collect();
    let gone = rig.node.gone(SITE, never, HashSet::from([ClassificationId(3)])).await.unwrap();
    assert_eq!((gone.tags, gone.classifications.len()), (expected, 0));
}

#[tokio::test]
async fn each_site_has_its_own() {
    let rig = Rig::with_sites(2).await;
    lived(&rig, 20).await;
    rig.node.run(OTHER_SITE, request(), tag("theirs")).await.unwrap();
    let of_tags = ChangeFilter { object: Some(Object::Tag), ..ChangeFilter::default() };
    assert_eq!(rig.node.changes(OTHER_SITE, &of_tags, 0, 10).await.unwrap().total, 1);
    assert_eq!(rig.node.device_history(OTHER_SITE, DeviceNumber(1), 0, 10).await.unwrap().total, 0);
    assert_shows_the_log(&rig).await;
}

/// Some days of a page are gone, the others are shown, whether or not the page was at hand.
#[tokio::test(start_paused = true)]
async fn what_was_pruned_is_not_shown() {
    let rig = Rig::new().await;
    lived(&rig, 300).await;
    rig.gate.until_tidied(1).await;
    rig.clock.forward(7200);
    lived_long(&rig).await;
    assert_shows_the_log(&rig).await;
    let everything = ChangeFilter::default();
    let ChangePage { total: all, mut rest, .. } = changes(&rig, &everything, 0, 10).await;
    rig.set_retention("1h").await;
    pass(3600).await;
    let first = records(&rig).await[0].version;
    assert!(Version(100) < first && first < Version(300), "{first}");
    assert_shows_the_log(&rig).await;
    assert!(changes(&rig, &everything, 0, 1).await.total < all);
    // Who had begun before finds what is left.
    let behind = rig.node.changes_next(SITE, &mut rest, usize::MAX).await.unwrap();
    let left = naive(&records(&rig).await, &everything).into_iter().map(|(version, _)| (version, true));
    assert_eq!(told(&behind), left.skip(10).take(behind.len()).collect::<Vec<_>>());
    let older = rig.node.changes_next(SITE, &mut rest, usize::MAX).await.unwrap();
    let (count, kept) = (behind.len() + older.len(), naive(&records(&rig).await, &everything).len());
    assert_eq!(count, kept - 10);
    let rig = rig.crashed().await.unwrap();
    assert_shows_the_log(&rig).await;
    assert_eq!(pages(&rig).await.len(), 1);

    pass(60).await;
    rig.clock.forward(7200);
    let rig = rig.restarted().await;
    pass(3600).await;
    assert_eq!(pages(&rig).await, []);
    assert_shows_the_log(&rig).await;
    lived(&rig, 20).await;
    assert_shows_the_log(&rig).await;
}

/// A device says two MiB at a time; all of that together is not held at once, and yet can be paged through.
#[tokio::test]
async fn what_is_large_comes_in_short_pages() {
    let rig = Rig::new().await;
    for round in 0..20 {
        let small = check_in(1, 0, true);
        let item = CheckIn { report: Box::new(with_files(2048, round)), ..small };
        rig.run(CheckIns::new(vec![item])).await.unwrap();
    }
    let all = records(&rig).await;
    let device = rig.site().fleet.iter().next().unwrap().number();
    let concerned = all.iter().rev().filter(|record| concerns(record, device));
    let concerned: Vec<_> = concerned.map(|record| record.version).collect();
    let entries = naive(&all, &ChangeFilter::default());
    let (mut told, mut pages) = (Vec::new(), Vec::new());
    while told.len() < concerned.len() {
        let page = rig.node.device_history(SITE, device, told.len() as u64, 1000).await.unwrap();
        told.extend(page.records.iter().map(|record| record.version));
        pages.push(page.records.len());
    }
    assert_eq!((told, pages), (concerned, vec![15, 5]));
    let (mut told, mut pages) = (Vec::new(), 0);
    while told.len() < entries.len() {
        told.extend(shown(&changes(&rig, &ChangeFilter::default(), told.len() as u64, 1000).await));
        pages += 1;
    }
    assert_eq!((told, pages), (entries, 2));
}

/// A client that waits too long is told so, and finds more done each time.
#[tokio::test(start_paused = true)]
async fn who_asks_while_the_log_is_being_indexed_is_told_to_come_again() {
    let rig = Rig::new().await;
    lived(&rig, 20).await;
    rig.gate.reads.hold();
    let asked = rig.node.changes(SITE, &ChangeFilter::default(), 0, 10).await;
    assert!(matches!(asked, Err(Error::Busy { retry_after_seconds: 5 })), "{asked:?}");
    rig.gate.reads.pass(100_000);
    assert_shows_the_log(&rig).await;
}
