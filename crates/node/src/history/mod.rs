//! The time machine: a site as of a moment that has passed, from the nearest state that is at hand and the records
//! between. One version is worked out once however many ask, and by few at a time, since each takes memory.

mod cache;
mod flights;
mod past;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{Error, Version};
use site::{Site, State};
use tokio::sync::{RwLockReadGuard, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use self::cache::Cache;
use self::flights::Flights;
use crate::blocking::drop_off_thread;
use crate::checkpoint::Checkpoints;
use crate::point::Point;

/// Most states that are worked out at once.
pub const REPLAYS_MAX: usize = 2;
/// Most that wait for that.
pub const REPLAYS_QUEUED_MAX: usize = 16;
/// Most states of one site that are worked out or wait: the rest is for the other sites.
pub const REPLAYS_OF_SITE_MAX: usize = (REPLAYS_MAX + REPLAYS_QUEUED_MAX) / 2;

/// States of the past that were asked for, of all sites.
pub(crate) struct History {
    cache: Mutex<Cache>,
    flights: Mutex<Flights>,
    turns: Semaphore,
    /// After how many records what was worked out is kept, so that who comes again does not wait for it again.
    step: u64,
}

impl History {
    /// None yet; they are worked out in steps of so many records.
    pub(crate) fn new(step: u64) -> Arc<Self> {
        Arc::new(Self {
            cache: Mutex::default(),
            flights: Mutex::default(),
            turns: Semaphore::new(REPLAYS_MAX),
            step: step.max(1),
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
        // Nothing is dropped while this is held.
        let _begun = self.turn(checkpoints).await?;
        let at_hand = self.cache().nearest(checkpoints.site, version);
        let mut point = past::begin(checkpoints, at_hand, version).await?;
        while point.state.version() < version {
            let until = Version(point.state.version().0.saturating_add(self.step)).min(version);
            point = past::go_on(checkpoints, point, until, version).await?;
            if until < version {
                self.keep(checkpoints, point.clone(), version);
            }
        }
        let state = Arc::clone(&point.state);
        self.keep(checkpoints, point, version);
        Ok(state)
    }

    /// Waits until it is its turn and nothing of the site is being dropped. Who waits for one holds up nobody who waits
    /// for the other.
    async fn turn<'a>(
        &'a self,
        checkpoints: &'a Checkpoints,
    ) -> Result<(SemaphorePermit<'a>, RwLockReadGuard<'a, ()>), Error> {
        loop {
            let in_use = checkpoints.in_use.read().await;
            if let Ok(turn) = self.turns.try_acquire() {
                return Ok((turn, in_use));
            }
            drop(in_use);
            let turn = self.turns.acquire().await.map_err(|_| Error::Internal)?;
            if let Ok(in_use) = checkpoints.in_use.try_read() {
                return Ok((turn, in_use));
            }
        }
    }

    fn keep(self: &Arc<Self>, checkpoints: &Checkpoints, point: Point<Site>, towards: Version) {
        let mut cache = self.cache();
        let gone = cache.insert(checkpoints.site, point, towards, Instant::now());
        drop_off_thread(gone);
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
        let (gone, next) = match history.upgrade() {
            Some(history) => history.cache().sweep(Instant::now()),
            None => return,
        };
        drop_off_thread(gone);
        match next {
            Some(next) => sleep_until(next).await,
            None => return,
        }
    }
}
