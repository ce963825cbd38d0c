//! When checkpoints are written, and what of them.

use std::sync::Arc;
use std::time::Duration;

use node::NodeOptions;
use site::commands::CheckIns;
use store::testing::fake::CheckpointCut;
use tokio::time::Instant;

use crate::commands::tag;
use crate::rig::{Rig, pass};
use crate::steps::{check_in, lived};

/// How many checkpoints were written, how many failed, and how often tidying up failed.
fn counts(rig: &Rig) -> (u64, u64, u64) {
    let stats = &rig.node.stats().checkpoints;
    (stats.written.get(), stats.failed.get(), stats.tidying_failed.get())
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_is_written_half_a_minute_after_a_change_and_then_at_the_next() {
    let (rig, start) = (Rig::new().await, Instant::now());
    rig.run(tag("one")).await.unwrap();
    rig.gate.until_tidied(1).await;
    assert_eq!(start.elapsed().as_secs(), 30);
    let checkpoints = rig.checkpoints().await;
    let last = rig.log().await.pop().unwrap().record;
    let [info] = checkpoints[..] else { panic!("one checkpoint, not {checkpoints:?}") };
    assert_eq!((info.version, info.time, info.hash), (last.version, last.time, last.hash));

    pass(100).await;
    rig.run(tag("two")).await.unwrap();
    rig.gate.until_tidied(2).await;
    assert_eq!(start.elapsed().as_secs(), 160);
    assert_eq!(rig.checkpoints().await.last().unwrap().version, rig.version());
    assert_eq!(counts(&rig), (2, 0, 0));
}

#[tokio::test(start_paused = true)]
async fn none_is_written_when_nothing_has_changed() {
    let rig = Rig::new().await;
    rig.gate.until_tidied(1).await;
    pass(7200).await;
    let rig = rig.restarted().await;
    pass(7200).await;
    assert_eq!(counts(&rig), (0, 0, 0));
    let rig = rig.restarted().await;
    assert_eq!(counts(&rig), (0, 0, 0));
    assert_eq!(rig.checkpoints().await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_log_that_has_grown_enough_gets_one_at_once() {
    let seldom = Duration::from_secs(1_000_000);
    let options = NodeOptions { checkpoint_bytes: 1000, checkpoint_after: seldom, ..NodeOptions::default() };
    let (rig, start) = (Rig::with(options).await, Instant::now());
    let mut bytes = 0;
    let mut number = 0;
    while bytes <= 1000 {
        assert_eq!(rig.gate.tidied(), 0, "{bytes} bytes are not enough");
        number += 1;
        rig.run(tag(&format!("tag {number}"))).await.unwrap();
        bytes = rig.log().await.iter().map(|stored| stored.record.payload.len()).sum();
    }
    rig.gate.until_tidied(1).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(rig.checkpoints().await[0].version, rig.version());
}

#[tokio::test]
async fn a_clean_stop_writes_one() {
    let rig = Rig::new().await;
    lived(&rig, 40).await;
    let before = rig.site();
    let rig = rig.restarted().await;
    assert_eq!(rig.site(), before);
    assert_eq!(rig.replayed().await, *before);
    assert_eq!(rig.checkpoints().await.pop().unwrap().version, rig.version());
}

#[tokio::test(start_paused = true)]
async fn a_write_that_fails_is_tried_again_while_the_site_is_served() {
    let rig = Rig::new().await;
    for (number, cut) in
        [CheckpointCut::AfterBlobs(1), CheckpointCut::BeforeManifest, CheckpointCut::ManifestAnswerLost]
            .into_iter()
            .enumerate()
    {
        rig.run(tag(&format!("before {number}"))).await.unwrap();
        rig.disk.cut_next_checkpoint(cut);
        let written = rig.gate.tidied();
        pass(31).await;
        assert_eq!(counts(&rig), (written as u64, number as u64 + 1, 0), "{cut:?}");
        rig.run(tag(&format!("after {number}"))).await.unwrap();
        assert_eq!(rig.node.ready(), Ok(()));
        rig.gate.until_tidied(written + 1).await;
        assert_eq!(rig.checkpoints().await.last().unwrap().version, rig.version());
    }
    let before = rig.site();
    let rig = rig.crashed().await.unwrap();
    assert_eq!(rig.site(), before);
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_thin_out_is_counted_and_made_good_at_the_next() {
    let rig = Rig::new().await;
    for number in 0..4 {
        rig.run(tag(&format!("tag {number}"))).await.unwrap();
        rig.gate.until_tidied(number + 1).await;
        if number == 1 {
            rig.disk.cut_next_checkpoint(CheckpointCut::BeforeDrop);
        }
    }
    let versions: Vec<_> = rig.checkpoints().await.iter().map(|info| info.version.0).collect();
    assert_eq!(versions, [2, 4, 5], "the first of the hour, and the newest two");
    assert_eq!(counts(&rig), (4, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn commands_are_done_while_a_checkpoint_is_held_up_and_it_holds_what_was_before() {
    let rig = Rig::new().await;
    let version = rig.run(tag("one")).await.unwrap().version;
    rig.gate.writes.hold();
    rig.gate.writes.until_arrived(1).await;
    rig.run(tag("two")).await.unwrap();
    rig.run(tag("three")).await.unwrap();
    rig.gate.writes.pass(99);
    rig.gate.until_tidied(1).await;
    assert_eq!(rig.checkpoints().await[0].version, version);
    rig.gate.until_tidied(2).await;
    assert_eq!(rig.checkpoints().await[1].version, rig.version());
}

#[tokio::test]
async fn only_what_differs_is_written_also_after_a_start() {
    let mut rig = Rig::new().await;
    for first in (0..8000).step_by(1000) {
        let items = (first..first + 1000).map(|device| check_in(device, 1, true)).collect();
        rig.run(CheckIns::new(items)).await.unwrap();
    }
    for (name, most) in [("one", usize::MAX), ("two", 4), ("three", 4)] {
        rig.run(tag(name)).await.unwrap();
        let (before, gate) = (rig.site(), Arc::clone(&rig.gate));
        rig = rig.restarted().await;
        assert!((1..=most).contains(&gate.blobs()), "{} blobs for tag {name}", gate.blobs());
        assert_eq!(rig.site(), before);
    }
    assert_eq!(rig.replayed().await, *rig.site());
}
