//! The requests of one token in one dialect.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Pace;
use tokio::time::{Instant, sleep_until};

use super::Rate;
use super::schedule::Schedule;

/// After so long whoever is next looks whether another pace was set.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Where the requests of one token wait, first come, first served.
#[derive(Debug)]
pub(super) struct Lane {
    state: Mutex<State>,
    /// Held by the one that is served next; the lock lets them have it in the order in which they came.
    next: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    schedule: Schedule,
    /// The pace by which the last was served.
    pace: Pace,
    waiting: u32,
}

/// What becomes of a request when it comes.
#[derive(Debug)]
pub(super) enum Entry {
    /// It is served.
    Served(Rate),
    /// It counts among those that wait, until [`Lane::leave`].
    Waits,
    /// As many wait as may.
    Refused(Rate),
}

impl Default for Lane {
    fn default() -> Self {
        let state = State { schedule: Schedule::NEW, pace: Pace::SEED, waiting: 0 };
        Self { state: Mutex::new(state), next: tokio::sync::Mutex::default() }
    }
}

impl Lane {
    /// Takes in a request.
    pub(super) fn enter(&self, pace: Pace, now: Instant) -> Entry {
        let mut state = self.state();
        let at = state.schedule.next(pace, now);
        if state.waiting == 0 && at <= now {
            state.serve(pace, now);
            return Entry::Served(state.rate(pace, now, now, 0));
        }
        if state.waiting >= pace.waiting.get() {
            return Entry::Refused(state.rate(pace, now, at, state.waiting));
        }
        state.waiting += 1;
        Entry::Waits
    }

    /// The request waits no more.
    pub(super) fn leave(&self) {
        self.state().waiting -= 1;
    }

    /// Waits for the turn of a request that has entered; `None` when there is no pace any more.
    pub(super) async fn turn(&self, pace: impl Fn() -> Option<Pace>) -> Option<Rate> {
        // Whoever leaves gives this to the next, and has taken no place in the schedule.
        let _next = self.next.lock().await;
        loop {
            let (pace, now) = (pace()?, Instant::now());
            let at = {
                let mut state = self.state();
                let at = state.schedule.next(pace, now);
                if at <= now {
                    state.serve(pace, at);
                    return Some(state.rate(pace, now, now, state.waiting - 1));
                }
                at
            };
            sleep_until(at.min(now + LOOK_AGAIN)).await;
        }
    }

    /// Whether nobody waits, and the period is over.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let state = self.state();
        state.waiting == 0 && state.schedule.left(state.pace, now).0 == state.pace.total()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn serve(&mut self, pace: Pace, turn: Instant) {
        self.pace = pace;
        self.schedule.serve(pace, turn);
    }

    /// What a client is told whose request is served now, or may be sent again at a moment, while so many others wait.
    fn rate(&self, pace: Pace, now: Instant, again: Instant, others: u32) -> Rate {
        let (left, ends) = self.schedule.left(pace, now);
        Rate {
            limit: pace.total(),
            // Those that wait are served before whoever comes now.
            remaining: left.saturating_sub(others),
            resets_in: ends.saturating_duration_since(now),
            again_in: again.saturating_duration_since(now),
        }
    }
}
