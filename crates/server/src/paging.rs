//! One state for all pages of a list. A client that pages by offset names no state, so it is kept for it from its first
//! full page on: whatever is written meanwhile, no row comes twice and none is left out.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use domain::{DeviceNumber, TokenHash};
use site::Site;

use crate::params::Params;

/// Most lists that are kept at once; of more, those that rest longest are let go.
const PAGINGS_MAX: usize = 64;
/// Most devices of all states kept, unless one alone has more. States share what does not differ, so this is what they
/// weigh at worst.
const DEVICES_MAX: u64 = 4_000_000;
/// A list of which no page was asked for between two looks, so far apart, is let go.
const IDLE: Duration = Duration::from_secs(300);

/// A list, as one token asks for it: all of its parameters but those that say which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List {
    token: TokenHash,
    asked: u64,
}

impl List {
    /// The list that `token` asks for at `path` with `params`.
    pub(crate) fn new(token: TokenHash, path: &str, params: &Params) -> Self {
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let mut asked: Vec<_> =
            params.iter().filter(|(name, _)| !["offset", "limit"].contains(name)).collect();
        asked.sort_unstable();
        asked.hash(&mut hasher);
        // A token can only collide with its own lists.
        Self { token, asked: hasher.finish() }
    }
}

/// The state that a list is read from, and its rows in order once a page has needed them all.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) site: Arc<Site>,
    order: OnceLock<Vec<DeviceNumber>>,
}

impl Rows {
    pub(crate) fn new(site: Arc<Site>) -> Arc<Self> {
        Arc::new(Self { site, order: OnceLock::new() })
    }

    /// All rows in the list's order, worked out by `make` the first time.
    pub(crate) fn in_order(&self, make: impl FnOnce() -> Vec<DeviceNumber>) -> &[DeviceNumber] {
        self.order.get_or_init(make)
    }
}

/// Where a client is in a list.
#[derive(Debug)]
struct Place {
    list: List,
    rows: Arc<Rows>,
    /// The offset of the page it was given last, and of the one after that.
    page: usize,
    next: usize,
    /// How many pages it was given.
    pages: u64,
}

/// One request's way through a list.
pub(crate) struct Paging {
    pagings: Arc<Pagings>,
    list: List,
}

impl Paging {
    pub(crate) fn new(pagings: &Arc<Pagings>, list: List) -> Self {
        Self { pagings: Arc::clone(pagings), list }
    }

    /// The rows that the page at `offset` belongs to; none for a first page, or when they were let go.
    pub(crate) fn resume(&self, offset: usize) -> Option<Arc<Rows>> {
        self.pagings.resume(self.list, offset)
    }

    /// Keeps the rows for the next page, if there may be one: the page at `offset` was full.
    pub(crate) fn keep(&self, rows: Arc<Rows>, offset: usize, given: usize, limit: usize) {
        if given > 0 && given == limit {
            self.pagings.keep(self.list, rows, offset, offset + given);
        }
    }
}

/// The lists that clients are paging through, the one that rests longest first.
#[derive(Debug, Default)]
pub(crate) struct Pagings(Mutex<VecDeque<Place>>);

impl Pagings {
    /// When one token pages twice through one list, the offsets tell which is which.
    fn resume(&self, list: List, offset: usize) -> Option<Arc<Rows>> {
        if offset == 0 {
            return None;
        }
        let kept = self.lock();
        let of_list = || kept.iter().rev().filter(|place| place.list == list);
        let found = of_list().find(|place| place.next == offset);
        let found = found.or_else(|| of_list().find(|place| place.page == offset));
        found.or_else(|| of_list().next()).map(|place| Arc::clone(&place.rows))
    }

    /// Notes that the page from `page` up to `next` was given. To be called within a runtime.
    fn keep(self: &Arc<Self>, list: List, rows: Arc<Rows>, page: usize, next: usize) {
        let mut kept = self.lock();
        let known = kept.iter().position(|place| Arc::ptr_eq(&place.rows, &rows));
        let pages = match known.and_then(|index| kept.remove(index)) {
            Some(place) => place.pages + 1,
            None => {
                tokio::spawn(let_go_when_idle(Arc::downgrade(self), Arc::downgrade(&rows)));
                1
            }
        };
        kept.push_back(Place { list, rows, page, next, pages });
        while kept.len() > PAGINGS_MAX || (kept.len() > 1 && devices(&kept) > DEVICES_MAX) {
            kept.pop_front();
        }
    }

