//! Following a site's log, and what the instance's has about it.

use std::sync::Arc;

use domain::{Error, Noun, Period, SiteId, Version};
use site::instance::commands::ChangeSite;
use site::queries::changes::sites_of;
use site::{InstanceRecord, State as _};
use store::Store;
use tokio::time::timeout;

use crate::commands::tag;
use crate::rig::{LONG, Rig, SITE, request};

async fn change(rig: &Rig, id: SiteId, hours: u32) {
    let retention = Some(Some(Period::new(&format!("{hours}h")).unwrap()));
    rig.node.run_instance(request(), ChangeSite { id, retention, ..ChangeSite::default() }).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_is_published_wakes_who_waits_for_it_and_is_read_behind_what_was_seen() {
    let rig = Rig::with_sites(2).await;
    let news = rig.node.news(SITE).unwrap();
    let (site, instance) = (rig.version(), rig.node.instance().version());
    let nothing = timeout(LONG, news.beyond(site, instance)).await;
    assert!(nothing.is_err(), "nothing has happened");
    let waiting = tokio::spawn({
        let news = news.clone();
        async move { news.beyond(site, instance).await }
    });
    tokio::task::yield_now().await;
    rig.run(tag("one")).await.unwrap();
    timeout(LONG, waiting).await.expect("it is woken").unwrap();
    rig.run(tag("two")).await.unwrap();
    let records = rig.node.records_after(SITE, site, 9).await.unwrap().unwrap();
    assert_eq!(
        records.iter().map(|linked| linked.record.version).collect::<Vec<_>>(),
        [site.next(), site.next().next()]
    );
    let one = rig.node.records_after(SITE, site, 1).await.unwrap().unwrap();
    assert_eq!(one, records[..1]);
    assert_eq!(rig.node.records_after(SITE, rig.version(), 9).await, Ok(Some(Vec::new())));
    for linked in &records {
        assert_eq!(rig.node.hash_at(SITE, linked.record.version).await, Ok(Some(linked.hash)));
    }
    for none in [Version(0), rig.version().next()] {
        assert_eq!(rig.node.hash_at(SITE, none).await, Ok(None));
    }
    // Tokens and settings stand in the instance's log; it is the news of every site.
    let site = rig.version();
    change(&rig, SiteId(2), 5).await;
    timeout(LONG, news.beyond(site, instance)).await.expect("the instance has changed");
    let missing = Error::not_found(Noun::Site, SiteId(9));
    assert_eq!(rig.node.records_after(SiteId(9), Version(0), 1).await, Err(missing.clone()));
    assert_eq!(rig.node.news(SiteId(9)).err(), Some(missing));
    assert_eq!(rig.node.epoch().await.unwrap(), rig.gate.epoch().await.unwrap());
}

/// The instance's records about a site, newest first, by a look at all.
async fn about(rig: &Rig, site: SiteId) -> Vec<Arc<InstanceRecord>> {
    let instance = rig.node.instance();
    let read = rig.gate.records_since(SiteId::INSTANCE, Version(0), usize::MAX).await.unwrap();
    let records = read.iter().map(|stored| site::Instance::decode(&stored.record.payload).unwrap());
    let is_about = |record: &InstanceRecord| {
        let about = |change| sites_of(&instance, record.version, change).any(|about| about == site);
        record.changes.iter().any(about)
    };
    let mut about: Vec<_> = records.filter(is_about).map(Arc::new).collect();
    about.reverse();
    about
}

#[tokio::test(start_paused = true)]
async fn what_the_instance_has_about_a_site_is_found_however_much_it_has_about_others() {
    let rig = Rig::with_sites(3).await;
    for round in 0..3 {
        for number in 0..150 {
            // A run of one site's, and few of another's among many.
            let site = if number % 70 == 3 { SiteId(3) } else { SiteId(1 + number / 75) };
            change(&rig, site, 1 + round * 150 + number).await;
        }
        for site in 1..=4 {
            let found = rig.node.instance_changes(SiteId(site)).await.unwrap();
            assert_eq!(found, about(&rig, SiteId(site)).await, "site {site}");
        }
    }
    rig.gate.set_unreadable(true);
    assert!(matches!(rig.node.instance_changes(SITE).await, Err(Error::Unavailable { .. })));
}
