//! Commands that are decided on what a commit makes that has not landed yet.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;

use domain::{Error, TagId, Version};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use site::State;
use store::Outcome;
use store::testing::fake::Cut;

use crate::commands::{Noted, Panics, tag, too_large};
use crate::conflicts::elsewhere;
use crate::rig::{Notes, Queued, Rig};

/// Queues `tag` commands and waits until the writer has decided them, behind the commit that the gate holds up.
pub async fn behind<'a, const N: usize>(rig: &'a Rig, names: [&str; N]) -> [Queued<'a, TagId>; N] {
    let mut queued = Vec::new();
    for name in names {
        queued.push(rig.queue(tag(name)).await);
    }
    let notes = Notes::default();
    let noted = rig.queue(Noted("decided", notes.clone())).await;
    while notes.all().is_empty() {
        tokio::task::yield_now().await;
    }
    drop(noted);
    queued.try_into().ok().unwrap()
}

/// It was not answered yet.
async fn assert_waits<T>(queued: &mut Queued<'_, T>) {
    poll_fn(|context| {
        assert!(queued.as_mut().poll(context).is_pending(), "it was answered");
        Poll::Ready(())
    })
    .await;
}

fn is_name_taken<T>(refused: &Result<T, Error>) -> bool {
    matches!(refused, Err(Error::NameTaken { .. }))
}

#[tokio::test]
async fn what_is_decided_behind_a_commit_is_neither_committed_nor_seen_nor_answered_before_it() {
    let rig = Rig::new().await;
    let before = rig.site();
    let first = rig.hold_up(tag("first")).await;
    let commits = rig.gate.arrived();
    let [second, same] = behind(&rig, ["second", "First"]).await;
    assert_eq!((rig.gate.arrived(), rig.site()), (commits, before));
    rig.gate.pass(1);
    let first = first.await.unwrap();
    assert_eq!(first.state.version(), first.version);
    // Its own commit has begun by then.
    assert_eq!((rig.gate.arrived(), rig.version()), (commits + 1, first.version));
    rig.gate.pass(1);
    assert_eq!(second.await.unwrap().version, first.version.next());
    assert!(is_name_taken(&same.await));
    assert_eq!(rig.gate.arrived(), commits + 1);
    let before = rig.site();
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn what_was_decided_behind_a_commit_that_is_lost_is_decided_anew() {
    for cut in [Cut::BeforeAppend, Cut::AfterRecords(1), Cut::BeforeVersionMoves] {
        let rig = Rig::new().await;
        let first = rig.hold_up(tag("first")).await;
        let [same, second] = behind(&rig, ["First", "second"]).await;
        rig.disk.cut_next(cut);
        rig.gate.pass(9);
        assert_eq!(first.await.unwrap_err().code(), "unavailable", "{cut:?}");
        // The name that it would have taken is free.
        let same = same.await.unwrap();
        assert_eq!(second.await.unwrap().version, same.version.next());
        assert_eq!(rig.node.ready(), Ok(()));
        let before = rig.site();
        assert_eq!(rig.restarted().await.site(), before, "{cut:?}");
    }
}

#[tokio::test]
async fn what_was_decided_behind_a_commit_whose_answer_is_lost_holds_if_it_landed() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let [same, second] = behind(&rig, ["First", "second"]).await;
    rig.disk.cut_next(Cut::AnswerLost);
    rig.gate.pass(9);
    let first = first.await.unwrap();
    assert!(is_name_taken(&same.await));
    assert_eq!(second.await.unwrap().version, first.version.next());
    let before = rig.site();
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn what_was_decided_behind_a_commit_before_which_another_wrote_is_decided_anew_after_it() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let [second, third] = behind(&rig, ["second", "third"]).await;
    assert!(matches!(elsewhere(&rig, tag("Second")).await, Outcome::Committed));
    rig.gate.pass(9);
    assert_eq!(first.await.unwrap().version, Version(3));
    assert!(is_name_taken(&second.await));
    assert_eq!(third.await.unwrap().version, Version(4));
    let before = rig.site();
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn what_is_decided_behind_a_commit_is_done_before_a_stop() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let behind = behind(&rig, ["second", "third"]).await;
    let stopped = async {
        rig.gate.pass(9);
        rig.node.stop().await;
    };
    let answered = async {
        first.await.unwrap();
        for one in behind {
            one.await.unwrap();
        }
    };
    tokio::join!(stopped, answered);
    assert_eq!(rig.site().catalogue.tags.len(), 3);
}

#[tokio::test]
async fn a_refusal_alone_waits_for_the_commit_that_it_rests_on() {
    for cut in [None, Some(Cut::BeforeAppend)] {
        let rig = Rig::new().await;
        let first = rig.hold_up(tag("first")).await;
        let [mut same] = behind(&rig, ["First"]).await;
        assert_waits(&mut same).await;
        if let Some(cut) = cut {
            rig.disk.cut_next(cut);
        }
        rig.gate.pass(9);
        assert_eq!(first.await.is_err(), cut.is_some());
        assert_eq!(is_name_taken(&same.await), cut.is_none());
    }
}

