//! The audit trail, and which version a site had at a moment.

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};

use super::{Place, committed, open, reopen};
use crate::{
    Blob, Commit, Head, MAX_RECORD_BYTES, PAGE_BYTES, Store,
    testing::{commit_on, manifest_on},
};

const SITE: SiteId = SiteId(5);

/// A commit whose records belong to the trail where the pattern has an `a`.
fn marked(on: &Head, pattern: &str) -> Commit {
    let mut commit = commit_on(on, pattern.chars().map(|_| "payload"));
    for (record, mark) in commit.records.iter_mut().zip(pattern.chars()) {
        record.audited = mark == 'a';
    }
    commit
}

async fn prune(store: &dyn Store, head: &Head, through: u64) {
    let blobs = [Blob::new("state")];
    let manifest = manifest_on(head, &blobs);
    assert_eq!(store.write_blobs(head.site, blobs.into()).await, Ok(()));
    assert_eq!(store.write_manifest(manifest).await, Ok(()));
    assert_eq!(store.prune(head.site, Version(through)).await, Ok(()));
}

async fn trail(store: &dyn Store, before: u64, limit: usize) -> Vec<u64> {
    match store.audited_before(SITE, Version(before), limit).await {
        Ok(page) => page.iter().map(|stored| stored.record.version.0).collect(),
        Err(error) => panic!("the audit trail is read: {error}"),
    }
}

async fn version_at(store: &dyn Store, millis: i64) -> u64 {
    match store.version_at(SITE, Timestamp::from_millis(millis)).await {
        Ok(version) => version.0,
        Err(error) => panic!("the version is found: {error}"),
    }
}

/// Over several commits, some without a record of the trail, and over a restart.
pub async fn the_audit_trail_is_read_newest_first(place: &dyn Place) {
    let mut store = open(place).await;
    let mut head = Head::start_of(SITE);
    for pattern in ["--", "-a", "a--", "---", "-", "aa", "-"] {
        head = committed(&*store, marked(&head, pattern)).await;
        store = reopen(place, store).await;
    }
    assert_eq!(trail(&*store, u64::MAX, 10).await, [13, 12, 5, 4]);
    assert_eq!(trail(&*store, 13, 10).await, [12, 5, 4]);
    assert_eq!(trail(&*store, 11, 10).await, [5, 4]);
    assert_eq!(trail(&*store, 4, 10).await, [0; 0]);
    assert_eq!(trail(&*store, 0, 10).await, [0; 0]);
}

/// Whole, as the log has them.
pub async fn records_of_the_trail_are_those_of_the_log(place: &dyn Place) {
    let store = open(place).await;
    let patterns = ["-a-a-", "a------a", "-------a-", "--------", "-a-----aa-------a"];
    let mut head = Head::start_of(SITE);
    for pattern in patterns {
        head = committed(&*store, marked(&head, pattern)).await;
    }
    let mut log = super::all_records(&*store, SITE).await;
    let marks: String = log.iter().map(|stored| if stored.record.audited { 'a' } else { '-' }).collect();
    assert_eq!(marks, patterns.concat());
    log.retain(|stored| stored.record.audited);
    log.reverse();
    assert_eq!(store.audited_before(SITE, Version(99), 99).await, Ok(log));
}

/// The next page goes on before the last version of this one.
pub async fn a_page_of_the_trail_ends_at_its_limits(place: &dyn Place) {
    let store = open(place).await;
    let half = Bytes::from(vec![1; PAGE_BYTES / 2]);
    let whole = Bytes::from(vec![2; PAGE_BYTES.min(MAX_RECORD_BYTES)]);
    let mut commit = commit_on(&Head::start_of(SITE), [whole, half.clone(), half, Bytes::from("small")]);
    commit.records.iter_mut().for_each(|record| record.audited = true);
    committed(&*store, commit).await;
    assert_eq!(trail(&*store, 9, 2).await, [4, 3]);
    assert_eq!(trail(&*store, 9, 0).await, [0; 0]);
    assert_eq!(trail(&*store, 9, 100).await, [4, 3]);
    assert_eq!(trail(&*store, 3, 100).await, [2]);
    assert_eq!(trail(&*store, 2, 100).await, [1]);
}

/// A site's trail has nothing of its neighbours'.
pub async fn the_trails_of_sites_are_their_own(place: &dyn Place) {
    let store = open(place).await;
    for (site, pattern) in [(SITE.0 - 1, "aa"), (SITE.0, "-a"), (SITE.0 + 1, "aaa")] {
        committed(&*store, marked(&Head::start_of(SiteId(site)), pattern)).await;
    }
    assert_eq!(trail(&*store, u64::MAX, 10).await, [2]);
    assert_eq!(store.audited_before(SiteId(99), Version(9), 10).await, Ok(vec![]));
}

/// Also when all of it was pruned, and when what follows does not belong to it.
pub async fn the_trail_ends_where_the_log_was_pruned(place: &dyn Place) {
    let store = open(place).await;
    let head = committed(&*store, marked(&Head::start_of(SITE), "a-aa-")).await;
    prune(&*store, &head, 3).await;
    assert_eq!(trail(&*store, 9, 10).await, [4]);
    prune(&*store, &head, 5).await;
    assert_eq!(trail(&*store, 9, 10).await, [0; 0]);
    assert_eq!(trail(&*store, 3, 10).await, [0; 0]);
    committed(&*store, marked(&head, "-a-")).await;
    assert_eq!(trail(&*store, 9, 10).await, [7]);
    assert_eq!(trail(&*store, 7, 10).await, [0; 0]);
}

/// Of records with one time it is the last; pruned ones count.
pub async fn the_version_at_a_moment_is_the_last_one_not_later(place: &dyn Place) {
    let store = open(place).await;
    assert_eq!(version_at(&*store, 1000).await, 0);
    let times = [10, 20, 20, 20, 30, 40, 40, 50];
    let mut commit = commit_on(&Head::start_of(SITE), times.map(|_| "payload"));
    for (record, time) in commit.records.iter_mut().zip(times) {
        record.time = Timestamp::from_millis(time);
    }
    let head = committed(&*store, commit).await;
    for neighbour in [SITE.0 - 1, SITE.0 + 1] {
        committed(&*store, commit_on(&Head::start_of(SiteId(neighbour)), ["other"; 3])).await;
    }
    for pruned_through in [0, 3, 6, 8] {
        prune(&*store, &head, pruned_through).await;
        let expected =
            [(0, 0), (9, 0), (10, 1), (19, 1), (20, 4), (29, 4), (30, 5), (40, 7), (49, 7), (50, 8), (99, 8)];
        for (millis, version) in expected {
            assert_eq!(version_at(&*store, millis).await, version, "at {millis}");
        }
    }
}
