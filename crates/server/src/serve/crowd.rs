//! Whether requests come so fast that their answers had better leave together.
//!
//! An answer wakes its client. One that is on this machine (a proxy beside the server, say) then takes the processor
//! from whoever answers the next, and soon sleeps again. When answers leave one right after the other, the first wakes it for
//! all of them.

use std::cell::Cell;
use std::time::Duration;

use tokio::time::Instant;

/// Requests that a thread takes in at most so long one after the other are a crowd.
const GAP: Duration = Duration::from_micros(50);

thread_local! {
    /// When this thread last took a request in.
    static LAST: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Notes that this thread takes a request in `now`, and says whether it took another in just before.
pub(super) fn is_about(now: Instant) -> bool {
    let last = LAST.replace(Some(now));
    last.is_some_and(|last| now.duration_since(last) <= GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_right_after_each_other_are_a_crowd() {
        let start = Instant::now();
        let at = |micros| start + Duration::from_micros(micros);
        let about = [0, 50, 60, 111, 111].map(|micros| is_about(at(micros)));
        assert_eq!(about, [false, true, true, false, true]);
    }
}
