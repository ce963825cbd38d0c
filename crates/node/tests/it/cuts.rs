//! Every way in which a commit can be cut off: answers are honest, and the node goes on without a restart.

use domain::{Error, Noun};
use store::testing::fake::Cut;

use crate::commands::tag;
use crate::rig::Rig;

/// The cuts inside the transaction of a group of three, all of which lose it.
const LOST: [Cut; 5] = [
    Cut::BeforeAppend,
    Cut::AfterRecords(0),
    Cut::AfterRecords(1),
    Cut::AfterRecords(3),
    Cut::BeforeVersionMoves,
];

#[tokio::test]
async fn a_group_that_is_lost_is_refused_changes_nothing_and_is_done_at_the_next_try() {
    for cut in LOST {
        let rig = Rig::new().await;
        let first = rig.hold_up(tag("first")).await;
        let group = [rig.queue(tag("one")).await, rig.queue(tag("two")).await, rig.queue(tag("three")).await];
        rig.gate.pass(1);
        first.await.unwrap();
        rig.gate.until_arrived(4).await;
        let before = rig.site();
        rig.disk.cut_next(cut);
        rig.gate.pass(99);
        for one in group {
            let refused = one.await.unwrap_err();
            let reason = "the store does not take writes (store_io)".to_owned();
            assert_eq!(refused, Error::Unavailable { reason, retry_after_seconds: 5 }, "{cut:?}");
        }
        assert_eq!(rig.site(), before, "{cut:?}");
        assert_eq!(rig.node.ready(), Err("the store does not take writes (store_io)".to_owned()));

        for name in ["one", "two", "three"] {
            rig.run(tag(name)).await.unwrap();
        }
        assert_eq!(rig.node.ready(), Ok(()));
        let before = rig.site();
        assert_eq!(rig.log().await.len() as u64, rig.version().0);
        assert_eq!(rig.restarted().await.site(), before, "{cut:?}");
    }
}

#[tokio::test]
async fn a_group_that_landed_though_its_answer_was_lost_is_answered_as_done() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let group = [rig.queue(tag("one")).await, rig.queue(tag("two")).await];
    rig.gate.pass(1);
    first.await.unwrap();
    rig.gate.until_arrived(4).await;
    rig.disk.cut_next(Cut::AnswerLost);
    rig.gate.pass(99);
    for one in group {
        let done = one.await.unwrap();
        assert!(done.state.catalogue.tags.get(done.outcome).is_some());
    }
    assert_eq!(rig.node.ready(), Ok(()));
    rig.run(tag("three")).await.unwrap();
    let before = rig.site();
    assert_eq!(rig.log().await.len() as u64, rig.version().0);
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn trouble_is_over_once_a_commit_has_landed_though_its_answer_was_lost() {
    let rig = Rig::new().await;
    rig.disk.cut_next(Cut::BeforeAppend);
    rig.run(tag("one")).await.unwrap_err();
    assert!(rig.node.ready().is_err());
    rig.disk.cut_next(Cut::AnswerLost);
    rig.run(tag("one")).await.unwrap();
    assert_eq!(rig.node.ready(), Ok(()));
}

#[tokio::test]
async fn a_command_that_changes_nothing_does_not_end_the_trouble() {
    let rig = Rig::new().await;
    rig.run(tag("one")).await.unwrap();
    rig.disk.cut_next(Cut::BeforeAppend);
    rig.run(tag("two")).await.unwrap_err();
    assert_eq!(rig.run(tag("one")).await.unwrap_err().code(), "name_taken");
    assert!(rig.node.ready().is_err());
}

#[tokio::test]
async fn nothing_is_decided_while_the_fate_of_a_commit_is_unknown() {
    for (cut, landed) in [(Cut::AnswerLost, true), (Cut::BeforeVersionMoves, false)] {
        let rig = Rig::new().await;
        let before = rig.site();
        rig.disk.cut_next(cut);
        rig.gate.set_unreadable(true);
        // Neither "done" nor "not done" would be honest; the client comes again.
        assert_eq!(rig.run(tag("one")).await.unwrap_err().code(), "unavailable");
        let commits = rig.gate.arrived();
        assert_eq!(rig.run(tag("two")).await.unwrap_err().code(), "unavailable");
        assert_eq!((rig.gate.arrived(), rig.site()), (commits, before));
        assert_eq!(rig.node.ready(), Err("the store does not take writes (store_io)".to_owned()));

        rig.gate.set_unreadable(false);
        let again = rig.run(tag("one")).await;
        match again {
            Ok(done) => assert!(!landed && done.state.catalogue.tags.get(done.outcome).is_some()),
            Err(error) => assert!(landed && matches!(error, Error::NameTaken { noun: Noun::Tag, .. })),
        }
        assert_eq!(rig.site().catalogue.tags.len(), 1, "{cut:?}");
        rig.run(tag("two")).await.unwrap();
        assert_eq!(rig.node.ready(), Ok(()));
        let before = rig.site();
        assert_eq!(rig.restarted().await.site(), before);
    }
}

#[tokio::test]
async fn a_store_that_was_closed_takes_no_writes_and_reads_go_on() {
    let rig = Rig::new().await;
    rig.run(tag("one")).await.unwrap();
    store::Store::close(&*rig.gate).await;
    let refused = rig.run(tag("two")).await.unwrap_err();
    assert_eq!(refused.to_string(), "the store does not take writes (store_closed); try again in 5 s");
    assert_eq!(rig.site().catalogue.tags.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_nobody_writes_to_finds_out_by_itself_that_its_store_is_back() {
    let rig = Rig::new().await;
    rig.disk.cut_next(Cut::BeforeAppend);
    rig.run(tag("one")).await.unwrap_err();
    assert!(rig.node.ready().is_err());
    // The clock is paused: it jumps when all wait.
    tokio::time::timeout(std::time::Duration::from_secs(6), std::future::pending::<()>()).await.unwrap_err();
    assert_eq!(rig.node.ready(), Ok(()));
    rig.run(tag("one")).await.unwrap();
}
