//! Several callers at once.

use std::thread;

use domain::{SiteId, Version};
use uuid::Uuid;

use super::{Place, all_records, committed, heads, open};
use crate::{
    CommitId, Head, Outcome, Store,
    testing::{block_on, commit_on, commit_with_id},
};

const SITE: SiteId = SiteId(1);
const COMMITS: u64 = 40;
const RECORDS_A_COMMIT: u64 = 16;

/// While one appends groups of records, another reads: it always sees whole groups.
pub async fn a_reader_never_sees_half_a_commit(place: &dyn Place) {
    let store = open(place).await;
    let append = async || {
        let mut head = Head::start_of(SITE);
        for _ in 0..COMMITS {
            let payloads = (0..RECORDS_A_COMMIT).map(|number| vec![0; usize::try_from(number).unwrap_or(0)]);
            head = committed(&*store, commit_on(&head, payloads)).await;
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| block_on(append()));
        let mut seen = 0;
        while seen < COMMITS * RECORDS_A_COMMIT {
            seen = block_on(all_records(&*store, SITE)).len() as u64;
            assert_eq!(seen % RECORDS_A_COMMIT, 0, "a reader sees whole commits");
        }
    });
}

/// Of those who decided on the same version, one is right.
pub async fn of_two_commits_on_one_base_one_lands(place: &dyn Place) {
    let store = open(place).await;
    let attempt = |number: u64| {
        let commit = commit_with_id(
            CommitId(Uuid::from_u64_pair(0, number)),
            &Head::start_of(SITE),
            [format!("attempt {number}")],
        );
        match block_on(store.commit(commit)) {
            Outcome::Committed => true,
            Outcome::Conflict => false,
            other => panic!("one lands and the others conflict, but: {other:?}"),
        }
    };
    let landed: Vec<bool> = thread::scope(|scope| {
        let attempt = &attempt;
        let attempts: Vec<_> = (0..8).map(|number| scope.spawn(move || attempt(number))).collect();
        attempts.into_iter().map(|thread| thread.join().is_ok_and(|landed| landed)).collect()
    });
    assert_eq!(landed.iter().filter(|landed| **landed).count(), 1);
    assert_eq!(all_records(&*store, SITE).await.len(), 1);
}

/// Commits of many sites may share a transaction; each is judged alone.
pub async fn a_conflict_of_one_site_fails_no_other(place: &dyn Place) {
    let store = open(place).await;
    let always_stale = SiteId(100);
    committed(&*store, commit_on(&Head::start_of(always_stale), ["one"])).await;
    thread::scope(|scope| {
        for number in 0..6 {
            let store: &dyn Store = &*store;
            scope.spawn(move || {
                let mut head = Head::start_of(SiteId(number));
                for _ in 0..COMMITS {
                    head = block_on(committed(store, commit_on(&head, ["a", "b"])));
                    let stale = commit_on(&Head::start_of(always_stale), ["x"]);
                    assert!(matches!(block_on(store.commit(stale)), Outcome::Conflict));
                }
            });
        }
    });
    let versions: Vec<_> = heads(&*store).await.iter().map(|head| (head.site, head.version)).collect();
    let expected = (0..6).map(|number| (SiteId(number), Version(2 * COMMITS)));
    assert_eq!(versions, expected.chain([(always_stale, Version(1))]).collect::<Vec<_>>());
}
