//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a test waits for what must come. Generous: a busy machine is slow, and only failures wait this long.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// Asks again until `condition` answers; panics with `what` at the deadline. The asking itself (a request) is what
/// takes time.
#[track_caller]
pub fn until<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(start.elapsed() < DEADLINE, "waited {DEADLINE:?} for {what}");
        std::thread::yield_now();
    }
}

/// Seconds since 1970.
pub fn unix_now() -> u64 {
    since_epoch().as_secs()
}

/// A moment in seconds since 1970 as RFC 3339.
pub fn rfc3339(seconds: u64) -> String {
    // Years begin in March here, so that a leap day is the last of one.
    let days = seconds / 86_400 + 719_468;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + days / 146_097 * 400 + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Comes back when the clock shows another millisecond, so that two moments in the store differ.
pub fn next_millisecond() {
    let before = since_epoch().as_millis();
    until("the next millisecond", || (since_epoch().as_millis() > before).then_some(()));
}

/// Comes back in another second, a millisecond after its first instant: what was done is before that instant, what
/// comes is after it. Gives the second.
pub fn next_second() -> u64 {
    let before = unix_now();
    let second = until("the next second", || Some(unix_now()).filter(|now| *now > before));
    next_millisecond();
    second
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("the clock is past 1970")
}
