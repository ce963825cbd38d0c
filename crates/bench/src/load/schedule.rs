//! When requests are due, whatever becomes of those before them.

use std::time::{Duration, Instant};

/// Moments at a fixed rate.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    start: Instant,
    every: Duration,
}

impl Schedule {
    /// The first moment is `start`.
    pub fn new(start: Instant, per_second: f64) -> Self {
        Self { start, every: Duration::from_secs_f64(1.0 / per_second) }
    }

    /// When request `number` is due.
    pub fn moment(&self, number: u32) -> Instant {
        self.start + self.every * number
    }

    /// How many are due within `duration`.
    pub fn count_within(&self, duration: Duration) -> u32 {
        let count = duration.as_nanos().div_ceil(self.every.as_nanos().max(1));
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn requests_are_due_at_the_rate_that_was_asked_for() {
        let start = clock::now();
        let schedule = Schedule::new(start, 20_000.0);
        assert_eq!(schedule.moment(0), start);
        assert_eq!(schedule.moment(20_000), start + Duration::from_secs(1));
        assert_eq!(schedule.count_within(Duration::from_secs(3)), 60_000);
    }

    #[test]
    fn a_rate_that_does_not_divide_a_second_stays_close() {
        let schedule = Schedule::new(clock::now(), 7_777.0);
        assert!(schedule.count_within(Duration::from_secs(1)).abs_diff(7_777) <= 1);
    }
}
