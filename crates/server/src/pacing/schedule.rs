//! When the requests of one lane are served.

use tokio::time::Instant;

use super::Pace;

/// A period begins with the first request that is served while none lasts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule(Option<Period>);

#[derive(Clone, Copy, Debug)]
struct Period {
    began: Instant,
    served: u32,
    /// When the last one was served.
    last: Instant,
}

impl Schedule {
    /// Of a lane in which nobody was served yet.
    pub(super) const NEW: Self = Self(None);

    /// When the next request may be served; `now` if that is not ahead.
    pub(super) fn next(&self, pace: Pace, now: Instant) -> Instant {
        let Some(period) = self.lasting(pace, now) else { return now };
        let at = if period.served < pace.at_once {
            now
        } else if period.served < pace.total() {
            (period.began + pace.first_wait()).max(period.last + pace.spacing())
        } else {
            period.began + pace.period
        };
        at.max(now)
    }

    /// Notes that a request is served now.
    pub(super) fn serve(&mut self, pace: Pace, now: Instant) {
        let period = self.lasting(pace, now);
        let (began, served) = period.map_or((now, 0), |period| (period.began, period.served));
        self.0 = Some(Period { began, served: served + 1, last: now });
    }

    /// How many more may be served in the period that lasts, and when it ends.
    pub(super) fn left(&self, pace: Pace, now: Instant) -> (u32, Instant) {
        match self.lasting(pace, now) {
            Some(period) => (pace.total().saturating_sub(period.served), period.began + pace.period),
            None => (pace.total(), now),
        }
    }

    fn lasting(&self, pace: Pace, now: Instant) -> Option<Period> {
        self.0.filter(|period| now < period.began + pace.period)
    }
}
