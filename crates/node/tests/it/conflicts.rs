//! Another writer on the same log.

use bytes::Bytes;
use domain::{Owner, Version};
use site::{Command, Context, Site, State};
use store::{Commit, CommitId, Outcome, Record, Store, link};
use uuid::Uuid;

use crate::commands::tag;
use crate::rig::{Rig, SITE};

/// Has a command done as another node would, behind the back of this one.
pub async fn elsewhere(rig: &Rig, mut command: impl Command<Site>) -> Outcome {
    let log = rig.log().await;
    let mut site = Site::default();
    log.iter().for_each(|stored| site.replay(&Site::decode(&stored.record.payload).unwrap()));
    let (actor, base) = (Owner::new("joe").unwrap(), site.version());
    let context = Context { actor, now: site.time(), request_id: "8-b".into() };
    let changes = command.decide(&site, &context).unwrap();
    let record = site.apply(&context, changes, None);
    let payload = Bytes::from(Site::encode(&record));
    let hash = link(&log.last().unwrap().record.hash, &payload);
    let records = vec![Record { version: record.version, time: record.time, payload, hash, audited: true }];
    let id = CommitId(Uuid::from_u128(base.0.into()));
    rig.gate.store().commit(Commit { site: SITE, base, id, records }).await
}

#[tokio::test]
async fn a_command_that_comes_second_is_decided_anew_on_what_the_other_wrote() {
    let rig = Rig::new().await;
    assert!(matches!(elsewhere(&rig, tag("one")).await, Outcome::Committed));
    assert!(matches!(elsewhere(&rig, tag("two")).await, Outcome::Committed));
    assert_eq!(rig.version(), Version(1), "nothing of it is known here yet");
    assert_eq!(rig.run(tag("ONE")).await.unwrap_err().code(), "name_taken");
    assert_eq!(rig.version(), Version(3));
    assert!(matches!(elsewhere(&rig, tag("three")).await, Outcome::Committed));
    assert_eq!(rig.run(tag("four")).await.unwrap().version, Version(5));
    assert_eq!(rig.node.ready(), Ok(()));
    let before = rig.site();
    assert_eq!(before.catalogue.tags.len(), 4);
    assert_eq!(rig.restarted().await.site(), before);
}
