//! What is left of a round: a rate and two percentiles.

use std::time::Duration;

/// One round of closed-loop load against one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Requests answered per second.
    pub per_second: f64,
    /// Half of the requests took no longer than this, in milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 requests took no longer than this, in milliseconds.
    pub p99_ms: f64,
}

impl Round {
    /// Sums up the latencies, in nanoseconds, of all requests answered within `duration`.
    pub fn of(mut latencies_ns: Vec<u32>, duration: Duration) -> Self {
        latencies_ns.sort_unstable();
        let count = u32::try_from(latencies_ns.len()).unwrap_or(u32::MAX);
        Self {
            per_second: f64::from(count) / duration.as_secs_f64(),
            p50_ms: f64::from(percentile(&latencies_ns, 50)) / 1e6,
            p99_ms: f64::from(percentile(&latencies_ns, 99)) / 1e6,
        }
    }

    /// The median of every value by itself; all zero when there are no rounds.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |value: fn(&Self) -> f64| median(rounds.iter().map(value).collect());
        Self {
            per_second: of(|round| round.per_second),
            p50_ms: of(|round| round.p50_ms),
            p99_ms: of(|round| round.p99_ms),
        }
    }
}

/// The smallest value that `percent` per cent of the sorted values do not exceed (nearest rank).
fn percentile(sorted: &[u32], percent: usize) -> u32 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// The middle value, or the lower of the two middle ones.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let values: Vec<u32> = (1..=200).collect();
        assert_eq!(percentile(&values, 50), 100);
        assert_eq!(percentile(&values, 99), 198);
        assert_eq!(percentile(&[7], 99), 7);
        assert_eq!(percentile(&[], 50), 0);
    }

    #[test]
    fn the_median_is_the_middle_value() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.0);
        assert_eq!(median(Vec::new()), 0.0);
    }

    #[test]
    fn a_round_counts_requests_per_second_and_shows_milliseconds() {
        let round = Round::of(vec![3_000_000, 1_000_000, 2_000_000, 4_000_000], Duration::from_secs(2));
        assert_eq!(round, Round { per_second: 2.0, p50_ms: 2.0, p99_ms: 4.0 });
    }
}
