//! Answers that go on for as long as their clients like: how many there may be, and that they end when the server does.

mod body;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::{Error, SiteId, TokenHash};
use tokio::sync::{mpsc, watch};

use self::body::Events;
use crate::failure::Failure;

/// How many there may be at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    /// Of one token,
    pub(crate) of_token: usize,
    /// of all tokens of a site,
    pub(crate) of_site: usize,
    /// and of all sites.
    pub(crate) in_all: usize,
}

/// Of streams of changes.
const CHANGES: Most = Most { of_token: 8, of_site: 64, in_all: 1024 };
/// What a client is told to wait when there are too many.
const RETRY_AFTER_SECONDS: u32 = 5;
/// Parts that wait to be sent, besides the one that is being written.
const PARTS_WAITING: usize = 2;

/// The streams that are open.
#[derive(Debug)]
pub(crate) struct Streams {
    most: Most,
    open: Mutex<HashMap<(SiteId, TokenHash), usize>>,
    count: AtomicUsize,
    ended: watch::Sender<bool>,
}

/// The place of one stream, free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    streams: Arc<Streams>,
    of: (SiteId, TokenHash),
    ended: watch::Receiver<bool>,
}

impl Default for Streams {
    fn default() -> Self {
        Self::limited(CHANGES)
    }
}

impl Streams {
    /// So many at once.
    pub(crate) fn limited(most: Most) -> Self {
        let (open, count, ended) = (Mutex::default(), AtomicUsize::default(), watch::Sender::new(false));
        Self { most, open, count, ended }
    }

    /// A place for a stream of that site and token.
    ///
    /// # Errors
    /// Busy when there are too many.
    pub(crate) fn place(self: &Arc<Self>, site: SiteId, token: TokenHash) -> Result<Place, Failure> {
        let mut open = self.lock();
        let of_token = open.get(&(site, token)).copied().unwrap_or_default();
        let of_site = || open.iter().filter(|((known, _), _)| *known == site).map(|(_, count)| count);
        let Most { of_token: token_max, of_site: site_max, in_all } = self.most;
        if of_token >= token_max || self.open() >= in_all || of_site().sum::<usize>() >= site_max {
            return Err(Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS }.into());
        }
        *open.entry((site, token)).or_default() += 1;
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(Place { streams: Arc::clone(self), of: (site, token), ended: self.ended.subscribe() })
    }

    /// How many are open.
    pub(crate) fn open(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Whether all of them were ended.
    pub(crate) fn are_ended(&self) -> bool {
        *self.ended.borrow()
    }

    /// Ends all of them, and those that begin later too.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(SiteId, TokenHash), usize>> {
        // Under the lock single counts are moved.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until all streams are to end.
    pub(crate) async fn ended(&mut self) {
        // The sender lives as long as this place.
        _ = self.ended.wait_for(|ended| *ended).await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if let Some(count) = open.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.of);
            }
        }
        self.streams.count.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer of server-sent events, and where they are put. It ends whole when that is dropped.
pub(crate) fn events() -> (mpsc::Sender<Bytes>, Response) {
    let (parts, sent) = mpsc::channel(PARTS_WAITING);
    let mut response = Response::new(Body::new(Events(sent)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    (parts, response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_a_site_and_the_server_have_so_many_places_and_they_are_free_again() {
        let streams = Arc::new(Streams::default());
        let take = |site: u32, token: usize| {
            streams.place(SiteId(site), TokenHash::of(&format!("{site} {token}"))).ok()
        };
        let mut places: Vec<_> = (0..CHANGES.of_token).map(|_| take(1, 0).unwrap()).collect();
        assert!(take(1, 0).is_none());
        places.pop();
        places.push(take(1, 0).unwrap());
        let others = (0..CHANGES.of_site - CHANGES.of_token).map(|token| take(1, token + 1).unwrap());
        places.extend(others.collect::<Vec<_>>());
        assert!(take(1, 1).is_none(), "the site has no more");
        let mut site = 2;
        while streams.open() < CHANGES.in_all {
            places.extend((0..CHANGES.of_site).map(|token| take(site, token).unwrap()));
            site += 1;
        }
        assert!(take(site, 0).is_none());
        drop(places);
        assert!(take(1, 0).is_some() && streams.open() == 0 && streams.lock().is_empty());
    }
}
