//! What is refused, and where pages end.

use bytes::Bytes;
use domain::{SiteId, Version};

use super::{Place, all_records, committed, heads, open, since};
use crate::{
    Commit, Head, MAX_RECORD_BYTES, Outcome, PAGE_BYTES, Refusal, Store, StoreError, testing::commit_on,
};

const SITE: SiteId = SiteId(1);

async fn assert_refused(store: &dyn Store, commit: Commit, expected: Refusal) {
    let before = heads(store).await;
    match store.commit(commit).await {
        Outcome::NotCommitted(StoreError::Refused(refusal)) => assert_eq!(refusal, expected),
        other => panic!("the commit is refused, but: {other:?}"),
    }
    assert_eq!(heads(store).await, before);
}

/// There is nothing that an empty commit could mean.
pub async fn an_empty_commit_is_refused(place: &dyn Place) {
    let store = open(place).await;
    assert_refused(&*store, commit_on::<Bytes>(&Head::start_of(SITE), []), Refusal::Empty).await;
}

/// Also the records before the gap are not written.
pub async fn a_gap_is_refused_before_anything_is_touched(place: &dyn Place) {
    let store = open(place).await;
    let mut commit = commit_on(&Head::start_of(SITE), ["one", "two", "three"]);
    commit.records.remove(1);
    assert_refused(&*store, commit, Refusal::Gap { expected: Version(2), found: Version(3) }).await;
    assert_eq!(all_records(&*store, SITE).await, []);
}

/// A version names one record.
pub async fn a_version_that_comes_twice_is_refused(place: &dyn Place) {
    let store = open(place).await;
    let mut commit = commit_on(&Head::start_of(SITE), ["one", "two"]);
    commit.records.insert(1, commit.records[0].clone());
    assert_refused(&*store, commit, Refusal::Gap { expected: Version(2), found: Version(1) }).await;
}

/// The limit itself is allowed.
pub async fn the_largest_record_is_kept_and_a_larger_one_is_refused(place: &dyn Place) {
    let store = open(place).await;
    let largest = Bytes::from(vec![0xA5; MAX_RECORD_BYTES]);
    let head = committed(&*store, commit_on(&Head::start_of(SITE), [largest.clone()])).await;
    assert_eq!(all_records(&*store, SITE).await[0].record.payload, largest);

    let larger = Bytes::from(vec![0; MAX_RECORD_BYTES + 1]);
    let refusal = Refusal::RecordTooLarge { version: Version(2), bytes: MAX_RECORD_BYTES + 1 };
    assert_refused(&*store, commit_on(&head, [larger]), refusal).await;
}

/// The next page goes on after the last version of this one.
pub async fn a_page_ends_at_its_limit_of_records(place: &dyn Place) {
    let store = open(place).await;
    committed(&*store, commit_on(&Head::start_of(SITE), ["one", "two", "three"])).await;
    let versions = async |after, limit| {
        let page = since(&*store, SITE, Version(after), limit).await;
        page.iter().map(|stored| stored.record.version.0).collect::<Vec<_>>()
    };
    assert_eq!(versions(0, 2).await, [1, 2]);
    assert_eq!(versions(2, 2).await, [3]);
    assert_eq!(versions(0, 0).await, [0; 0]);
}

/// A page holds at most [`PAGE_BYTES`] of payload, or one record.
pub async fn a_page_ends_at_its_limit_of_bytes_but_is_never_empty(place: &dyn Place) {
    let store = open(place).await;
    let half = Bytes::from(vec![1; PAGE_BYTES / 2]);
    let whole = Bytes::from(vec![2; PAGE_BYTES.min(MAX_RECORD_BYTES)]);
    let commit = commit_on(&Head::start_of(SITE), [half.clone(), half, whole, Bytes::from_static(b"small")]);
    committed(&*store, commit).await;
    let mut lengths = Vec::new();
    let mut after = Version(0);
    while let page = since(&*store, SITE, after, 100).await
        && let Some(last) = page.last()
    {
        lengths.push(page.len());
        after = last.record.version;
    }
    assert_eq!(lengths, [2, 1, 1]);
}
