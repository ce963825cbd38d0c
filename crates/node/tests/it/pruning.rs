//! What a site's retention leaves of its history.

use std::sync::Arc;

use domain::{Error, SiteId, Version};
use node::NodeOptions;
use store::testing::fake::CheckpointCut;
use store::{Store, StoreError};
use tokio::time::timeout;

use crate::commands::tag;
use crate::rig::{LONG, Rig, SITE, pass, request};
use crate::steps::{Moments, after, lived};

/// The first record whose payload is left.
async fn first_left(rig: &Rig) -> Version {
    match rig.gate.records_since(SITE, Version(0), 1).await {
        Ok(records) => records[0].record.version,
        Err(StoreError::Pruned { through, .. }) => through.next(),
        Err(error) => panic!("{error}"),
    }
}

/// A day in which forty things happened each hour, with a start every hour, at which history is pruned.
async fn a_day(mut rig: Rig) -> (Rig, Moments) {
    let mut moments = Moments::default();
    for _ in 0..24 {
        for (_, site) in lived(&rig, 40).await.iter() {
            moments.add(site.clone());
        }
        rig.clock.forward(3560);
        rig = rig.restarted().await;
        pass(1).await;
    }
    (rig, moments)
}

#[tokio::test(start_paused = true)]
async fn a_site_without_a_retention_keeps_everything() {
    let (rig, moments) = a_day(Rig::new().await).await;
    assert_eq!(first_left(&rig).await, Version(1));
    for (time, site) in moments.iter() {
        assert_eq!(rig.node.site_at(SITE, time).await.as_ref(), Ok(site));
    }
}

