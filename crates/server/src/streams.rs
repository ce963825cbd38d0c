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

/// Most streams of one token at once,
const OF_TOKEN_MAX: usize = 8;
/// of all tokens of a site,
const OF_SITE_MAX: usize = 64;
/// and of all sites.
const MAX: usize = 1024;
/// What a client is told to wait when there are too many.
const RETRY_AFTER_SECONDS: u32 = 5;
/// Parts that wait to be sent, besides the one that is being written.
const PARTS_WAITING: usize = 2;

/// The streams that are open.
#[derive(Debug)]
pub(crate) struct Streams {
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
        Self { open: Mutex::default(), count: AtomicUsize::default(), ended: watch::Sender::new(false) }
    }
}

impl Streams {
    /// A place for a stream of that site and token.
    ///
    /// # Errors
    /// Busy when there are too many.
    pub(crate) fn place(self: &Arc<Self>, site: SiteId, token: TokenHash) -> Result<Place, Failure> {
        let mut open = self.lock();
        let of_token = open.get(&(site, token)).copied().unwrap_or_default();
        let of_site = || open.iter().filter(|((known, _), _)| *known == site).map(|(_, count)| count);
        if of_token >= OF_TOKEN_MAX || self.open() >= MAX || of_site().sum::<usize>() >= OF_SITE_MAX {
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
        let mut places: Vec<_> = (0..OF_TOKEN_MAX).map(|_| take(1, 0).unwrap()).collect();
        assert!(take(1, 0).is_none());
        places.pop();
        places.push(take(1, 0).unwrap());
        let others = (0..OF_SITE_MAX - OF_TOKEN_MAX).map(|token| take(1, token + 1).unwrap());
        places.extend(others.collect::<Vec<_>>());
        assert!(take(1, 1).is_none(), "the site has no more");
        let mut site = 2;
        while streams.open() < MAX {
            places.extend((0..OF_SITE_MAX).map(|token| take(site, token).unwrap()));
            site += 1;
        }
        assert!(take(site, 0).is_none());
        drop(places);
        assert!(take(1, 0).is_some() && streams.open() == 0 && streams.lock().is_empty());
    }
}
