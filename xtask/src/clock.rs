//! The one place of xtask that looks at a clock: steps and answers are timed for people to read.

use std::time::{Duration, Instant};

/// When something started.
pub struct Stopwatch(Instant);

/// Starts to measure.
#[expect(clippy::disallowed_methods, reason = "xtask is the edge: it times what people wait for")]
pub fn start() -> Stopwatch {
    Stopwatch(Instant::now())
}

impl Stopwatch {
    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Time since the start, with the unit that suits it: `0.41 ms`, `3.2 s`.
    pub fn text(&self) -> String {
        text(self.elapsed())
    }
}

fn text(elapsed: Duration) -> String {
    if elapsed < Duration::from_secs(1) {
        format!("{:.2} ms", elapsed.as_secs_f64() * 1000.0)
    } else {
        format!("{:.1} s", elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_shown_in_the_unit_that_suits_it() {
        assert_eq!(text(Duration::from_micros(412)), "0.41 ms");
        assert_eq!(text(Duration::from_millis(3210)), "3.2 s");
    }
}
