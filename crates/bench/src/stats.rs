//! What is left of many measurements: rates, percentiles, medians.

use std::time::Duration;

use crate::report::{Cpu, Latency};

/// One round of load against one server.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Round {
    /// Requests answered per second.
    pub per_second: f64,
    /// How long they took.
    pub latency: Latency,
    /// What the server worked for each, where that was measured.
    pub cpu: Option<Cpu>,
}

impl Round {
    /// Sums up the latencies, in nanoseconds, of all requests answered within `duration`.
    pub fn of(mut latencies_ns: Vec<u32>, duration: Duration) -> Self {
        let count = u32::try_from(latencies_ns.len()).unwrap_or(u32::MAX);
        let per_second = f64::from(count) / duration.as_secs_f64();
        Self { per_second, latency: latency(&mut latencies_ns), cpu: None }
    }

    /// With the time that the server worked for all that it answered within `duration`.
    pub fn with_cpu(self, worked: Cpu, duration: Duration) -> Self {
        let requests = self.per_second * duration.as_secs_f64();
        let cpu = (requests > 0.0).then(|| worked.over(requests));
        Self { cpu, ..self }
    }

    /// The median of every value by itself; all zero when there are no rounds.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |value: fn(&Self) -> f64| median(rounds.iter().map(value).collect());
        Self {
            per_second: of(|round| round.per_second),
            latency: Latency {
                p50_ms: of(|round| round.latency.p50_ms),
                p99_ms: of(|round| round.latency.p99_ms),
            },
            cpu: rounds.iter().map(|round| round.cpu).collect::<Option<Vec<_>>>().map(|cpu| Cpu {
                own_us: median(cpu.iter().map(|cpu| cpu.own_us).collect()),
                system_us: median(cpu.iter().map(|cpu| cpu.system_us).collect()),
            }),
        }
    }
}

/// The percentiles of latencies in nanoseconds, which it sorts.
pub fn latency(latencies_ns: &mut [u32]) -> Latency {
    latencies_ns.sort_unstable();
    Latency {
        p50_ms: f64::from(percentile(latencies_ns, 50)) / 1e6,
        p99_ms: f64::from(percentile(latencies_ns, 99)) / 1e6,
    }
}

/// The smallest value that `percent` per cent of the sorted values do not exceed (nearest rank).
fn percentile(sorted: &[u32], percent: usize) -> u32 {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

/// The middle value, or the lower of the two middle ones; zero when there is none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or_default()
}

/// Nanoseconds as latencies are kept; four seconds and more are all alike.
pub fn nanos(duration: Duration) -> u32 {
    u32::try_from(duration.as_nanos()).unwrap_or(u32::MAX)
}

/// Milliseconds as latencies are kept.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
pub fn ms_to_ns(ms: f64) -> u32 {
    (ms * 1e6) as u32
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
        let latency = Latency { p50_ms: 2.0, p99_ms: 4.0 };
        assert_eq!(round, Round { per_second: 2.0, latency, cpu: None });
        let worked = Cpu { own_us: 400.0, system_us: 200.0 };
        let cpu = Cpu { own_us: 100.0, system_us: 50.0 };
        let round = round.with_cpu(worked, Duration::from_secs(2));
        assert_eq!((round.cpu, Round::median(&[round]).cpu), (Some(cpu), Some(cpu)));
    }
}
