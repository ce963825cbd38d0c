//! Pacing: a token's requests beyond what is served at once wait for their turn, in their order, and are refused only
//! when too many wait (netskope-v1, Pacing).

mod lane;
mod pace;
mod schedule;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use self::lane::Lane;
pub(crate) use self::lane::{Refused, Served};
pub(crate) use self::pace::Pace;

/// Most lanes that are kept: of so many tokens requests may have come within one period.
const LANES_MAX: usize = 1 << 17;
/// From so many lanes on those are let go of that nobody waits in and whose period is over, at each doubling.
const SWEEP_FROM: usize = 1024;

/// The lanes of all tokens.
#[derive(Debug)]
pub(crate) struct Pacing<K>(Mutex<Lanes<K>>);

#[derive(Debug)]
struct Lanes<K> {
    by_key: HashMap<K, Arc<Lane>>,
    /// How many there may be before they are swept.
    sweep_at: usize,
}

impl<K> Default for Pacing<K> {
    fn default() -> Self {
        Self(Mutex::new(Lanes { by_key: HashMap::new(), sweep_at: SWEEP_FROM }))
    }
}

impl<K: Hash + Eq> Pacing<K> {
    /// Waits until a request of this lane may be served. One that is given up gives its place to the next.
    ///
    /// # Errors
    /// When as many wait as may, or no lane is left.
    pub(crate) async fn turn(&self, key: K, pace: Pace) -> Result<Served, Refused> {
        let lane = self.lane(key, Instant::now())?;
        lane.turn(pace).await
    }

    fn lane(&self, key: K, now: Instant) -> Result<Arc<Lane>, Refused> {
        let mut lanes = self.lanes();
        if let Some(lane) = lanes.by_key.get(&key) {
            return Ok(Arc::clone(lane));
        }
        if lanes.by_key.len() >= lanes.sweep_at {
            lanes.sweep(now);
        }
        if lanes.by_key.len() >= LANES_MAX {
            return Err(Refused { retry_after_seconds: 1 });
        }
        Ok(Arc::clone(lanes.by_key.entry(key).or_default()))
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes<K>> {
        // Under the lock whole lanes come and go.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Lanes<K> {
    fn sweep(&mut self, now: Instant) {
        // Whoever is in a lane holds it.
        self.by_key.retain(|_, lane| Arc::strong_count(lane) > 1 || !lane.is_idle(now));
        self.sweep_at = (2 * self.by_key.len()).clamp(SWEEP_FROM, LANES_MAX);
    }
}
