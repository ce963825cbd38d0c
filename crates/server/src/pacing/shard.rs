//! A part of the lanes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::lane::Lane;

/// Most lanes of one part that are kept: some 130,000 in all, of tokens from which requests came within one period.
pub(super) const LANES_MAX: usize = 2048;
/// From so many lanes on those are let go of that nobody waits in and whose period is over, at each doubling.
const SWEEP_FROM: usize = 64;
/// How long a part that is full of lanes in use is not looked through again.
const SWEEP_AGAIN: Duration = Duration::from_secs(1);

/// Lanes by their keys.
#[derive(Debug)]
pub(super) struct Shard<K> {
    lanes: HashMap<K, Arc<Lane>>,
    /// How many there may be before they are swept.
    sweep_at: usize,
    swept: Option<Instant>,
}

impl<K> Default for Shard<K> {
    fn default() -> Self {
        Self { lanes: HashMap::new(), sweep_at: SWEEP_FROM, swept: None }
    }
}

impl<K: Hash + Eq> Shard<K> {
    /// The lane of a key; `None` when there are too many: whoever comes then is not paced, since only a token that
    /// sends too much may be refused.
    pub(super) fn lane(&mut self, key: K, now: Instant) -> Option<&Arc<Lane>> {
        if self.lanes.len() >= self.sweep_at && !self.lanes.contains_key(&key) {
            self.sweep(now);
            if self.lanes.len() >= LANES_MAX {
                return None;
            }
        }
        Some(self.lanes.entry(key).or_default())
    }

    fn sweep(&mut self, now: Instant) {
        let is_full = self.lanes.len() >= LANES_MAX;
        if is_full && self.swept.is_some_and(|swept| now < swept + SWEEP_AGAIN) {
            return;
        }
        self.swept = Some(now);
        self.lanes.retain(|_, lane| !lane.is_idle(now));
        self.sweep_at = (2 * self.lanes.len()).clamp(SWEEP_FROM, LANES_MAX);
        self.lanes.shrink_to(self.sweep_at);
    }

    /// How many there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lanes.len()
    }
}
