//! One state for all pages of a list. A client that pages by offset names no state, so it is kept for it from its first
//! full page on: whatever is written meanwhile, no row comes twice and none is left out.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use domain::{DeviceNumber, TokenHash};
use site::Site;
use site::queries::device_filter::Found;
use tokio::time::Instant;

use crate::params::Params;

/// Most places that one token has; beyond it loses its own.
const PLACES_OF_TOKEN_MAX: usize = 16;
/// Most places of one list of which only the first page was given: who asks for first pages again and again does not
/// page.
const FIRST_PAGES_OF_LIST_MAX: usize = 4;
/// Most places of all tokens together.
const PLACES_MAX: usize = 1024;
/// Most devices of all states kept, unless one alone has more. States share what does not differ, so this is what they
/// weigh at worst.
const DEVICES_MAX: u64 = 8_000_000;
/// A place of which no page was asked for so long is let go,
const IDLE: Duration = Duration::from_secs(300);
/// and any place at this age: nobody is shown older rows.
const AGE_MAX: Duration = Duration::from_secs(900);
/// For so long a page is given again as it was, to whoever lost the answer; later the client looks for news.
const RETRY: Duration = Duration::from_secs(30);
const SWEEP_EVERY: Duration = Duration::from_secs(60);

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
            params.iter().filter(|(name, _)| !["offset", "skip", "limit"].contains(name)).collect();
        asked.sort_unstable();
        asked.hash(&mut hasher);
        // A token can only collide with its own lists.
        Self { token, asked: hasher.finish() }
    }
}

/// The state that a list is read from, and what a page has worked out for those after it: all rows in order, or which
/// devices there are.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) site: Arc<Site>,
    order: Kept<[DeviceNumber]>,
    found: Kept<Found>,
}

/// What is worked out once for all pages.
type Kept<T> = Mutex<Option<Arc<T>>>;

impl Rows {
    pub(crate) fn new(site: Arc<Site>) -> Arc<Self> {
        Arc::new(Self { site, order: Mutex::default(), found: Mutex::default() })
    }

    /// All rows in the list's order, worked out by `make` the first time; not kept when it gives up.
    pub(crate) fn in_order(
        &self,
        make: impl FnOnce() -> Option<Vec<DeviceNumber>>,
    ) -> Option<Arc<[DeviceNumber]>> {
        worked_out(&self.order, make)
    }

    /// The devices that the list's filter has found, as [`Self::in_order`].
    pub(crate) fn found(&self, make: impl FnOnce() -> Option<Found>) -> Option<Arc<Found>> {
        worked_out(&self.found, make)
    }
}

fn worked_out<T: ?Sized, Made: Into<Arc<T>>>(
    kept: &Kept<T>,
    make: impl FnOnce() -> Option<Made>,
) -> Option<Arc<T>> {
    // It is put there as a whole or not at all.
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.is_none() {
        *kept = make().map(Into::into);
    }
    kept.clone()
}

/// Where a client is in a list.
#[derive(Debug)]
struct Place {
    list: List,
    rows: Arc<Rows>,
    /// The offset of the page it was given last, and of the one after that.
    page: usize,
    next: usize,
    born: Instant,
    /// When that page was first given.
    given: Instant,
}

impl Place {
    fn is_over(&self, now: Instant) -> bool {
        now - self.given >= IDLE || now - self.born >= AGE_MAX
    }
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

/// The lists that clients are paging through.
#[derive(Debug, Default)]
pub(crate) struct Pagings(Mutex<Places>);

/// The one that was given a page longest ago comes first.
#[derive(Debug, Default)]
struct Places {
    kept: Vec<Place>,
    swept: bool,
}

impl Pagings {
    /// When one token pages twice through one list, the offsets tell which is which.
    fn resume(&self, list: List, offset: usize) -> Option<Arc<Rows>> {
        if offset == 0 {
            return None;
        }
        let (places, now) = (self.lock(), Instant::now());
        let of_list = || places.kept.iter().rev().filter(|place| place.list == list && !place.is_over(now));
        let found = of_list().find(|place| place.next == offset);
        let again = |place: &&Place| place.page == offset && now - place.given < RETRY;
        let found = found.or_else(|| of_list().find(again));
        // Some clients ask for several pages at once, and theirs come in any order.
        let found = found.or_else(|| of_list().find(|place| now - place.born < RETRY));
        found.map(|place| Arc::clone(&place.rows))
    }

    /// Notes that the page from `page` up to `next` was given. To be called within a runtime.
    fn keep(self: &Arc<Self>, list: List, rows: Arc<Rows>, page: usize, next: usize) {
        let (mut places, now) = (self.lock(), Instant::now());
        places.note(Place { list, rows, page, next, born: now, given: now });
        if !std::mem::replace(&mut places.swept, true) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        // Under the lock whole entries are moved, nothing is left half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn note(&mut self, mut place: Place) {
        let known = self.kept.iter().position(|known| Arc::ptr_eq(&known.rows, &place.rows));
        if let Some(known) = known.map(|index| self.kept.remove(index)) {
            place.born = known.born;
            if known.page == place.page {
                place.given = known.given;
            }
        }
        // The same first page of the same state: one place serves both.
        let twin = |known: &Place| {
            known.page == 0
                && place.page == 0
                && (known.list, known.next) == (place.list, place.next)
                && Arc::ptr_eq(&known.rows.site, &place.rows.site)
        };
        self.kept.retain(|known| !twin(known));
        let (list, token) = (place.list, place.list.token);
        self.kept.push(place);
        self.leave(FIRST_PAGES_OF_LIST_MAX, |known| known.list == list && known.page == 0);
        self.leave(PLACES_OF_TOKEN_MAX, |known| known.list.token == token);
        while self.kept.len() > PLACES_MAX || (self.kept.len() > 1 && self.devices() > DEVICES_MAX) {
            // Who was given a first page alone may not want another.
            let idlest = self.kept.iter().position(|known| known.page == 0);
            self.kept.remove(idlest.filter(|index| index + 1 < self.kept.len()).unwrap_or(0));
        }
    }

