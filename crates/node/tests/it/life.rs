//! A node from its first start to the next.

use domain::{Change, SiteId, Version};
use node::{DEFAULT_SITE, StartError};
use site::queries::devices;
use site::{Site, State};
use tokio::time::timeout;

use crate::commands::{JudgedBy, tag};
use crate::rig::{LONG, Rig, SITE, request};
use crate::steps::lived;

#[tokio::test]
async fn the_first_start_makes_the_default_site_and_the_next_one_finds_it() {
    let rig = Rig::new().await;
    assert_eq!(rig.node.instance().site_named(DEFAULT_SITE).unwrap().id, SITE);
    assert!(rig.site().is_founded());
    assert_eq!(rig.node.ready(), Ok(()));
    let (instance, site) = (rig.node.instance(), rig.site());

    let rig = rig.restarted().await;
    assert_eq!(rig.node.instance(), instance);
    assert_eq!(rig.site(), site);
}

#[tokio::test]
async fn what_was_answered_is_seen_by_the_next_read_and_by_the_next_start() {
    let rig = Rig::new().await;
    let mut version = rig.version();
    for name in ["one", "two", "three"] {
        let done = rig.run(tag(name)).await.unwrap();
        version = version.next();
        assert_eq!((done.version, rig.version()), (version, version));
        assert_eq!(rig.site().catalogue.tags.get(done.outcome).unwrap().fields.name.as_str(), name);
        assert_eq!(done.state, rig.site());
    }
    let before = rig.site();
    let rig = rig.restarted().await;
    assert_eq!(rig.site(), before);
    let versions: Vec<_> = rig.log().await.iter().map(|stored| stored.record.version).collect();
    assert_eq!(versions, (1..=version.0).map(Version).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_start_with_another_evaluator_judges_all_devices_anew_once() {
    let rig = Rig::new().await;
    rig.run(JudgedBy(rules::EVALUATOR + 1)).await.unwrap();
    let left = rig.version();
    let rig = rig.restarted().await;
    assert_eq!(rig.version(), left.next());
    let log = rig.log().await;
    let last = Site::decode(&log.last().unwrap().record.payload).unwrap();
    assert_eq!(last.changes, [Change::Reclassified { evaluator: rules::EVALUATOR }]);
    assert_eq!(last.actor.as_str(), "fleetmark");
    let rig = rig.restarted().await;
    assert_eq!(rig.version(), left.next());
}

#[tokio::test]
async fn a_refused_command_makes_no_version() {
    let rig = Rig::new().await;
    rig.run(tag("one")).await.unwrap();
    let (before, commits) = (rig.site(), rig.gate.arrived());
    let refused = rig.run(tag("ONE")).await.unwrap_err();
    assert_eq!(refused.code(), "name_taken");
    assert_eq!((rig.site(), rig.gate.arrived()), (before, commits));
}

#[tokio::test]
async fn a_site_that_is_not_there_takes_no_command() {
    let rig = Rig::new().await;
    let refused = rig.node.run(SiteId(9), request(), tag("one")).await.unwrap_err();
    assert_eq!(refused.code(), "not_found");
    assert!(rig.node.site(SiteId(9)).is_none());
}

#[tokio::test]
async fn an_altered_record_keeps_the_node_from_starting_and_is_named() {
    for (site, version) in [(SITE, Version(2)), (SiteId::INSTANCE, Version(1))] {
        let rig = Rig::new().await;
        rig.run(tag("one")).await.unwrap();
        rig.run(tag("two")).await.unwrap();
        assert!(rig.disk.tamper(site, version));
        let Err(StartError::Chain { site: named, version: at }) = rig.crashed().await.map(drop) else {
            panic!("an altered log was served");
        };
        assert_eq!((named, at), (site, version));
    }
}

#[tokio::test]
async fn an_empty_instance_has_one_record_and_the_site_one() {
    let rig = Rig::new().await;
    assert_eq!((rig.node.instance().version(), rig.version()), (Version(1), Version(1)));
}

#[tokio::test]
async fn a_log_that_has_lost_its_tail_keeps_the_node_from_starting() {
    let rig = Rig::new().await;
    let last = rig.run(tag("one")).await.unwrap().version;
    assert!(rig.disk.lose_last(SITE));
    let Err(StartError::Chain { site, version }) = rig.crashed().await.map(drop) else {
        panic!("a log without its tail was served");
    };
    assert_eq!((site, version), (SITE, last));
}

#[tokio::test]
async fn after_a_start_the_names_of_devices_are_looked_at() {
    let rig = Rig::new().await;
    lived(&rig, 60).await;
    let rig = rig.restarted().await;
    let known = async {
        while !devices::are_names_known(&rig.site()) {
            tokio::task::yield_now().await;
        }
    };
    timeout(LONG, known).await.expect("it does not wait for a list");
}
