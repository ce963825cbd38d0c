use std::sync::Arc;

use super::*;
use crate::{
    CommitId,
    testing::{block_on, commit_on, commit_with_id, conformance::Place},
    verify,
};

const SITE: SiteId = SiteId(1);

impl Place for FakeDisk {
    fn open(&self) -> BoxFuture<'_, Result<Arc<dyn Store>, StoreError>> {
        Box::pin(async { Ok(Arc::new(FakeDisk::open(self)?) as Arc<dyn Store>) })
    }

    fn tamper(&self, site: SiteId, version: Version) -> BoxFuture<'_, ()> {
        Box::pin(async move { assert!(FakeDisk::tamper(self, site, version)) })
    }

    fn tamper_blob(&self, site: SiteId, blob: BlobId) -> BoxFuture<'_, ()> {
        Box::pin(async move { assert!(FakeDisk::tamper_blob(self, site, blob)) })
    }

    fn tamper_index_page(&self, site: SiteId, through: Version) -> BoxFuture<'_, ()> {
        Box::pin(async move { assert!(FakeDisk::tamper_index_page(self, site, through)) })
    }
}

crate::conformance!(FakeDisk::new(Uuid::from_u128(1)));

/// Commits three records on one, cut, and answers what came of it and what a reopened store holds.
fn cut(cut: Cut) -> (Outcome, u64) {
    let disk = FakeDisk::new(Uuid::from_u128(1));
    let store = disk.open().unwrap();
    let first = commit_on(&Head::start_of(SITE), ["one"]);
    let head = Head::after(&first).unwrap();
    assert!(matches!(block_on(store.commit(first)), Outcome::Committed));

    disk.cut_next(cut);
    let outcome = block_on(store.commit(commit_on(&head, ["two", "three", "four"])));
    drop(store);
    let reopened = disk.open().unwrap();
    (outcome, block_on(verify(&reopened, SITE)).unwrap().version.0)
}

#[test]
fn a_cut_before_the_append_certainly_leaves_nothing() {
    assert!(matches!(cut(Cut::BeforeAppend), (Outcome::NotCommitted(_), 1)));
}

#[test]
fn a_cut_inside_the_transaction_leaves_nothing() {
    for at in [0, 1, 2, 3, 99] {
        assert!(matches!(cut(Cut::AfterRecords(at)), (Outcome::Unknown(_), 1)), "after {at} records");
    }
    assert!(matches!(cut(Cut::BeforeVersionMoves), (Outcome::Unknown(_), 1)));
}

#[test]
fn a_cut_after_the_transaction_leaves_all_of_it() {
    assert!(matches!(cut(Cut::AnswerLost), (Outcome::Unknown(_), 4)));
}

#[test]
fn an_unknown_commit_is_found_by_its_id_or_is_not_there() {
    for (at, landed) in [(Cut::BeforeVersionMoves, false), (Cut::AnswerLost, true)] {
        let disk = FakeDisk::new(Uuid::from_u128(1));
        let store = disk.open().unwrap();
        let id = CommitId(Uuid::from_u128(42));
        disk.cut_next(at);
        let outcome = block_on(store.commit(commit_with_id(id, &Head::start_of(SITE), ["one"])));
        assert!(matches!(outcome, Outcome::Unknown(_)));
        let caught_up = block_on(store.records_since(SITE, Version(0), 10)).unwrap();
        assert_eq!(caught_up.iter().any(|stored| stored.commit_id == id), landed);
    }
}

#[test]
fn only_the_next_commit_is_cut() {
    let disk = FakeDisk::new(Uuid::from_u128(1));
    let store = disk.open().unwrap();
    let commit = commit_on(&Head::start_of(SITE), ["one"]);
    disk.cut_next(Cut::BeforeVersionMoves);
    assert!(matches!(block_on(store.commit(commit.clone())), Outcome::Unknown(_)));
    assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
}
