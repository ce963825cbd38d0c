//! The requests of one token in one dialect.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Pace;
use super::schedule::Schedule;

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

/// A request may be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Served {
    /// How many a period has.
    pub(crate) limit: u32,
    /// How many more may be served in this one.
    pub(crate) remaining: u32,
    /// When it ends.
    pub(crate) ends_in: Duration,
}

/// A request may not even wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// When a place will be free.
    pub(crate) retry_after_seconds: u32,
}

impl Default for Lane {
    fn default() -> Self {
        let state = State { schedule: Schedule::NEW, pace: Pace::SEED, waiting: 0 };
        Self { state: Mutex::new(state), next: tokio::sync::Mutex::default() }
    }
}

impl Lane {
    /// Waits for the turn of one request.
    ///
    /// # Errors
    /// When as many wait as may.
    pub(super) async fn turn(&self, pace: Pace) -> Result<Served, Refused> {
        let _waiting = match self.enter(pace, Instant::now()) {
            Entered::Served(served) => return Ok(served),
            Entered::Refused(refused) => return Err(refused),
            Entered::Waiting(waiting) => waiting,
        };
        // Whoever leaves gives this to the next, and has taken no place in the schedule.
        let _next = self.next.lock().await;
        loop {
            let now = Instant::now();
            let at = {
                let mut state = self.state();
                let at = state.schedule.next(pace, now);
                if at <= now {
                    return Ok(state.serve(pace, now));
                }
                at
            };
            sleep_until(at).await;
        }
    }

    /// Whether nobody waits, and the period is over.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let state = self.state();
        state.waiting == 0 && state.schedule.left(state.pace, now).0 == state.pace.total()
    }

    fn enter(&self, pace: Pace, now: Instant) -> Entered<'_> {
        let mut state = self.state();
        let at = state.schedule.next(pace, now);
        if state.waiting == 0 && at <= now {
            return Entered::Served(state.serve(pace, now));
        }
        if state.waiting >= pace.waiting {
            let wait = at.saturating_duration_since(now).as_secs_f64().ceil().max(1.0);
            return Entered::Refused(Refused { retry_after_seconds: wait as u32 });
        }
        state.waiting += 1;
        Entered::Waiting(Waiting(self))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is left half done under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn serve(&mut self, pace: Pace, now: Instant) -> Served {
        self.pace = pace;
        self.schedule.serve(pace, now);
        let (remaining, ends) = self.schedule.left(pace, now);
        Served { limit: pace.total(), remaining, ends_in: ends.saturating_duration_since(now) }
    }
}

/// What becomes of a request at first.
enum Entered<'l> {
    Served(Served),
    Refused(Refused),
    Waiting(Waiting<'l>),
}

/// Counts as waiting until it is dropped.
struct Waiting<'l>(&'l Lane);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}
