//! Pacing: a token's requests beyond what is served at once wait for their turn, in their order, and are refused only
//! when too many wait (netskope-v1, Pacing).

mod lane;
#[cfg(test)]
mod naive;
mod rate;
mod schedule;
mod shard;
#[cfg(test)]
mod tests;
mod turn;

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::Pace;
use tokio::sync::watch;
use tokio::time::Instant;

use self::lane::Entry;
pub(crate) use self::rate::Rate;
use self::shard::Shard;
pub(crate) use self::turn::{Awaited, Turn};

/// Into how many parts the lanes are split, so that requests of different tokens hardly ever wait for one lock.
const SHARDS: usize = 64;

/// The lanes of all tokens, under keys `K`.
pub(crate) struct Lanes<K> {
    hasher: RandomState,
    shards: [Mutex<Shard<K>>; SHARDS],
    /// How many requests wait, in all lanes.
    waiting: AtomicUsize,
    stopping: watch::Sender<bool>,
}

/// What becomes of a request.
pub(crate) enum Entered<K> {
    /// It is served, with this to tell of its pace, if it has one.
    Served(Option<Rate>),
    /// It waits.
    Waits(Turn<K>),
    /// Too many wait.
    Refused(Rate),
}

impl<K> Default for Lanes<K> {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| Mutex::default()),
            waiting: AtomicUsize::default(),
            stopping: watch::Sender::new(false),
        }
    }
}

impl<K: Hash + Eq> Lanes<K> {
    /// Takes a request into the lane of a key.
    #[expect(clippy::cast_possible_truncation, reason = "what is left of the hash is less than the shards")]
    pub(crate) fn enter(self: &Arc<Self>, key: K, pace: Pace) -> Entered<K> {
        let place = self.hasher.hash_one(&key) % SHARDS as u64;
        let now = Instant::now();
        // Under the lock whole lanes come and go.
        let mut shard = self.shards[place as usize].lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lane) = shard.lane(key, now) else { return Entered::Served(None) };
        match lane.enter(pace, now) {
            Entry::Served(rate) => Entered::Served(Some(rate)),
            Entry::Refused(rate) => Entered::Refused(rate),
            Entry::Waits => Entered::Waits(Turn::new(Arc::clone(lane), Arc::clone(self))),
        }
    }
}

impl<K> Lanes<K> {
    /// How many requests wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The server stops: whose turn does not come soon waits in vain.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }
}

impl<K> fmt::Debug for Lanes<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lanes").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}
