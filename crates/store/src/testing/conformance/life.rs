//! Opening and closing.

use domain::{SiteId, Timestamp, Version};

use super::{Place, committed, open, reopen};
use crate::{
    BlobId, Head, Outcome, StoreError,
    testing::{commit_on, manifest_on},
};

const SITE: SiteId = SiteId(2);

/// One process holds one store.
pub async fn a_second_open_is_locked_until_the_first_is_closed(place: &dyn Place) {
    let store = open(place).await;
    match place.open().await {
        Err(StoreError::Locked { .. }) => {}
        Err(other) => panic!("the store is locked, but: {other}"),
        Ok(_) => panic!("the store is locked, but opened a second time"),
    }
    let head = committed(&*store, commit_on(&Head::start_of(SITE), ["one"])).await;
    store.close().await;
    let second = open(place).await;
    assert_eq!(second.heads().await, Ok(vec![head]));
}

/// Every call, and for commits it is certain that nothing was written.
pub async fn a_closed_store_answers_so(place: &dyn Place) {
    let store = open(place).await;
    store.close().await;
    let outcome = store.commit(commit_on(&Head::start_of(SITE), ["one"])).await;
    assert!(matches!(outcome, Outcome::NotCommitted(StoreError::Closed)));
    assert_eq!(store.heads().await, Err(StoreError::Closed));
    assert_eq!(store.records_since(SITE, Version(0), 1).await, Err(StoreError::Closed));
    assert_eq!(store.save_side(vec![]).await, Err(StoreError::Closed));
    assert_eq!(store.load_side(SITE).await, Err(StoreError::Closed));
    assert_eq!(store.epoch().await, Err(StoreError::Closed));
    assert_eq!(store.audited_before(SITE, Version(9), 1).await, Err(StoreError::Closed));
    assert_eq!(store.version_at(SITE, Timestamp::EPOCH).await, Err(StoreError::Closed));
    assert_eq!(store.write_blobs(SITE, vec![]).await, Err(StoreError::Closed));
    assert_eq!(store.write_manifest(manifest_on(&Head::start_of(SITE), &[])).await, Err(StoreError::Closed));
    assert_eq!(store.checkpoints(SITE).await, Err(StoreError::Closed));
    assert_eq!(store.read_manifest(SITE, Version(1)).await, Err(StoreError::Closed));
    assert_eq!(store.read_blobs(SITE, vec![BlobId::of(b"")]).await, Err(StoreError::Closed));
    assert_eq!(store.drop_checkpoints(SITE, vec![]).await, Err(StoreError::Closed));
    assert_eq!(store.prune(SITE, Version(1)).await, Err(StoreError::Closed));
    assert_eq!(store.pruned_since(SITE, Version(0), 1).await, Err(StoreError::Closed));
}

/// Reopening keeps the epoch.
pub async fn the_epoch_is_made_once(place: &dyn Place) {
    let store = open(place).await;
    let epoch = store.epoch().await;
    assert!(epoch.is_ok());
    let store = reopen(place, store).await;
    assert_eq!(store.epoch().await, epoch);
}

/// So that a shutdown need not know whether someone else was first.
pub async fn closing_twice_is_harmless(place: &dyn Place) {
    let store = open(place).await;
    store.close().await;
    store.close().await;
    open(place).await.close().await;
}