#[tokio::test]
async fn what_cannot_be_done_is_told_only_when_what_it_was_decided_on_has_landed() {
    for cut in [None, Some(Cut::BeforeAppend)] {
        let rig = Rig::new().await;
        let first = rig.hold_up(tag("first")).await;
        let mut panics = rig.queue(Panics).await;
        let mut large = rig.queue(too_large()).await;
        let [second] = behind(&rig, ["second"]).await;
        for _ in 0..9 {
            tokio::task::yield_now().await;
        }
        assert_waits(&mut panics).await;
        assert_waits(&mut large).await;
        if let Some(cut) = cut {
            rig.disk.cut_next(cut);
        }
        rig.gate.pass(9);
        assert_eq!(first.await.is_err(), cut.is_some());
        assert_eq!(panics.await.unwrap_err().code(), "internal");
        assert_eq!(large.await.unwrap_err().code(), "record_bytes");
        second.await.unwrap();
        let before = rig.site();
        assert_eq!(rig.restarted().await.site(), before);
    }
}

#[tokio::test]
async fn more_than_a_group_holds_is_done_in_order_behind_a_commit() {
    const COMMANDS: usize = 700;
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let commits = rig.gate.arrived();
    let mut queued = Vec::new();
    for number in 0..COMMANDS {
        queued.push(rig.queue(tag(&format!("tag {number}"))).await);
    }
    for _ in 0..COMMANDS {
        tokio::task::yield_now().await;
    }
    assert_eq!(rig.node.queued(), COMMANDS, "they wait for the writer, wherever they lie");
    rig.gate.pass(COMMANDS);
    let mut version = first.await.unwrap().version;
    for one in queued {
        let done = one.await.unwrap().version;
        assert_eq!(done, version.next());
        version = done;
    }
    assert!(rig.gate.arrived() - commits < COMMANDS / 8, "{} commits", rig.gate.arrived() - commits);
}

/// What happens to the writer and its store.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// A client makes the tag of this number.
    Make(u8),
    /// Another node does.
    Elsewhere(u8),
    /// The gate lets a commit pass.
    Pass,
    /// What is cut next.
    Cut(Cut),
    /// The writer gets a turn.
    Turn,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let cuts = [Cut::BeforeAppend, Cut::AfterRecords(1), Cut::BeforeVersionMoves, Cut::AnswerLost];
    let event = prop_oneof![
        6 => (0..9_u8).prop_map(Event::Make),
        1 => (0..9_u8).prop_map(Event::Elsewhere),
        3 => Just(Event::Pass),
        1 => proptest::sample::select(cuts.to_vec()).prop_map(Event::Cut),
        4 => Just(Event::Turn),
    ];
    vec(event, 1..60)
}

#[test]
fn every_answer_is_true_whatever_becomes_of_the_commits() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(300) });
    let held = runner.run(&events(), |events| {
        runtime.block_on(lived(&events));
        Ok(())
    });
    held.unwrap();
}

async fn lived(events: &[Event]) {
    let rig = Rig::new().await;
    // Names differ in case, so that a name that is taken is refused.
    let mut elsewhere_made = BTreeSet::new();
    let mut queued = Vec::new();
    let mut log = rig.version().0;
    rig.gate.hold();
    for event in events {
        match *event {
            Event::Make(number) => queued.push((number, rig.queue(tag(&format!("tag {number}"))).await)),
            Event::Elsewhere(number) => {
                let known = rig.replayed().await;
                let name = format!("TAG {number}");
                if known.catalogue.tags.named(&name).is_none() {
                    drop(elsewhere(&rig, tag(&name)).await);
                    let is_there = rig.replayed().await.catalogue.tags.named(&name).is_some();
                    elsewhere_made.extend(is_there.then_some(number));
                }
            }
            Event::Pass => rig.gate.pass(1),
            Event::Cut(cut) => rig.disk.cut_next(cut),
            Event::Turn => tokio::task::yield_now().await,
        }
        log = log.max(rig.version().0);
        assert_eq!(rig.version().0, log, "a reader went back");
    }
    rig.gate.pass(999);
    let mut made = elsewhere_made.clone();
    for (number, answer) in queued {
        match answer.await {
            Ok(done) => {
                assert!(made.insert(number), "{number} was made twice");
                let seen = done.state.catalogue.tags.get(done.outcome).unwrap();
                assert_eq!(seen.fields.name.as_str(), format!("tag {number}"));
                assert!(done.state.version() >= done.version);
            }
            Err(Error::NameTaken { .. }) => {
                let site = rig.replayed().await;
                assert!(site.catalogue.tags.named(&format!("tag {number}")).is_some(), "{number} is free");
            }
            Err(refused) => assert!(matches!(refused, Error::Unavailable { .. } | Error::Busy { .. })),
        }
    }
    let kept = rig.replayed().await;
    let named = |number: &u8| kept.catalogue.tags.named(&format!("tag {number}")).is_some();
    assert_eq!((0..9).filter(named).collect::<BTreeSet<_>>(), made, "what was refused is not there");
    // A cut that nothing met is met now.
    drop(rig.run(tag("last")).await);
    rig.run(tag("very last")).await.unwrap();
    let before = rig.site();
    assert_eq!(rig.replayed().await, *before);
    assert_eq!(rig.restarted().await.site(), before);
}
