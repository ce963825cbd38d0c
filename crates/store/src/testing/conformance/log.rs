//! Appending and reading back.

use std::task::{Context, Poll, Waker};

use domain::{SiteId, Version};
use uuid::Uuid;

use super::{Place, all_records, as_stored, committed, heads, open, payload, since};
use crate::{
    CommitId, Head, Outcome,
    testing::{commit_on, commit_with_id},
};

const SITE: SiteId = SiteId(7);

/// Versions 1, 2, 3, … with their times, payloads, hashes and commit ids.
pub async fn records_come_back_in_order_and_whole(place: &dyn Place) {
    let store = open(place).await;
    let first = commit_on(&Head::start_of(SITE), ["one", "two", "three"]);
    let head = committed(&*store, first.clone()).await;
    let second = commit_on(&head, ["", "five"]);
    committed(&*store, second.clone()).await;
    assert_eq!(all_records(&*store, SITE).await, as_stored(&[first, second]));
}

/// Only what is newer is returned, and nothing after the last.
pub async fn records_since_a_version_leaves_out_what_came_before(place: &dyn Place) {
    let store = open(place).await;
    let commit = commit_on(&Head::start_of(SITE), ["one", "two", "three"]);
    committed(&*store, commit.clone()).await;
    assert_eq!(since(&*store, SITE, Version(2), 10).await, as_stored(&[commit])[2..]);
    assert_eq!(since(&*store, SITE, Version(3), 10).await, []);
    assert_eq!(since(&*store, SITE, Version(u64::MAX), 10).await, []);
}

/// Who decided on an older version must catch up first.
pub async fn a_commit_on_a_stale_base_conflicts_and_leaves_nothing(place: &dyn Place) {
    let store = open(place).await;
    let first = commit_on(&Head::start_of(SITE), ["one"]);
    committed(&*store, first.clone()).await;
    let stale = commit_on(&Head::start_of(SITE), ["another one", "two"]);
    assert!(matches!(store.commit(stale).await, Outcome::Conflict));
    assert_eq!(all_records(&*store, SITE).await, as_stored(&[first]));
}

/// A base from the future is as wrong as one from the past.
pub async fn a_commit_on_a_base_that_is_not_there_yet_conflicts(place: &dyn Place) {
    let store = open(place).await;
    let ahead = Head { version: Version(5), ..Head::start_of(SITE) };
    assert!(matches!(store.commit(commit_on(&ahead, ["six"])).await, Outcome::Conflict));
    assert_eq!(all_records(&*store, SITE).await, []);
    assert_eq!(heads(&*store).await, []);
}

/// Each site has its own numbers, and neighbours do not leak into each other's pages.
pub async fn sites_are_isolated(place: &dyn Place) {
    let store = open(place).await;
    for site in [SiteId(1), SiteId(0), SiteId(2)] {
        let name = payload(&format!("of site {site}"));
        committed(&*store, commit_on(&Head::start_of(site), [name.clone(), name])).await;
    }
    for site in [SiteId(0), SiteId(1), SiteId(2)] {
        let records = all_records(&*store, site).await;
        assert_eq!(records.len(), 2);
        assert!(records.iter().all(|stored| stored.record.payload == format!("of site {site}")));
    }
    assert_eq!(all_records(&*store, SiteId(3)).await, []);
}

/// The head is the last version and hash of each log.
pub async fn heads_name_every_site_with_records_in_order(place: &dyn Place) {
    let store = open(place).await;
    assert_eq!(heads(&*store).await, []);
    let of_nine = committed(&*store, commit_on(&Head::start_of(SiteId(9)), ["a", "b"])).await;
    let of_instance = committed(&*store, commit_on(&Head::start_of(SiteId::INSTANCE), ["c"])).await;
    assert_eq!(heads(&*store).await, [of_instance, of_nine]);
    let of_nine = committed(&*store, commit_on(&of_nine, ["d"])).await;
    assert_eq!(heads(&*store).await, [of_instance, of_nine]);
}

/// The caller went away without its answer; a second attempt on the same base learns that the first one landed.
pub async fn an_attempt_whose_answer_was_lost_is_found_by_its_id(place: &dyn Place) {
    let store = open(place).await;
    let start = Head::start_of(SITE);
    let lost = commit_with_id(CommitId(Uuid::from_u128(1)), &start, ["one", "two"]);
    {
        let mut answer = store.commit(lost.clone());
        let polled = answer.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(matches!(polled, Poll::Pending | Poll::Ready(Outcome::Committed)));
    }
    let again = commit_with_id(CommitId(Uuid::from_u128(2)), &start, ["one", "two"]);
    assert!(matches!(store.commit(again).await, Outcome::Conflict));
    let caught_up = since(&*store, SITE, start.version, 100).await;
    assert!(caught_up.iter().all(|stored| stored.commit_id == lost.id));
    assert_eq!(caught_up, as_stored(&[lost]));
}
