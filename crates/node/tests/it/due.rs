//! Assignments that end and facts that go stale, by themselves.

use domain::{Change, DeviceName, DeviceNumber, DeviceUid, Facts, Report, Source, TagId, Timestamp, UserKey};
use site::commands::{CheckIn, CheckIns, Retag, TagRef, Terms, Wanted, WantedDevice};
use site::{Site, SiteRecord, State};
use store::testing::fake::Cut;

use crate::behind::behind;
use crate::commands::tag;
use crate::rig::{Rig, START_SECONDS, pass};

/// Longer than the writer goes without looking at the clock.
const NAP_SECONDS: u64 = 31;

async fn check_in(rig: &Rig, uid: &str) {
    let uid = DeviceUid::new(uid).unwrap();
    let facts = Facts { mdm: Some(true), ..Facts::default() };
    let report = Box::new(Report { facts, ..Report::default() });
    let item = CheckIn { uid, userkey: UserKey::new("").unwrap(), report };
    rig.run(CheckIns::new(vec![item])).await.unwrap();
}

/// Puts a tag on the device "pc" until so many seconds after the start.
async fn put(rig: &Rig, tag: TagId, seconds: i64) {
    let tag = TagRef::Id(rig.site().tag_id(tag));
    let wanted = Wanted::Named(vec![WantedDevice::Name(DeviceName::new("pc", None).unwrap())]);
    let terms = Terms { expiry: Some(Some(start_and(seconds))), ..Terms::default() };
    rig.run(Retag::new(vec![tag], Vec::new(), wanted).on(terms)).await.unwrap();
}

fn start_and(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START_SECONDS + seconds)
}

fn tags(rig: &Rig) -> Vec<TagId> {
    rig.site().fleet.get(DeviceNumber(1)).unwrap().tags().to_vec()
}

async fn records(rig: &Rig) -> Vec<SiteRecord> {
    rig.log().await.iter().map(|stored| Site::decode(&stored.record.payload).unwrap()).collect()
}

/// The state is what its log makes, and what the next start finds.
async fn assert_kept(rig: Rig) {
    assert!(*rig.site() == rig.replayed().await, "the log makes another state");
    let before = rig.site();
    let rig = rig.restarted().await;
    assert!(rig.site() == before, "the next start finds another state");
}

#[tokio::test(start_paused = true)]
async fn an_assignment_that_has_ended_is_taken_off_in_a_record_of_the_servers_own() {
    let rig = Rig::new().await;
    check_in(&rig, "pc").await;
    let (one, two) = (rig.run(tag("one")).await.unwrap().outcome, rig.run(tag("two")).await.unwrap().outcome);
    put(&rig, one, 100).await;
    put(&rig, two, 200).await;
    rig.clock.forward(99);
    pass(NAP_SECONDS).await;
    assert_eq!(tags(&rig), [one, two]);
    rig.clock.forward(1);
    pass(NAP_SECONDS).await;
    assert_eq!(tags(&rig), [two]);
    let last = records(&rig).await.pop().unwrap();
    let (source, devices) = (Source::Expiry, vec![DeviceNumber(1)]);
    let off = Change::Tagged { source, expires_at: None, devices, added: Vec::new(), removed: vec![one] };
    assert_eq!((last.actor.as_str(), last.time, last.changes), ("fleetmark", start_and(100), vec![off]));
    assert_eq!(rig.site().next_due(), Some(start_and(200)));

    // While the server is down, and before it answers anything.
    rig.node.stop().await;
    rig.clock.forward(1000);
    let rig = rig.restarted().await;
    pass(1).await;
    assert_eq!((tags(&rig), rig.site().next_due()), (Vec::new(), None));
    assert_kept(rig).await;
}

#[tokio::test(start_paused = true)]
async fn what_falls_due_while_a_commit_is_in_flight_comes_before_what_is_decided_behind_it() {
    let rig = Rig::new().await;
    check_in(&rig, "pc").await;
    let one = rig.run(tag("one")).await.unwrap().outcome;
    put(&rig, one, 100).await;
    rig.clock.forward(99);
    let first = rig.hold_up(tag("first")).await;
    let [second] = behind(&rig, ["second"]).await;
    rig.clock.forward(1);
    let [third] = behind(&rig, ["third"]).await;
    rig.gate.pass(9);
    let due = first.await.unwrap().version.next();
    let (second, third) = (second.await.unwrap().version, third.await.unwrap().version);
    assert_eq!((second, third), (due.next(), due.next().next()));
    let record = records(&rig).await.into_iter().find(|record| record.version == due);
    assert_eq!(record.unwrap().actor.as_str(), "fleetmark");
    assert_eq!(tags(&rig), []);
    assert_kept(rig).await;
}

#[tokio::test(start_paused = true)]
async fn an_assignment_ends_once_the_store_takes_writes_again() {
    let rig = Rig::new().await;
    check_in(&rig, "pc").await;
    let one = rig.run(tag("one")).await.unwrap().outcome;
    put(&rig, one, 100).await;
    rig.disk.cut_next(Cut::BeforeAppend);
    rig.clock.forward(100);
    pass(NAP_SECONDS).await;
    pass(NAP_SECONDS).await;
    assert_eq!(tags(&rig), []);
    assert_kept(rig).await;
}

#[tokio::test(start_paused = true)]
async fn facts_of_a_fleet_that_vanishes_go_stale_in_few_records() {
    let rig = Rig::new().await;
    for number in 0..120 {
        check_in(&rig, &format!("pc-{number}")).await;
        rig.clock.forward(1);
    }
    rig.set_fact_max_age("1h").await;
    rig.clock.set(START_SECONDS + 3595);
    for _ in 0..200 {
        rig.clock.forward(1);
        pass(NAP_SECONDS).await;
    }
    let site = rig.site();
    assert!(site.fleet.iter().all(|device| rules::Device::mdm(&device).is_none()));
    let cutoffs = records(&rig).await.into_iter().filter_map(|record| match record.changes[..] {
        [Change::FactsWentStale { cutoff }] => Some((record.time, cutoff)),
        _ => None,
    });
    let cutoffs: Vec<_> = cutoffs.collect();
    assert!((2..=4).contains(&cutoffs.len()), "{cutoffs:?}");
    assert!(cutoffs.iter().all(|(time, cutoff)| cutoff.plus_millis(3_600_000) == *time));
    assert_kept(rig).await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_recorded_of_a_fleet_that_keeps_reporting() {
    let rig = Rig::new().await;
    rig.set_fact_max_age("1h").await;
    for _ in 0..50 {
        check_in(&rig, "pc").await;
        rig.clock.forward(600);
        pass(NAP_SECONDS).await;
    }
    let stale = |record: &SiteRecord| matches!(record.changes[..], [Change::FactsWentStale { .. }]);
    assert!(!records(&rig).await.iter().any(stale));
}
