//! Sites as of moments that have passed.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use domain::{DeviceNumber, Error, Outcome, TagId, Timestamp, Version};
use node::{Clock, NodeOptions, REPLAYS_OF_SITE_MAX};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use site::queries::device_history::of_record;
use site::{Site, State};
use tokio::time::timeout;

use crate::commands::tag;
use crate::rig::{LONG, OTHER_SITE, Rig, SITE, pass, request};
use crate::steps::{Moments, after, live, lived, steps};

async fn at(rig: &Rig, time: Timestamp) -> Result<Arc<Site>, Error> {
    rig.node.site_at(SITE, time).await
}

/// Every moment, and one between each and the next, shows what there was.
async fn assert_shows(rig: &Rig, moments: &Moments) {
    let mut before = Arc::new(Site::default());
    for (time, site) in moments.iter() {
        assert_eq!(at(rig, time.plus_millis(-1)).await.as_ref(), Ok(&before));
        assert_eq!(at(rig, time).await.as_ref(), Ok(site));
        before = Arc::clone(site);
    }
}

/// The histories of devices make their tags and outcomes at every moment.
async fn assert_histories_make(rig: &Rig, moments: &Moments) {
    for number in 1..=60 {
        let device = DeviceNumber(number);
        let history = rig.node.device_history(SITE, device, 0, usize::MAX).await.unwrap();
        let (mut records, mut told) = (history.records.iter().rev().peekable(), None);
        for (time, site) in moments.iter() {
            while let Some(record) = records.next_if(|record| record.time <= time) {
                let item = of_record(site, record, device).unwrap();
                if item.removed.is_some() {
                    told = None;
                    continue;
                }
                let (tags, outcome): &mut (Vec<TagId>, Outcome) = told.get_or_insert_default();
                tags.retain(|tag| !item.tags_removed.iter().any(|(removed, _)| removed == tag));
                tags.extend(item.tags_added.iter().map(|added| added.tag));
                tags.sort_unstable();
                if let Some(after) = item.after {
                    *outcome = after;
                }
            }
            let known = site.fleet.get(device).map(|device| (device.tags().to_vec(), device.outcome()));
            assert_eq!(told, known, "device {number} at {time}");
        }
        assert!(records.next().is_none());
    }
}

#[test]
fn every_moment_of_any_life_shows_what_there_was_then() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let lives = prop::collection::vec((steps(30), any::<bool>()), 1..5);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(48) });
    let held = runner.run(&lives, |lives| {
        runtime.block_on(async {
            let mut rig = Rig::new().await;
            let mut moments = Moments::default();
            moments.add(rig.site());
            for (steps, cleanly) in lives {
                live(&rig, steps, &mut moments).await;
                rig = if cleanly { rig.restarted().await } else { rig.crashed().await.unwrap() };
                assert_eq!(rig.replayed().await, *rig.site());
            }
            assert_shows(&rig, &moments).await;
            assert_histories_make(&rig, &moments).await;
        });
        Ok(())
    });
    held.unwrap();
}

#[tokio::test]
async fn a_moment_before_the_founding_shows_a_site_that_has_nothing() {
    let rig = Rig::new().await;
    lived(&rig, 5).await;
    let site = at(&rig, after(-1)).await.unwrap();
    assert!(!site.is_founded() && site.fleet.is_empty() && site.catalogue.tags.is_empty());
}

#[tokio::test]
async fn a_moment_after_the_last_record_shows_the_snapshot_that_is_served() {
    let rig = Rig::new().await;
    lived(&rig, 5).await;
    let reads = rig.gate.reads.arrived();
    for seconds in [5, 6, 1_000_000] {
        assert!(Arc::ptr_eq(&at(&rig, after(seconds)).await.unwrap(), &rig.site()));
    }
    assert_eq!(rig.gate.reads.arrived(), reads);
}

#[tokio::test]
async fn a_site_that_is_not_there_has_no_past() {
    let rig = Rig::new().await;
    let refused = rig.node.site_at(domain::SiteId(9), after(-1)).await.unwrap_err();
    assert_eq!(refused.code(), "not_found");
}

