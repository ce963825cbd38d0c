//! The one place of the bench that looks at a clock.

use std::time::Instant;

/// Now, to measure from.
#[expect(clippy::disallowed_methods, reason = "measuring time is what a bench is for")]
pub fn now() -> Instant {
    Instant::now()
}
