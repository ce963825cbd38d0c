//! How often the agent checks in.

use std::{str::FromStr, time::Duration};

/// A time from 1 s to 24 h, written `30s`, `5m` or `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval(Duration);

const LONGEST_SECONDS: u64 = 24 * 3600;

impl Interval {
    /// The time itself.
    pub fn get(self) -> Duration {
        self.0
    }

    /// The time give or take a tenth, so that machines started together do not report together for ever. `random` is
    /// 0 ≤ n < 1.
    pub(crate) fn jittered(self, random: f64) -> Duration {
        self.0.mul_f64(0.9 + 0.2 * random)
    }
}

impl FromStr for Interval {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "give a whole number of seconds, minutes or hours from 1s to 24h: 30s, 5m, 1h";
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            _ => return Err(wrong),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| wrong)?;
        let seconds = number.checked_mul(unit).filter(|seconds| (1..=LONGEST_SECONDS).contains(seconds));
        seconds.map(|seconds| Self(Duration::from_secs(seconds))).ok_or(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_minutes_and_hours_are_read() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("1h", 3600), ("24h", 86_400)] {
            assert_eq!(text.parse::<Interval>().unwrap().get().as_secs(), seconds);
        }
        for text in ["", "5", "m", "0s", "25h", "-1m", "1.5h", "5 m", "18446744073709551615h", "5µ"] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }

    #[test]
    fn jitter_stays_within_a_tenth() {
        let interval: Interval = "100s".parse().unwrap();
        assert_eq!(interval.jittered(0.0).as_secs(), 90);
        assert_eq!(interval.jittered(0.5).as_secs(), 100);
        assert!(interval.jittered(0.999).as_secs() <= 110);
    }
}