/// A life of so many usual steps, and the moments at which something happened.
async fn lived_through(rig: &Rig, count: u16) -> Vec<Timestamp> {
    lived(rig, count).await.iter().map(|(time, _)| time).collect()
}

#[tokio::test]
async fn many_who_ask_about_one_moment_cause_one_replay() {
    let (mut reads, mut shown) = (Vec::new(), Vec::<Arc<Site>>::new());
    for clients in [1, 7] {
        let rig = Rig::new().await;
        let times = lived_through(&rig, 20).await;
        let before = rig.gate.reads.arrived();
        rig.gate.reads.hold();
        let mut asked = Vec::new();
        for _ in 0..clients {
            asked.push(begun(at(&rig, times[5])).await.unwrap());
        }
        rig.gate.reads.until_arrived(before + 1).await;
        rig.gate.reads.pass(99);
        for one in asked {
            shown.push(one.await.unwrap());
        }
        reads.push(rig.gate.reads.arrived() - before);
    }
    assert_eq!(reads[0], reads[1]);
    assert!(shown[1..].iter().all(|site| Arc::ptr_eq(site, &shown[1])));
}

/// Begins something, and gives it back unless it is already done.
async fn begun<F: Future>(future: F) -> Result<Pin<Box<F>>, F::Output> {
    let mut begun = Box::pin(future);
    match poll_fn(|context| Poll::Ready(begun.as_mut().poll(context))).await {
        Poll::Ready(done) => Err(done),
        Poll::Pending => Ok(begun),
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_asked_about_is_at_hand_for_five_minutes_after_it_was_last_used() {
    let rig = Rig::new().await;
    let time = lived_through(&rig, 20).await[5];
    // Until the log is indexed.
    pass(60).await;
    let first = at(&rig, time).await.unwrap();
    let reads = rig.gate.reads.arrived();
    for _ in 0..3 {
        pass(299).await;
        assert!(Arc::ptr_eq(&at(&rig, time).await.unwrap(), &first));
    }
    assert_eq!(rig.gate.reads.arrived(), reads);
    let weak = Arc::downgrade(&first);
    drop(first);
    pass(301).await;
    assert_eq!(weak.strong_count(), 0, "nothing holds it any more");
    at(&rig, time).await.unwrap();
    assert!(rig.gate.reads.arrived() > reads);
}

#[tokio::test]
async fn of_nine_states_the_one_that_was_not_used_for_longest_goes() {
    let rig = Rig::new().await;
    let times = lived_through(&rig, 20).await;
    let mut kept = Vec::new();
    for time in &times[..8] {
        kept.push(Arc::downgrade(&at(&rig, *time).await.unwrap()));
    }
    at(&rig, times[0]).await.unwrap();
    at(&rig, times[8]).await.unwrap();
    let held = || -> Vec<_> { kept.iter().map(|state| state.strong_count() > 0).collect() };
    while !held().contains(&false) {
        tokio::task::yield_now().await;
    }
    assert_eq!(held(), [true, false, true, true, true, true, true, true]);
}

#[tokio::test]
async fn a_state_at_hand_is_begun_from_and_an_altered_record_is_not_shown() {
    let rig = Rig::new().await;
    let times = lived_through(&rig, 60).await;
    let version = at(&rig, times[20]).await.unwrap().version();
    for version in 1..=version.0 {
        assert!(rig.disk.tamper(SITE, Version(version)));
    }
    assert_eq!(at(&rig, times[21]).await.unwrap().time(), times[21]);
    assert_eq!(at(&rig, times[19]).await, Err(Error::Internal));
}

#[tokio::test]
async fn too_many_moments_at_once_are_refused_and_those_given_up_make_room() {
    let rig = Rig::new().await;
    let times = lived_through(&rig, 60).await;
    rig.gate.reads.hold();
    let most = REPLAYS_OF_SITE_MAX;
    let mut asked = Vec::new();
    for time in &times[..most] {
        asked.push(begun(at(&rig, *time)).await.unwrap());
    }
    let busy = Error::Busy { retry_after_seconds: 1 };
    assert_eq!(at(&rig, times[most]).await, Err(busy.clone()));
    let same = begun(at(&rig, times[0])).await.expect("what is being worked out can be waited for");

    drop(asked);
    let another = loop {
        match begun(at(&rig, times[most])).await {
            Ok(another) => break another,
            Err(done) => assert_eq!(done, Err(busy.clone())),
        }
        tokio::task::yield_now().await;
    };
    rig.gate.reads.pass(9999);
    assert_eq!(another.await.unwrap().time(), times[most]);
    assert_eq!(same.await.unwrap().time(), times[0]);
}

#[tokio::test]
async fn when_the_store_cannot_be_read_the_client_is_told_to_come_again() {
    let rig = Rig::new().await;
    let time = lived_through(&rig, 20).await[5];
    rig.gate.set_unreadable(true);
    let reason = "the store cannot be read (store_io)".to_owned();
    assert_eq!(at(&rig, time).await, Err(Error::Unavailable { reason, retry_after_seconds: 5 }));
    rig.gate.set_unreadable(false);
    assert_eq!(at(&rig, time).await.unwrap().time(), time);
    rig.run(tag("one more")).await.unwrap();
}

#[tokio::test]
async fn one_site_does_not_take_the_room_of_the_others() {
    let rig = Rig::with_sites(2).await;
    let times = lived_through(&rig, 60).await;
    rig.node.run(OTHER_SITE, request(), tag("one")).await.unwrap();
    rig.clock.forward(1);
    rig.node.run(OTHER_SITE, request(), tag("two")).await.unwrap();
    rig.gate.reads.hold();
    let mut asked = Vec::new();
    for time in &times[..REPLAYS_OF_SITE_MAX] {
        asked.push(begun(at(&rig, *time)).await.unwrap());
    }
    assert_eq!(at(&rig, times[40]).await.unwrap_err().code(), "busy");
    let before = rig.clock.now().plus_millis(-1);
    let other = begun(rig.node.site_at(OTHER_SITE, before)).await.expect("it waits for its turn");
    rig.gate.reads.pass(9999);
    assert_eq!(other.await.unwrap().catalogue.tags.len(), 1);
}

#[tokio::test]
async fn who_waits_until_checkpoints_were_dropped_holds_up_no_other_site() {
    let rig = Rig::with_sites(2).await;
    let times = lived_through(&rig, 20).await;
    rig.node.run(OTHER_SITE, request(), tag("one")).await.unwrap();
    rig.clock.forward(7200);
    rig.node.run(OTHER_SITE, request(), tag("two")).await.unwrap();
    let rig = rig.restarted().await;
    rig.gate.drops.hold();
    rig.set_retention("1h").await;
    rig.run(tag("after")).await.unwrap();
    rig.gate.drops.until_arrived(1).await;
    let mut asked = Vec::new();
    for time in &times[2..5] {
        asked.push(begun(at(&rig, *time)).await.unwrap());
    }
    let before = rig.clock.now().plus_millis(-1);
    let other = timeout(LONG, rig.node.site_at(OTHER_SITE, before)).await.expect("nobody else has a turn");
    assert_eq!(other.unwrap().catalogue.tags.len(), 1);
}

#[tokio::test]
async fn who_comes_again_goes_on_from_what_was_worked_out_before() {
    let rig = Rig::with(NodeOptions { replay_step: 5, ..NodeOptions::default() }).await;
    let times = lived_through(&rig, 60).await;
    let reads = rig.gate.reads.arrived();
    rig.gate.reads.hold();
    let given_up = begun(at(&rig, times[30])).await.unwrap();
    rig.gate.reads.pass(3);
    rig.gate.reads.until_arrived(reads + 4).await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    drop(given_up);
    while tasks() == before {
        tokio::task::yield_now().await;
    }
    for version in 1..=15 {
        assert!(rig.disk.tamper(SITE, Version(version)));
    }
    rig.gate.reads.pass(9999);
    let site = at(&rig, times[30]).await.unwrap();
    assert_eq!(site.time(), times[30]);
}
