//! When the requests of one lane are served.

use std::time::Duration;

use domain::Pace;
use tokio::time::Instant;

/// The first second of a period, in which requests are served at once.
const AT_ONCE: Duration = Duration::from_secs(1);

/// A period begins with the first request that is served while none lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule(Option<Period>);

#[derive(Clone, Copy, Debug)]
struct Period {
    began: Instant,
    served: u32,
    /// When the turn of the last one was.
    last: Instant,
}

impl Schedule {
    /// Of a lane in which nobody was served yet.
    pub(super) const NEW: Self = Self(None);

    /// When the turn of the next request is; in the past when none came for a while.
    pub(super) fn next(&self, pace: Pace, now: Instant) -> Instant {
        let Some(period) = self.0 else { return now };
        let ends = period.began + length(pace);
        if ends <= now || period.served >= pace.total() {
            ends
        } else if period.served < pace.at_once.get() {
            now
        } else if period.served == pace.at_once.get() {
            (period.began + AT_ONCE).max(period.last + spacing(pace).min(AT_ONCE)).min(ends)
        } else {
            (period.last + spacing(pace)).min(ends)
        }
    }

    /// Notes that a request is served whose turn was at a moment. Turns follow each other, not the moments at which a
    /// timer had it noticed.
    pub(super) fn serve(&mut self, pace: Pace, turn: Instant) {
        let (began, served) =
            self.lasting(pace, turn).map_or((turn, 0), |period| (period.began, period.served));
        self.0 = Some(Period { began, served: served + 1, last: turn });
    }

    /// How many more may be served in the period that lasts, and when it ends.
    pub(super) fn left(&self, pace: Pace, now: Instant) -> (u32, Instant) {
        match self.lasting(pace, now) {
            Some(period) => (pace.total().saturating_sub(period.served), period.began + length(pace)),
            None => (pace.total(), now),
        }
    }

    fn lasting(&self, pace: Pace, now: Instant) -> Option<Period> {
        self.0.filter(|period| now < period.began + length(pace))
    }
}

/// How long a period is.
fn length(pace: Pace) -> Duration {
    Duration::from_secs(pace.seconds.get().into())
}

/// How far apart those that wait are served.
fn spacing(pace: Pace) -> Duration {
    (length(pace) - AT_ONCE) / pace.waiting.get().max(1)
}
