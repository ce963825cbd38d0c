//! The time machine: a site as of a moment that has passed, from the nearest state that is at hand and the records
//! between. One version is worked out once however many ask, and by few at a time, since each takes memory.

mod cache;
mod flights;
mod past;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Error, Version};
use site::Site;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until};

use self::cache::Cache;
use self::flights::Flights;
use crate::checkpoint::Checkpoints;
use crate::point::Point;

/// Most states that are worked out at once.
pub const REPLAYS_MAX: usize = 2;
/// Most that wait for that.
pub const REPLAYS_QUEUED_MAX: usize = 16;

/// States of the past that were asked for, of all sites.
pub(crate) struct History {
    cache: Mutex<Cache>,
    flights: Mutex<Flights>,
    turns: Semaphore,
}

impl History {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            cache: Mutex::default(),
            flights: Mutex::default(),
            turns: Semaphore::new(REPLAYS_MAX),
        })
    }

    /// The state of a site as of a version that it has passed.
    ///
    /// # Errors
    /// `Pruned` when it is not kept any more, `Busy` when too many others are being worked out, `Unavailable` when
    /// the store cannot be read.
    pub(crate) async fn state(
        self: &Arc<Self>,
        checkpoints: &Arc<Checkpoints>,
        version: Version,
    ) -> Result<Arc<Site>, Error> {
        if let Some(state) = self.kept(checkpoints, version) {
            return Ok(state);
        }
        flights::join(self, checkpoints, version)?.landed().await
    }

    /// The state, if it was worked out before and may still be shown.
    fn kept(&self, checkpoints: &Checkpoints, version: Version) -> Option<Arc<Site>> {
        if version < checkpoints.first() {
            return None;
        }
        self.cache().get(checkpoints.site, version, Instant::now())
    }

    /// Works it out, when it is its turn.
    async fn work_out(
        self: &Arc<Self>,
        checkpoints: &Checkpoints,
        version: Version,
    ) -> Result<Arc<Site>, Error> {
        let _turn = self.turns.acquire().await.map_err(|_| Error::Internal)?;
        let at_hand = self.cache().nearest(checkpoints.site, version);
        let point = past::state_at(checkpoints, at_hand, version).await?;
        let state = Arc::clone(&point.state);
        self.keep(checkpoints, point);
        Ok(state)
    }

    fn keep(self: &Arc<Self>, checkpoints: &Checkpoints, point: Point<Site>) {
        let mut cache = self.cache();
        cache.insert(checkpoints.site, point, Instant::now());
        if cache.begin_sweeping() {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets go of states that nobody has asked for in a while, until there are none.
async fn sweep(history: std::sync::Weak<History>) {
    loop {
        let next = match history.upgrade() {
            Some(history) => history.cache().sweep(Instant::now()),
            None => return,
        };
        match next {
            Some(next) => sleep_until(next).await,
            None => return,
        }
    }
}
