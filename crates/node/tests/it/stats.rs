//! What the node counts of its own work.

use domain::Error;
use store::testing::fake::Cut;

use crate::commands::{Panics, tag};
use crate::rig::Rig;

#[tokio::test]
async fn a_group_is_one_commit_of_its_commands() {
    let rig = Rig::new().await;
    let stats = rig.node.stats();
    let (records, bytes, groups) =
        (stats.records.get(), stats.record_bytes.get(), stats.group_commands.get());
    let first = rig.hold_up(tag("first")).await;
    let group = [rig.queue(tag("one")).await, rig.queue(tag("ONE")).await, rig.queue(tag("two")).await];
    assert_eq!(rig.node.queued(), 3);
    rig.gate.pass(2);
    first.await.unwrap();
    for one in group {
        drop(one.await);
    }
    assert_eq!(rig.node.queued(), 0);
    // The refused command was in the group too, without a record.
    assert_eq!(stats.records.get(), records + 3);
    assert!(stats.record_bytes.get() > bytes);
    let after = stats.group_commands.get();
    assert_eq!(after.sum, groups.sum + 4);
    let commits = |buckets: &[(u64, u64)]| buckets.iter().map(|(_, count)| count).sum::<u64>();
    assert_eq!(commits(&after.buckets), commits(&groups.buckets) + 2);
    assert_eq!(commits(&stats.commit_micros.get().buckets), commits(&after.buckets));
}

#[tokio::test]
async fn what_was_not_done_is_counted_by_its_reason() {
    let rig = Rig::new().await;
    let stats = rig.node.stats();
    let records = stats.records.get();
    rig.disk.cut_next(Cut::BeforeAppend);
    assert!(matches!(rig.run(tag("one")).await, Err(Error::Unavailable { .. })));
    assert_eq!(rig.run(Panics).await.unwrap_err(), Error::Internal);
    assert_eq!((stats.failed_commits.get(), stats.unavailable.get(), stats.panics.get()), (1, 1, 1));
    rig.node.stop().await;
    assert!(matches!(rig.run(tag("two")).await, Err(Error::Unavailable { .. })));
    assert_eq!((stats.unavailable.get(), stats.records.get(), stats.busy.get()), (2, records, 0));
}