    /// Leaves so many of those that `counts`, the latest.
    fn leave(&mut self, most: usize, counts: impl Fn(&Place) -> bool) {
        let mut over = self.kept.iter().filter(|place| counts(place)).count().saturating_sub(most);
        self.kept.retain(|place| {
            let goes = over > 0 && counts(place);
            over -= usize::from(goes);
            !goes
        });
    }

    /// The devices of all states, each state counted once.
    fn devices(&self) -> u64 {
        let mut sites: Vec<_> = self.kept.iter().map(|place| &place.rows.site).collect();
        sites.sort_unstable_by_key(|site| Arc::as_ptr(site));
        sites.dedup_by(|a, b| Arc::ptr_eq(a, b));
        sites.into_iter().map(|site| u64::from(site.fleet.len())).sum()
    }
}

/// Lets go of what is over also when nobody asks any more; ends when nothing is kept.
async fn sweep(pagings: Weak<Pagings>) {
    loop {
        tokio::time::sleep(SWEEP_EVERY).await;
        let Some(pagings) = pagings.upgrade() else { return };
        let (mut places, now) = (pagings.lock(), Instant::now());
        places.kept.retain(|place| !place.is_over(now));
        places.swept = !places.kept.is_empty();
        if !places.swept {
            return;
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

    #[test]
    fn an_order_that_was_given_up_is_worked_out_by_the_next() {
        let (rows, made) = (rows(), || Some(vec![DeviceNumber(7)]));
        assert_eq!(rows.in_order(|| None), None);
        assert_eq!(rows.in_order(made).as_deref(), Some(&[DeviceNumber(7)][..]));
        assert_eq!(rows.in_order(|| None).as_deref(), Some(&[DeviceNumber(7)][..]));
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
    async fn whoever_asks_for_much_takes_nothing_from_others() {
        let (pagings, mine) = (Arc::new(Pagings::default()), rows());
        pagings.keep(list("a", 1), Arc::clone(&mine), 0, 100);
        pagings.keep(list("a", 1), Arc::clone(&mine), 100, 200);
        for asked in 0..200 {
            pagings.keep(list("b", 7), rows(), 0, 100);
            pagings.keep(list("b", asked), rows(), 0, 100);
            pagings.keep(list("a", 1), rows(), 0, 100);
        }
        assert!(same(pagings.resume(list("a", 1), 200), &mine));
        assert_eq!(pagings.lock().kept.len(), 1 + FIRST_PAGES_OF_LIST_MAX + PLACES_OF_TOKEN_MAX);
        for token in 0..2 * PLACES_MAX {
            pagings.keep(list(&token.to_string(), 1), rows(), 0, 100);
        }
        assert_eq!(pagings.lock().kept.len(), PLACES_MAX);
        assert!(same(pagings.resume(list("a", 1), 200), &mine), "first pages alone go before it");
    }

    #[tokio::test]
    async fn one_first_page_of_one_state_is_one_place() {
        let (pagings, site) = (Arc::new(Pagings::default()), Arc::default());
        for _ in 0..9 {
            pagings.keep(list("a", 1), Rows::new(Arc::clone(&site)), 0, 100);
        }
        assert_eq!(pagings.lock().kept.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_is_asked_for_again_and_again_is_fresh_again() {
        let (pagings, kept) = (Arc::new(Pagings::default()), rows());
        pagings.keep(list("a", 1), Arc::clone(&kept), 100, 200);
        for _ in 0..2 {
            tokio::time::sleep(RETRY / 3).await;
            assert!(same(pagings.resume(list("a", 1), 100), &kept), "a retry");
            pagings.keep(list("a", 1), Arc::clone(&kept), 100, 200);
        }
        tokio::time::sleep(RETRY / 3).await;
        assert!(pagings.resume(list("a", 1), 100).is_none());
        assert!(same(pagings.resume(list("a", 1), 200), &kept), "the next page belongs to it still");
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_leaps_among_pages_sees_news_soon() {
        let (pagings, kept) = (Arc::new(Pagings::default()), rows());
        pagings.keep(list("a", 1), Arc::clone(&kept), 0, 100);
        for page in [300, 500, 300] {
            assert!(same(pagings.resume(list("a", 1), page), &kept), "asked for beside the first");
            pagings.keep(list("a", 1), Arc::clone(&kept), page, page + 100);
            tokio::time::sleep(RETRY / 3).await;
        }
        assert!(pagings.resume(list("a", 1), 500).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_asks_for_is_let_go_and_what_is_used_is_not() {
        let (pagings, idle, used) = (Arc::new(Pagings::default()), rows(), rows());
        let weak = Arc::downgrade(&idle);
        pagings.keep(list("a", 1), idle, 0, 100);
        tokio::time::sleep(IDLE / 2).await;
        pagings.keep(list("a", 2), Arc::clone(&used), 0, 100);
        tokio::time::sleep(IDLE / 2 + 2 * SWEEP_EVERY).await;
        assert!(weak.upgrade().is_none());
        assert!(same(pagings.resume(list("a", 2), 100), &used));
        tokio::time::sleep(AGE_MAX).await;
        assert!(pagings.resume(list("a", 2), 100).is_none());
        assert!(!pagings.lock().swept, "nothing is left to be swept");
    }
}
