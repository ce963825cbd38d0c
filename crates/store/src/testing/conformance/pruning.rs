//! Pruning: payloads go, digests stay.

use std::thread;

use domain::{SiteId, Version};

use super::{Place, all_records, committed, heads, open, reopen, since};
use crate::{
    Blob, Broken, Commit, Hash, Head, PrunedRecord, Refusal, Store, StoreError, VerifyError,
    testing::{block_on, commit_on, manifest_on},
    verify,
};

const SITE: SiteId = SiteId(8);

/// Commits so many records of the suite's site.
async fn commit(store: &dyn Store, on: &Head, count: u64) -> (Commit, Head) {
    let commit = commit_on(on, (1..=count).map(|number| format!("payload {number}")));
    (commit.clone(), committed(store, commit).await)
}

/// The head that the log had after so many of a commit's records.
fn head_at(commit: &Commit, version: u64) -> Head {
    let record = commit.records.iter().find(|record| record.version == Version(version));
    let Some(record) = record else { panic!("version {version} is in the commit") };
    Head { site: commit.site, version: record.version, hash: record.hash }
}

async fn checkpoint(store: &dyn Store, head: &Head) {
    let blobs = [Blob::new("state")];
    let manifest = manifest_on(head, &blobs);
    assert_eq!(store.write_blobs(head.site, blobs.into()).await, Ok(()));
    assert_eq!(store.write_manifest(manifest).await, Ok(()));
}

async fn pruned(store: &dyn Store, after: u64, limit: usize) -> Vec<PrunedRecord> {
    match store.pruned_since(SITE, Version(after), limit).await {
        Ok(records) => records,
        Err(error) => panic!("the pruned records are read: {error}"),
    }
}

fn remains(commit: &Commit) -> Vec<PrunedRecord> {
    commit.records.iter().map(PrunedRecord::of).collect()
}

/// What was pruned, what follows, and what is committed afterwards are one chain.
pub async fn pruned_records_leave_digests_by_which_the_chain_verifies(place: &dyn Place) {
    let store = open(place).await;
    let (first, head) = commit(&*store, &Head::start_of(SITE), 6).await;
    checkpoint(&*store, &head).await;
    assert_eq!(pruned(&*store, 0, 10).await, []);
    assert_eq!(store.prune(SITE, Version(4)).await, Ok(()));
    assert_eq!(pruned(&*store, 0, 10).await, remains(&first)[..4]);
    let store = reopen(place, store).await;
    assert_eq!(heads(&*store).await, [head]);
    assert_eq!(verify(&*store, SITE).await, Ok(head));
    let (_, head) = commit(&*store, &head, 2).await;
    assert_eq!(verify(&*store, SITE).await, Ok(head));
    assert_eq!(pruned(&*store, 0, 10).await, remains(&first)[..4]);
}

/// Instead of leaving out what was asked for.
pub async fn reading_what_was_pruned_says_where_the_log_begins(place: &dyn Place) {
    let store = open(place).await;
    let (_, head) = commit(&*store, &Head::start_of(SITE), 6).await;
    checkpoint(&*store, &head).await;
    assert_eq!(store.prune(SITE, Version(4)).await, Ok(()));
    let error = StoreError::Pruned { site: SITE, through: Version(4) };
    assert_eq!(error.code(), "store_pruned");
    for after in [0, 2, 3] {
        assert_eq!(store.records_since(SITE, Version(after), 10).await, Err(error.clone()));
    }
    assert_eq!(since(&*store, SITE, Version(4), 10).await.len(), 2);
    assert_eq!(since(&*store, SITE, Version(6), 10).await, []);
}

/// Then the log goes on from nothing but its head.
pub async fn a_whole_log_can_be_pruned(place: &dyn Place) {
    let store = open(place).await;
    let (first, head) = commit(&*store, &Head::start_of(SITE), 3).await;
    checkpoint(&*store, &head).await;
    assert_eq!(store.prune(SITE, head.version).await, Ok(()));
    assert_eq!(pruned(&*store, 0, 10).await, remains(&first));
    let error = StoreError::Pruned { site: SITE, through: Version(3) };
    assert_eq!(store.records_since(SITE, Version(2), 10).await, Err(error));
    assert_eq!(since(&*store, SITE, head.version, 10).await, []);
    assert_eq!(verify(&*store, SITE).await, Ok(head));
    let (second, head) = commit(&*store, &head, 2).await;
    assert_eq!(since(&*store, SITE, Version(3), 10).await.len(), second.records.len());
    assert_eq!(verify(&*store, SITE).await, Ok(head));
}

/// None, one that is too old, that of another site, one of another log.
pub async fn pruning_needs_a_checkpoint_that_stands_for_what_goes(place: &dyn Place) {
    let store = open(place).await;
    let (commit, head) = commit(&*store, &Head::start_of(SITE), 5).await;
    let not_this_log = Head { hash: Hash([1; 32]), ..head };
    let beyond = Head { version: Version(9), ..head };
    let elsewhere = Head { site: SiteId(9), ..head };
    let refused = Err(StoreError::Refused(Refusal::NoCheckpoint { site: SITE, through: Version(4) }));
    assert_eq!(store.prune(SITE, Version(4)).await, refused);
    for useless in [head_at(&commit, 3), not_this_log, beyond, elsewhere] {
        checkpoint(&*store, &useless).await;
        assert_eq!(store.prune(SITE, Version(4)).await, refused);
    }
    assert_eq!(all_records(&*store, SITE).await.len(), 5);
    checkpoint(&*store, &head_at(&commit, 4)).await;
    assert_eq!(store.prune(SITE, Version(4)).await, Ok(()));
}

