//! The end of a node.

use crate::commands::tag;
use crate::rig::Rig;

#[tokio::test]
async fn what_has_queued_up_is_done_and_what_comes_later_is_not() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let queued = [rig.queue(tag("one")).await, rig.queue(tag("two")).await];
    let (stopped, ()) = tokio::join!(
        async {
            rig.node.stop().await;
            rig.run(tag("late")).await.unwrap_err()
        },
        async { rig.gate.pass(9) },
    );
    assert_eq!(stopped.code(), "unavailable");
    assert!(stopped.to_string().starts_with("the server is stopping; try again in"), "{stopped}");
    first.await.unwrap();
    for one in queued {
        one.await.unwrap();
    }
    assert!(rig.node.ready().is_err(), "a node that has stopped takes no writes");
    let before = rig.site();
    assert_eq!(before.catalogue.tags.len(), 3);
    assert_eq!(Rig::on(rig.disk.clone()).await.unwrap().site(), before);
}

#[tokio::test]
async fn reads_go_on_after_the_stop_and_a_second_stop_does_nothing() {
    let rig = Rig::new().await;
    rig.run(tag("one")).await.unwrap();
    rig.node.stop().await;
    rig.node.stop().await;
    assert_eq!(rig.site().catalogue.tags.len(), 1);
}
