//! Who waits for which state that is being worked out: one flight for each, joined by all who want it, given up when
//! the last of them goes.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{Error, SiteId, Version};
use site::Site;
use tokio::sync::watch;

use super::{History, REPLAYS_MAX, REPLAYS_OF_SITE_MAX, REPLAYS_QUEUED_MAX};
use crate::checkpoint::Checkpoints;

/// What a client is told to wait when too many states are asked for.
const RETRY_AFTER_SECONDS: u32 = 1;

/// Where a state comes out; nothing yet while it is being worked out.
type Landing = Option<Result<Arc<Site>, Error>>;

#[derive(Default)]
pub(super) struct Flights {
    by_state: HashMap<(SiteId, Version), Flight>,
    last: u64,
}

struct Flight {
    /// Tells a flight from a later one to the same state.
    number: u64,
    landing: watch::Sender<Landing>,
}

/// A seat in a flight; giving it up is leaving.
pub(super) struct Seat(watch::Receiver<Landing>);

impl Seat {
    /// Waits until the state is there.
    pub(super) async fn landed(mut self) -> Result<Arc<Site>, Error> {
        // It ends without a landing only by a panic, which the log has.
        let landing = self.0.wait_for(Option::is_some).await.map_err(|_| Error::Internal)?;
        landing.clone().unwrap_or(Err(Error::Internal))
    }
}

/// Joins the flight to a state, or begins one.
pub(super) fn join(
    history: &Arc<History>,
    checkpoints: &Arc<Checkpoints>,
    version: Version,
) -> Result<Seat, Error> {
    let key = (checkpoints.site, version);
    let mut flights = history.flights();
    if let Some(flight) = flights.by_state.get(&key) {
        return Ok(Seat(flight.landing.subscribe()));
    }
    let of_site = flights.by_state.keys().filter(|(site, _)| *site == checkpoints.site).count();
    if of_site >= REPLAYS_OF_SITE_MAX || flights.by_state.len() >= REPLAYS_MAX + REPLAYS_QUEUED_MAX {
        return Err(Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS });
    }
    let number = flights.last + 1;
    flights.last = number;
    let (landing, seat) = watch::channel(None);
    let departed = Departed { history: Arc::clone(history), key, number };
    flights.by_state.insert(key, Flight { number, landing: landing.clone() });
    tokio::spawn(fly(departed, Arc::clone(checkpoints), landing));
    Ok(Seat(seat))
}

async fn fly(departed: Departed, checkpoints: Arc<Checkpoints>, landing: watch::Sender<Landing>) {
    let (history, version) = (Arc::clone(&departed.history), departed.key.1);
    let worked_out = history.work_out(&checkpoints, version);
    tokio::select! {
        state = worked_out => {
            // Off the list first: who comes later finds the state kept.
            drop(departed);
            landing.send_replace(Some(state));
        }
        () = departed.is_empty(&landing) => {}
    }
}

/// A flight that is on the list until this is dropped, however it ends.
struct Departed {
    history: Arc<History>,
    key: (SiteId, Version),
    number: u64,
}

impl Departed {
    /// Waits until nobody waits any more; then nobody can join either.
    async fn is_empty(&self, landing: &watch::Sender<Landing>) {
        loop {
            landing.closed().await;
            let mut flights = self.history.flights();
            // Someone may have joined since; joining takes the same lock.
            if landing.receiver_count() == 0 {
                flights.by_state.remove(&self.key);
                return;
            }
        }
    }
}

impl Drop for Departed {
    fn drop(&mut self) {
        let mut flights = self.history.flights();
        if flights.by_state.get(&self.key).is_some_and(|flight| flight.number == self.number) {
            flights.by_state.remove(&self.key);
        }
    }
}
