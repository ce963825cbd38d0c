//! The hash chain.

use domain::{SiteId, Version};

use super::{Place, committed, open, reopen};
use crate::{Broken, Head, VerifyError, testing::commit_on, verify};

const SITE: SiteId = SiteId(3);

/// What was committed over several openings is one chain.
pub async fn the_chain_verifies_after_reopening(place: &dyn Place) {
    let mut store = open(place).await;
    let mut head = Head::start_of(SITE);
    for part in 0..3 {
        let payloads = (0..10).map(|number| format!("payload {part}.{number}"));
        head = committed(&*store, commit_on(&head, payloads)).await;
        store = reopen(place, store).await;
    }
    assert_eq!(verify(&*store, SITE).await, Ok(head));
    assert_eq!(head.version, Version(30));
}

/// A site that nobody wrote to ends where it starts.
pub async fn an_empty_log_verifies(place: &dyn Place) {
    let store = open(place).await;
    assert_eq!(verify(&*store, SITE).await, Ok(Head::start_of(SITE)));
}

/// The version that is named is the one that was changed, not a later one.
pub async fn a_tampered_payload_is_found_at_its_version(place: &dyn Place) {
    let store = open(place).await;
    let head = committed(&*store, commit_on(&Head::start_of(SITE), ["one", "two", "three"])).await;
    assert_eq!(verify(&*store, SITE).await, Ok(head));
    store.close().await;
    place.tamper(SITE, Version(2)).await;
    let store = open(place).await;
    let broken = Broken { at: Version(2) };
    assert_eq!(verify(&*store, SITE).await, Err(VerifyError::Broken { site: SITE, broken }));
}