    /// How many pages were given from `rows`; none when they are not kept.
    fn pages(&self, rows: &Weak<Rows>) -> Option<u64> {
        let kept = self.lock();
        kept.iter().find(|place| Arc::as_ptr(&place.rows) == rows.as_ptr()).map(|place| place.pages)
    }

    fn let_go(&self, rows: &Weak<Rows>) {
        self.lock().retain(|place| Arc::as_ptr(&place.rows) != rows.as_ptr());
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Place>> {
        // Under the lock whole entries are moved, nothing is left half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn devices(kept: &VecDeque<Place>) -> u64 {
    kept.iter().map(|place| u64::from(place.rows.site.fleet.len())).sum()
}

async fn let_go_when_idle(pagings: Weak<Pagings>, rows: Weak<Rows>) {
    let mut seen = 1;
    loop {
        tokio::time::sleep(IDLE).await;
        let Some(pagings) = pagings.upgrade() else { return };
        match pagings.pages(&rows) {
            None => return,
            Some(pages) if pages == seen => return pagings.let_go(&rows),
            Some(pages) => seen = pages,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(token: &str, asked: u64) -> List {
        List { token: TokenHash::of(token), asked }
    }

    fn rows() -> Arc<Rows> {
        Rows::new(Arc::default())
    }

    fn same(found: Option<Arc<Rows>>, wanted: &Arc<Rows>) -> bool {
        found.is_some_and(|found| Arc::ptr_eq(&found, wanted))
    }

    #[tokio::test]
    async fn a_list_goes_on_where_it_began_for_its_token_alone() {
        let (pagings, kept) = (Arc::new(Pagings::default()), rows());
        pagings.keep(list("a", 1), Arc::clone(&kept), 0, 100);
        assert!(same(pagings.resume(list("a", 1), 100), &kept));
        assert!(pagings.resume(list("a", 1), 0).is_none(), "a first page is always fresh");
        assert!(pagings.resume(list("b", 1), 100).is_none());
        assert!(pagings.resume(list("a", 2), 100).is_none());
    }

    #[tokio::test]
    async fn two_readers_with_one_token_keep_their_own_states() {
        let (pagings, first, second) = (Arc::new(Pagings::default()), rows(), rows());
        let list = list("a", 1);
        pagings.keep(list, Arc::clone(&first), 0, 100);
        pagings.keep(list, Arc::clone(&first), 100, 200);
        pagings.keep(list, Arc::clone(&second), 0, 100);
        assert!(same(pagings.resume(list, 200), &first));
        assert!(same(pagings.resume(list, 100), &second));
        pagings.keep(list, Arc::clone(&second), 100, 200);
        pagings.keep(list, Arc::clone(&second), 200, 300);
        assert!(same(pagings.resume(list, 200), &first), "it was not yet given this page");
        assert!(same(pagings.resume(list, 300), &second));
        assert!(same(pagings.resume(list, 100), &first), "a page is asked for again");
    }

    #[tokio::test]
    async fn of_too_many_the_one_that_rests_longest_goes() {
        let pagings = Arc::new(Pagings::default());
        for asked in 0..=PAGINGS_MAX as u64 {
            pagings.keep(list("a", asked), rows(), 0, 100);
        }
        assert!(pagings.resume(list("a", 0), 100).is_none());
        assert!(pagings.resume(list("a", 1), 100).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_is_let_go_and_what_is_used_is_not() {
        let (pagings, idle, used) = (Arc::new(Pagings::default()), rows(), rows());
        let weak = Arc::downgrade(&idle);
        pagings.keep(list("a", 1), idle, 0, 100);
        pagings.keep(list("a", 2), Arc::clone(&used), 0, 100);
        pagings.keep(list("a", 2), used, 100, 200);
        tokio::time::sleep(IDLE + Duration::from_secs(1)).await;
        assert!(weak.upgrade().is_none());
        assert!(pagings.resume(list("a", 2), 200).is_some());
    }
}