/// It was interrupted, or goes further each time.
pub async fn pruning_can_be_done_again(place: &dyn Place) {
    let store = open(place).await;
    let (first, head) = commit(&*store, &Head::start_of(SITE), 6).await;
    checkpoint(&*store, &head).await;
    for (through, left) in [(2, 4), (2, 4), (5, 1), (3, 1), (0, 1), (6, 0)] {
        assert_eq!(store.prune(SITE, Version(through)).await, Ok(()));
        let through = Version(first.records.len() as u64 - left);
        assert_eq!(since(&*store, SITE, through, 10).await.len() as u64, left);
    }
    assert_eq!(pruned(&*store, 0, 10).await, remains(&first));
    assert_eq!(verify(&*store, SITE).await, Ok(head));
}

/// The next page goes on after the last version of this one.
pub async fn a_page_of_pruned_records_ends_at_its_limit(place: &dyn Place) {
    let store = open(place).await;
    let (first, head) = commit(&*store, &Head::start_of(SITE), 5).await;
    checkpoint(&*store, &head).await;
    assert_eq!(store.prune(SITE, Version(4)).await, Ok(()));
    assert_eq!(pruned(&*store, 0, 3).await, remains(&first)[..3]);
    assert_eq!(pruned(&*store, 3, 3).await, remains(&first)[3..4]);
    assert_eq!(pruned(&*store, 4, 3).await, []);
    assert_eq!(pruned(&*store, u64::MAX, 3).await, []);
    assert_eq!(pruned(&*store, 0, 0).await, []);
}

/// Neighbours keep all that they have.
pub async fn pruning_one_site_leaves_the_others(place: &dyn Place) {
    let store = open(place).await;
    let (_, head) = commit(&*store, &Head::start_of(SITE), 3).await;
    checkpoint(&*store, &head).await;
    let others = [SiteId(SITE.0 - 1), SiteId(SITE.0 + 1)];
    for site in others {
        commit(&*store, &Head::start_of(site), 3).await;
    }
    assert_eq!(store.prune(SITE, head.version).await, Ok(()));
    for site in others {
        assert_eq!(all_records(&*store, site).await.len(), 3);
        assert_eq!(store.pruned_since(site, Version(0), 10).await, Ok(vec![]));
    }
}

/// What is left is as much under guard as it was.
pub async fn a_payload_tampered_with_after_the_pruned_ones_is_found(place: &dyn Place) {
    let store = open(place).await;
    let (_, head) = commit(&*store, &Head::start_of(SITE), 5).await;
    checkpoint(&*store, &head).await;
    assert_eq!(store.prune(SITE, Version(3)).await, Ok(()));
    store.close().await;
    place.tamper(SITE, Version(5)).await;
    let store = open(place).await;
    let broken = Broken { at: Version(5) };
    assert_eq!(verify(&*store, SITE).await, Err(VerifyError::Broken { site: SITE, broken }));
}

/// Nothing else holds the state that pruned records made.
pub async fn the_last_checkpoint_of_a_pruned_log_is_kept(place: &dyn Place) {
    let store = open(place).await;
    let (first, head) = commit(&*store, &Head::start_of(SITE), 5).await;
    for version in [2, 3, 5] {
        checkpoint(&*store, &head_at(&first, version)).await;
    }
    assert_eq!(store.prune(SITE, Version(3)).await, Ok(()));
    assert_eq!(store.drop_checkpoints(SITE, vec![Version(3)]).await, Ok(()));
    let refused = Err(StoreError::Refused(Refusal::LastCheckpoint { site: SITE, through: Version(3) }));
    assert_eq!(store.drop_checkpoints(SITE, vec![head.version]).await, refused);
    assert_eq!(store.drop_checkpoints(SITE, vec![Version(2)]).await, Ok(()));
    let left: Result<Vec<_>, _> =
        store.checkpoints(SITE).await.map(|infos| infos.iter().map(|info| info.version).collect());
    assert_eq!(left, Ok(vec![head.version]));
}

/// More records than one step takes, while others are appended and read.
pub async fn a_log_is_pruned_while_commits_go_on(place: &dyn Place) {
    let store = open(place).await;
    let (_, mut head) = commit(&*store, &Head::start_of(SITE), 3500).await;
    checkpoint(&*store, &head).await;
    let through = head.version;
    thread::scope(|scope| {
        let pruning = scope.spawn(|| block_on(store.prune(SITE, through)));
        while !pruning.is_finished() {
            head = block_on(commit(&*store, &head, 3)).1;
            assert_eq!(block_on(verify(&*store, SITE)), Ok(head));
        }
        assert!(matches!(pruning.join(), Ok(Ok(()))));
    });
    assert_eq!(pruned(&*store, 0, usize::MAX).await.len(), 3500);
    assert_eq!(verify(&*store, SITE).await, Ok(head));
}
