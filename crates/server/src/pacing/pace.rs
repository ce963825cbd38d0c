//! How fast requests are served.

use std::time::Duration;

/// The first second of a period, in which requests are served at once.
const AT_ONCE: Duration = Duration::from_secs(1);

/// So many requests in a period: some at once, in its first second, and the others evenly over the rest of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How many are served at once.
    pub(crate) at_once: u32,
    /// How many wait at most, and are served over the rest of the period.
    pub(crate) waiting: u32,
    /// How long a period is; more than a second.
    pub(crate) period: Duration,
}

impl Pace {
    /// The seed's: 24 in five seconds, four of them in the first.
    pub(crate) const SEED: Self = Self { at_once: 4, waiting: 20, period: Duration::from_secs(5) };

    /// How many are served in one period.
    pub(crate) const fn total(self) -> u32 {
        self.at_once.saturating_add(self.waiting)
    }

    /// When the first of those that wait is served, counted from the start of the period.
    pub(super) fn first_wait(self) -> Duration {
        AT_ONCE.min(self.period)
    }

    /// How far apart those that wait are served.
    pub(super) fn spacing(self) -> Duration {
        self.period.saturating_sub(AT_ONCE) / self.waiting.max(1)
    }
}
