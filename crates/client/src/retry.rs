//! When and how long to wait before a call is repeated: exponential back-off with full jitter
//! (AWS Architecture Blog, "Exponential Backoff and Jitter"), so that a fleet does not return all at once.

use std::time::Duration;

/// How often and how patiently a call is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts in all, the first included.
    pub attempts: u32,
    /// The upper bound of the first wait; it doubles with each attempt.
    pub base: Duration,
    /// The upper bound of every wait.
    pub cap: Duration,
    /// The longest `Retry-After` that is waited for; a longer one ends the call.
    pub longest_retry_after: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 5,
            base: Duration::from_millis(250),
            cap: Duration::from_secs(10),
            longest_retry_after: Duration::from_secs(60),
        }
    }
}

impl Retry {
    /// How long to wait after failed attempt number `attempt` (from 1), or `None` to give up. `random` is 0 ≤ n < 1.
    /// A server that names a time is never asked sooner.
    pub fn wait(&self, attempt: u32, retry_after: Option<Duration>, random: f64) -> Option<Duration> {
        let asked = retry_after.unwrap_or_default();
        if attempt >= self.attempts || asked > self.longest_retry_after {
            return None;
        }
        Some(asked + self.backoff(attempt, random))
    }

    /// The back-off after failure number `attempt` (from 1), however many came before. `random` is 0 ≤ n < 1.
    pub fn backoff(&self, attempt: u32, random: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        self.base.saturating_mul(doubled).min(self.cap).mul_f64(random.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: Retry = Retry {
        attempts: 5,
        base: Duration::from_millis(100),
        cap: Duration::from_millis(500),
        longest_retry_after: Duration::from_secs(60),
    };

    #[test]
    fn the_wait_doubles_up_to_the_cap_and_jitter_spreads_it_down_to_nothing() {
        let upper: Vec<u128> =
            (1..=4).filter_map(|n| RETRY.wait(n, None, 1.0)).map(|d| d.as_millis()).collect();
        assert_eq!(upper, [100, 200, 400, 500]);
        assert_eq!(RETRY.wait(3, None, 0.0), Some(Duration::ZERO));
        assert_eq!(RETRY.wait(2, None, 0.5), Some(Duration::from_millis(100)));
    }

    #[test]
    fn the_last_attempt_is_not_followed_by_a_wait() {
        assert_eq!(RETRY.wait(5, None, 0.5), None);
        assert_eq!(RETRY.wait(5, Some(Duration::ZERO), 0.5), None);
    }

    #[test]
    fn a_server_that_names_a_time_is_never_asked_sooner() {
        let asked = Duration::from_secs(7);
        assert_eq!(RETRY.wait(1, Some(asked), 0.0), Some(asked));
        assert!(RETRY.wait(1, Some(asked), 0.9).unwrap() > asked);
        assert_eq!(RETRY.wait(1, Some(Duration::from_secs(61)), 0.0), None);
    }

    #[test]
    fn the_back_off_survives_any_number_of_failures() {
        assert_eq!(RETRY.backoff(u32::MAX, 1.0), RETRY.cap);
        assert_eq!(RETRY.backoff(0, 1.0), RETRY.base);
    }
}
