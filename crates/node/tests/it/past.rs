//! Versions of moments, and the audit trail.

use domain::{SiteId, Version};

use crate::commands::tag;
use crate::rig::{Rig, SITE};
use crate::steps::{after, lived};

#[tokio::test]
async fn a_moment_has_the_version_of_the_last_record_that_is_not_later() {
    let rig = Rig::new().await;
    assert_eq!(rig.node.version_at(SITE, after(-1)).await, Ok(Version(0)));
    for (time, site) in lived(&rig, 30).await.iter() {
        assert_eq!(rig.node.version_at(SITE, time).await, Ok(site::State::version(&**site)));
    }
    assert_eq!(rig.node.version_at(SITE, after(9999)).await, Ok(rig.version()));
    assert_eq!(rig.node.version_at(SiteId::INSTANCE, after(9999)).await, Ok(Version(1)));
}

#[tokio::test]
async fn the_audit_trail_is_read_backwards_page_by_page() {
    let rig = Rig::new().await;
    for name in ["one", "two", "three"] {
        rig.run(tag(name)).await.unwrap();
    }
    let end = Version(u64::MAX);
    let newest = rig.node.audited_before(SITE, end, 2).await.unwrap();
    let versions: Vec<_> = newest.iter().map(|record| record.version.0).collect();
    assert_eq!(versions, [4, 3]);
    assert_eq!(newest[0].actor.as_str(), "ann");
    let older = rig.node.audited_before(SITE, newest[1].version, 9).await.unwrap();
    assert_eq!(older[0].version, Version(2));
    assert_eq!(rig.node.audited_before(SiteId(9), end, 1).await.unwrap_err().code(), "not_found");

    let own = rig.node.instance_audited_before(end, 9).await.unwrap();
    assert_eq!((own.len(), own[0].version), (1, Version(1)));
}