#[tokio::test(start_paused = true)]
async fn a_retention_prunes_up_to_the_newest_checkpoint_that_is_as_old() {
    let rig = Rig::new().await;
    rig.set_retention("1h").await;
    let (rig, moments) = a_day(rig).await;
    let checkpoints = rig.checkpoints().await;
    let base = checkpoints[0];
    let horizon = rig.node.now().plus_millis(-3_600_000);
    assert!(base.time <= horizon && checkpoints[1..].iter().all(|info| info.time > horizon));
    assert_eq!(first_left(&rig).await, base.version.next());
    let before = Version(base.version.0 - 1);
    assert_eq!(rig.node.records_after(SITE, before, 1).await, Ok(None), "who followed so far back is told");
    assert!(rig.node.records_after(SITE, base.version, 1).await.is_ok_and(|read| read.is_some()));

    let rig = rig.crashed().await.unwrap();
    for (time, site) in moments.iter() {
        let pruned = Err(Error::Pruned { before: base.time });
        let expected = if time < base.time { pruned } else { Ok(Arc::clone(site)) };
        assert_eq!(rig.node.site_at(SITE, time).await, expected, "{time}");
    }
    let nothing = rig.node.site_at(SITE, after(-1)).await.unwrap();
    assert!(!nothing.is_founded(), "that there was nothing before the founding is still known");
    store::verify(&*rig.gate, SITE).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_retention_that_is_set_is_kept_at_once() {
    let rig = Rig::new().await;
    lived(&rig, 40).await;
    rig.gate.until_tidied(1).await;
    let base = rig.checkpoints().await[0].version;
    rig.clock.forward(7200);
    rig.set_retention("3h").await;
    pass(1).await;
    assert_eq!(first_left(&rig).await, Version(1));
    rig.set_retention("2h").await;
    pass(1).await;
    assert_eq!(first_left(&rig).await, base.next());
}

#[tokio::test(start_paused = true)]
async fn what_was_pruned_is_not_shown_though_it_was_at_hand() {
    let rig = Rig::new().await;
    rig.set_retention("1h").await;
    let moments = lived(&rig, 40).await;
    rig.gate.until_tidied(1).await;
    let (time, site) = moments.iter().nth(5).unwrap();
    rig.clock.forward(7200);
    lived(&rig, 9).await;
    // The next look at the retention is a little less than an hour after the first checkpoint.
    pass(3400).await;
    assert_eq!(rig.node.site_at(SITE, time).await.as_ref(), Ok(site));
    pass(299).await;
    let before = rig.checkpoints().await[0].time;
    assert_eq!(rig.node.site_at(SITE, time).await, Err(Error::Pruned { before }));
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_that_cannot_be_restored_is_no_ground_to_prune_on() {
    let rig = Rig::new().await;
    rig.set_retention("1h").await;
    lived(&rig, 40).await;
    rig.gate.until_tidied(1).await;
    let info = rig.checkpoints().await[0];
    let manifest = rig.gate.read_manifest(SITE, info.version).await.unwrap().unwrap();
    assert!(rig.disk.tamper_blob(SITE, manifest.blobs[0]));
    rig.clock.forward(7200);
    pass(7200).await;
    assert_eq!(first_left(&rig).await, Version(1));
    assert_eq!(rig.node.stats().checkpoints.tidying_failed.get(), 0);
}

/// A life of which the first forty steps are in a checkpoint, with two hours to the other forty.
async fn two_hours() -> (Rig, Moments, Moments) {
    let rig = Rig::new().await;
    let older = lived(&rig, 40).await;
    rig.gate.until_tidied(1).await;
    rig.clock.forward(7200);
    let later = lived(&rig, 40).await;
    (rig, older, later)
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_shown_while_the_rest_is_being_pruned() {
    let (rig, older, later) = two_hours().await;
    let base = rig.checkpoints().await[0].time;
    rig.gate.prunes.hold();
    rig.set_retention("1h").await;
    rig.gate.prunes.until_arrived(1).await;
    for (time, site) in later.iter().skip(1) {
        let shown = timeout(LONG, rig.node.site_at(SITE, time)).await.expect("nothing is held up");
        assert_eq!(shown.as_ref(), Ok(site));
    }
    let (time, _) = older.iter().nth(9).unwrap();
    assert_eq!(rig.node.site_at(SITE, time).await, Err(Error::Pruned { before: base }));
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_is_shown_after_a_pruning_that_came_half_way() {
    let (rig, older, later) = two_hours().await;
    rig.gate.until_tidied(2).await;
    let (time, _) = older.iter().nth(5).unwrap();
    rig.node.site_at(SITE, time).await.unwrap();
    rig.disk.cut_next_checkpoint(CheckpointCut::AfterPruned(20));
    rig.set_retention("1h").await;
    pass(1).await;
    assert_eq!(rig.node.stats().checkpoints.tidying_failed.get(), 1);
    for (time, site) in later.iter().skip(1) {
        assert_eq!(rig.node.site_at(SITE, time).await.as_ref(), Ok(site), "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_pruning() {
    let (rig, ..) = two_hours().await;
    rig.gate.prunes.hold();
    rig.set_retention("1h").await;
    rig.gate.prunes.until_arrived(1).await;
    timeout(LONG, rig.node.stop()).await.expect("it is given up");
    let version = rig.version();
    let rig = rig.restarted().await;
    assert_eq!(rig.checkpoints().await.last().unwrap().version, version);
    pass(1).await;
    assert_eq!(first_left(&rig).await, rig.checkpoints().await[0].version.next());
}

#[tokio::test(start_paused = true)]
async fn a_log_that_always_has_enough_to_write_is_pruned_in_between() {
    let options = NodeOptions { checkpoint_bytes: 0, ..NodeOptions::default() };
    let rig = Rig::with(options).await;
    lived(&rig, 40).await;
    rig.clock.forward(7200);
    rig.gate.writes.hold();
    let writes = rig.gate.writes.arrived();
    rig.run(tag("one")).await.unwrap();
    rig.gate.writes.until_arrived(writes + 1).await;
    rig.run(tag("two")).await.unwrap();
    rig.set_retention("1h").await;
    rig.gate.writes.pass(1);
    timeout(LONG, rig.gate.prunes.until_arrived(1)).await.expect("the next checkpoint is held up");
}

#[tokio::test(start_paused = true)]
async fn two_sites_at_most_are_written_or_pruned_at_once() {
    let rig = Rig::with_sites(4).await;
    for site in 1..=4 {
        rig.node.run(SiteId(site), request(), tag("one")).await.unwrap();
    }
    rig.gate.writes.hold();
    pass(100).await;
    assert_eq!(rig.gate.writes.arrived(), 2);
    rig.gate.writes.pass(9999);
    rig.gate.until_tidied(4).await;
}
