//! The one place of the bench that looks at a clock, or waits for one.

use std::fs;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Now, to measure from.
#[expect(clippy::disallowed_methods, reason = "measuring time is what a bench is for")]
pub fn now() -> Instant {
    Instant::now()
}

/// Seconds since 1970, as a client names a moment of the past.
#[expect(clippy::disallowed_methods, reason = "the servers' clock is this machine's")]
pub fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Returns at `moment`, or at once when it is past.
pub fn wait_until(moment: Instant) {
    let left = moment.saturating_duration_since(now());
    if !left.is_zero() {
        pause(left);
    }
}

/// Returns after `duration`.
#[expect(clippy::disallowed_methods, reason = "load that is sent at set times waits for them")]
pub fn pause(duration: Duration) {
    thread::sleep(duration);
}

/// Milliseconds that `work` takes, and what it gives.
pub fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = now();
    let done = work();
    (millis(start.elapsed()), done)
}

/// A duration in milliseconds.
pub fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Asks Linux to wake the threads started from now on within a microsecond of the moment asked for, where by default
/// it may be 50 late: of an answer that takes 100 that would be a third. Without Linux it stays as it is.
pub fn wake_in_time() {
    if fs::write("/proc/self/timerslack_ns", "1000").is_err() {
        eprintln!(
            "hint: the system's timers stay coarse: open-loop latencies have some 50 µs more, all alike"
        );
    }
}
