//! Pages of the index of a log.

use bytes::Bytes;
use domain::{SiteId, Version};

use super::{Place, committed, open, reopen};
use crate::{
    Blob, Hash, Head, IndexPage, MAX_INDEX_PAGE_BYTES, PAGE_BYTES, Refusal, Store, StoreError,
    testing::{commit_on, manifest_on},
};

const SITE: SiteId = SiteId(6);

/// A page of the records after one version up to another.
fn page(after: u64, through: u64, body: impl Into<Bytes>) -> IndexPage {
    let hash = |version| Hash([u8::try_from(version % 251).unwrap_or_default(); 32]);
    IndexPage {
        after: Version(after),
        through: Version(through),
        before: hash(after),
        hash: hash(through),
        body: body.into(),
    }
}

async fn write(store: &dyn Store, pages: &[IndexPage]) {
    for page in pages {
        assert_eq!(store.write_index_page(SITE, page.clone()).await, Ok(()));
    }
}

async fn since(store: &dyn Store, after: u64) -> Vec<IndexPage> {
    match store.index_pages(SITE, Version(after), usize::MAX).await {
        Ok(pages) => pages,
        Err(error) => panic!("the pages are read: {error}"),
    }
}

/// Also an empty body, and versions of more than 32 bits.
pub async fn pages_of_an_index_come_back_in_order_after_reopening(place: &dyn Place) {
    let store = open(place).await;
    let pages = [page(0, 10, "one"), page(10, 11, ""), page(11, 1 << 33, "three")];
    assert_eq!(since(&*store, 0).await, []);
    write(&*store, &pages).await;
    let store = reopen(place, store).await;
    for (after, left) in [(0, 0), (9, 0), (10, 1), (11, 2), (500, 2), (1 << 33, 3), (u64::MAX, 3)] {
        assert_eq!(since(&*store, after).await, pages[left..], "after {after}");
    }
}

/// Those were of a log that went another way, or are made again.
pub async fn a_page_takes_the_place_of_all_that_end_after_its_beginning(place: &dyn Place) {
    let store = open(place).await;
    let first = page(0, 10, "one");
    write(&*store, &[first.clone(), page(10, 20, "two"), page(20, 30, "three")]).await;
    let other = page(10, 15, "other");
    write(&*store, std::slice::from_ref(&other)).await;
    assert_eq!(since(&*store, 0).await, [first, other.clone()]);
    let all = page(0, 12, "all");
    write(&*store, std::slice::from_ref(&all)).await;
    assert_eq!(since(&*store, 0).await, [all]);
}

/// The next read goes on after the last version of this one.
pub async fn a_read_of_pages_ends_at_its_limits_but_is_never_empty(place: &dyn Place) {
    let store = open(place).await;
    let large = Bytes::from(vec![7; PAGE_BYTES / 2 + 1]);
    let pages = [1, 2, 3].map(|number| page(number - 1, number, large.clone()));
    write(&*store, &pages).await;
    assert_eq!(since(&*store, 0).await, pages[..1]);
    assert_eq!(since(&*store, 2).await, pages[2..]);
    let pages = [1, 2, 3].map(|number| page(number - 1, number, "small"));
    write(&*store, &pages).await;
    assert_eq!(store.index_pages(SITE, Version(0), 2).await, Ok(pages[..2].to_vec()));
    assert_eq!(store.index_pages(SITE, Version(0), 0).await, Ok(Vec::new()));
    let whole = page(0, 1, vec![7; 2 * PAGE_BYTES]);
    write(&*store, std::slice::from_ref(&whole)).await;
    assert_eq!(since(&*store, 0).await, [whole]);
}

/// Neighbours keep all that they have.
pub async fn pages_of_one_site_are_not_those_of_another(place: &dyn Place) {
    let store = open(place).await;
    let others = [SiteId(SITE.0 - 1), SiteId(SITE.0 + 1)];
    for site in others {
        assert_eq!(store.write_index_page(site, page(0, 5, "theirs")).await, Ok(()));
    }
    assert_eq!(since(&*store, 0).await, []);
    write(&*store, &[page(0, 5, "ours"), page(5, 6, "more"), page(0, 2, "anew")]).await;
    for site in others {
        assert_eq!(store.index_pages(site, Version(0), 9).await, Ok(vec![page(0, 5, "theirs")]));
    }
}

/// Who misses it makes it again.
pub async fn an_altered_page_is_not_given(place: &dyn Place) {
    let store = open(place).await;
    let pages = [page(0, 10, "one"), page(10, 20, "two"), page(20, 30, "three")];
    write(&*store, &pages).await;
    store.close().await;
    place.tamper_index_page(SITE, Version(20)).await;
    let store = open(place).await;
    assert_eq!(since(&*store, 0).await, [pages[0].clone(), pages[2].clone()]);
    write(&*store, &pages[1..]).await;
    assert_eq!(since(&*store, 0).await, pages);
}

/// The page that has also records which stay, stays.
pub async fn pruning_drops_the_pages_of_what_it_drops(place: &dyn Place) {
    let store = open(place).await;
    let commit = commit_on(&Head::start_of(SITE), ["1", "2", "3", "4", "5", "6"]);
    let head = committed(&*store, commit).await;
    let pages = [page(0, 2, "one"), page(2, 4, "two"), page(4, 6, "three")];
    write(&*store, &pages).await;
    let blobs = [Blob::new("state")];
    assert_eq!(store.write_blobs(SITE, blobs.to_vec()).await, Ok(()));
    assert_eq!(store.write_manifest(manifest_on(&head, &blobs)).await, Ok(()));
    for (through, left) in [(1, 0), (2, 1), (5, 2), (6, 3)] {
        assert_eq!(store.prune(SITE, Version(through)).await, Ok(()));
        assert_eq!(since(&*store, 0).await, pages[left..], "through {through}");
    }
}

/// Its size, and at least one record.
pub async fn a_page_of_an_index_has_limits(place: &dyn Place) {
    let store = open(place).await;
    let bytes = MAX_INDEX_PAGE_BYTES + 1;
    let refused = Err(StoreError::Refused(Refusal::IndexPageTooLarge { bytes }));
    assert_eq!(store.write_index_page(SITE, page(0, 1, vec![0; bytes])).await, refused);
    let gap = Refusal::Gap { expected: Version(4), found: Version(3) };
    assert_eq!(store.write_index_page(SITE, page(3, 3, "none")).await, Err(StoreError::Refused(gap)));
    assert_eq!(since(&*store, 0).await, []);
}
