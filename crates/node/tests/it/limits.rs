//! How many commands wait.

use node::QUEUE_MAX;

use crate::commands::tag;
use crate::rig::Rig;

#[tokio::test]
async fn a_full_queue_answers_busy_and_takes_commands_again_later() {
    let rig = Rig::new().await;
    let first = rig.hold_up(tag("first")).await;
    let mut queued = Vec::new();
    for number in 0..QUEUE_MAX {
        queued.push(rig.queue(tag(&format!("tag {number}"))).await);
    }
    let refused = rig.run(tag("one too many")).await.unwrap_err();
    assert_eq!(refused, domain::Error::Busy { retry_after_seconds: 1 });

    rig.gate.pass(QUEUE_MAX);
    first.await.unwrap();
    for one in queued {
        one.await.unwrap();
    }
    rig.run(tag("one too many")).await.unwrap();
    assert_eq!(rig.site().catalogue.tags.len(), QUEUE_MAX + 2);
}
