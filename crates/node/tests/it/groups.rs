//! Many commands at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Error, Version};
use store::MAX_RECORD_BYTES;

use crate::commands::{Noted, Panics, tag, too_large};
use crate::rig::{Notes, Rig, SITE, request};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundreds_of_commands_are_all_answered_in_fewer_commits() {
    const COMMANDS: usize = 600;
    let rig = Arc::new(Rig::new().await);
    let base = rig.version().0;
    let first = rig.hold_up(tag("first")).await;
    let commits = rig.gate.arrived();
    let clients: Vec<_> = (0..COMMANDS)
        .map(|number| {
            let rig = Arc::clone(&rig);
            tokio::spawn(async move { rig.run(tag(&format!("tag {number}"))).await.unwrap() })
        })
        .collect();
    rig.gate.pass(COMMANDS + 1);
    first.await.unwrap();
    let mut versions = BTreeSet::new();
    for client in clients {
        let done = client.await.unwrap();
        assert!(done.state.catalogue.tags.get(done.outcome).is_some());
        versions.insert(done.version.0);
    }
    let last = base + 1 + COMMANDS as u64;
    assert_eq!(versions, (base + 2..=last).collect(), "each command made one version, without gaps");
    assert_eq!(rig.version(), Version(last));
    assert!(rig.gate.arrived() - commits < COMMANDS, "{} commits", rig.gate.arrived() - commits);
}

#[tokio::test]
async fn what_queues_up_during_a_commit_is_one_group_and_sees_what_came_before_in_it() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let (one, same, two) =
        (rig.queue(tag("one")).await, rig.queue(tag("One")).await, rig.queue(tag("two")).await);
    let commits = rig.gate.arrived();
    rig.gate.pass(2);
    first.await.unwrap();
    let one = one.await.unwrap();
    assert_eq!(
        same.await.unwrap_err(),
        Error::NameTaken { noun: domain::Noun::Tag, name: "one".into(), id: one.outcome.0 }
    );
    assert_eq!(two.await.unwrap().version, one.version.next());
    assert_eq!(rig.gate.arrived(), commits + 1);
}

#[tokio::test]
async fn a_reader_sees_nothing_of_a_commit_that_is_not_durable_yet() {
    let rig = Rig::new().await;
    let before = rig.site();
    let first = rig.hold_up(tag("first")).await;
    assert_eq!(rig.site(), before);
    rig.gate.pass(1);
    first.await.unwrap();
    assert!(rig.site().catalogue.tags.named("first").is_some());
    assert!(before.catalogue.tags.is_empty(), "a snapshot stays as it was");
}

#[tokio::test]
async fn a_command_that_panics_is_answered_and_the_others_of_its_group_are_done() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let one = rig.queue(tag("one")).await;
    let panics = rig.queue(Panics).await;
    let two = rig.queue(tag("two")).await;
    rig.gate.pass(9);
    first.await.unwrap();
    assert_eq!(panics.await.unwrap_err().code(), "internal");
    let (one, two) = (one.await.unwrap().version, two.await.unwrap().version);
    assert_eq!((one.next(), two), (two, rig.version()));
    let before = rig.site();
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn a_record_that_is_too_large_is_refused_and_the_others_of_its_group_are_done() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let one = rig.queue(tag("one")).await;
    let large = rig.queue(too_large()).await;
    let two = rig.queue(tag("two")).await;
    rig.gate.pass(9);
    first.await.unwrap();
    let refused = large.await.unwrap_err();
    assert_eq!(refused.code(), "record_bytes");
    assert!(refused.to_string().contains(&MAX_RECORD_BYTES.to_string()));
    assert_eq!(one.await.unwrap().version.next(), two.await.unwrap().version);
    assert!(rig.site().fleet.is_empty(), "nothing of it is left");
    let before = rig.site();
    assert_eq!(rig.restarted().await.site(), before);
}

#[tokio::test]
async fn a_command_whose_client_has_gone_before_its_turn_is_not_done() {
    let rig = Rig::new().await;
    let notes = Notes::default();
    let first = rig.hold_up(tag("first")).await;
    drop(rig.queue(tag("abandoned")).await);
    drop(rig.queue(Noted("abandoned", notes.clone())).await);
    let last = rig.queue(Noted("kept", notes.clone())).await;
    rig.gate.pass(9);
    first.await.unwrap();
    last.await.unwrap();
    assert_eq!(notes.all(), ["kept"]);
    assert!(rig.site().catalogue.tags.named("abandoned").is_none());
}

#[tokio::test]
async fn a_command_without_changes_is_answered_without_a_commit() {
    let rig = Rig::new().await;
    let (version, commits) = (rig.version(), rig.gate.arrived());
    let done = rig.node.run(SITE, request(), Noted("looked", Notes::default())).await.unwrap();
    assert_eq!((done.version, rig.version(), rig.gate.arrived()), (version, version, commits));
}
