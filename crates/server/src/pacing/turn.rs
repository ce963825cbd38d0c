//! A request that waits for its turn.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use domain::Pace;

use super::lane::Lane;
use super::{Lanes, Rate};
use crate::serve::DRAIN_SECONDS;

/// For so long turns come while the server stops; what is left of the time to stop is for answering.
const LAST_TURN: Duration = Duration::from_secs(DRAIN_SECONDS - 10);

/// A place among those that wait; given up when it is dropped.
pub(crate) struct Turn<K> {
    lane: Arc<Lane>,
    lanes: Arc<Lanes<K>>,
}

/// How waiting ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Awaited {
    /// The request is served, with this to tell of its pace, if there still is one.
    Served(Option<Rate>),
    /// The server stops before its turn comes.
    Stopped,
}

impl<K> Turn<K> {
    pub(super) fn new(lane: Arc<Lane>, lanes: Arc<Lanes<K>>) -> Self {
        lanes.waiting.fetch_add(1, Ordering::Relaxed);
        Self { lane, lanes }
    }

    /// Waits for the turn; `pace` is asked anew while that is ahead, as it may be set otherwise.
    pub(crate) async fn come(self, pace: impl Fn() -> Option<Pace>) -> Awaited {
        let mut stopping = self.lanes.stopping.subscribe();
        let stopped = async {
            // The sender lives as long as the lanes.
            _ = stopping.wait_for(|stopping| *stopping).await;
            tokio::time::sleep(LAST_TURN).await;
        };
        tokio::select! {
            biased;
            rate = self.lane.turn(pace) => Awaited::Served(rate),
            () = stopped => Awaited::Stopped,
        }
    }
}

impl<K> Drop for Turn<K> {
    fn drop(&mut self) {
        self.lane.leave();
        self.lanes.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
