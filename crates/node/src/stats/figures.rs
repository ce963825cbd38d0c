//! Figures that any thread may move and any other may read: exact one by one, not as of one moment.

use std::sync::atomic::{AtomicU64, Ordering};

/// A figure that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to it.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    /// What it has come to.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A figure that is what it was last set to.
#[derive(Debug, Default)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Sets it.
    pub fn set(&self, value: u64) {
        self.0.store(value, Ordering::Relaxed);
    }

    /// What it was set to last; 0 before that.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often a measure was how large. Whole numbers in the unit that its name says.
#[derive(Debug)]
pub struct Histogram {
    bounds: &'static [u64],
    /// One count a bound, and one for what is larger than all of them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What a histogram has counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The sum of all measures.
    pub sum: u64,
    /// Bounds in rising order, each with the number of measures that are not larger than it and larger than the
    /// bound before it; the last is `u64::MAX`.
    pub buckets: Vec<(u64, u64)>,
}

impl Histogram {
    /// One that tells these upper bounds apart, which rise.
    #[must_use]
    pub fn new(bounds: &'static [u64]) -> Self {
        let counts = std::iter::repeat_with(AtomicU64::default).take(bounds.len() + 1).collect();
        Self { bounds, counts, sum: AtomicU64::default() }
    }

    /// Counts one measure.
    pub fn observe(&self, measure: u64) {
        let place = self.bounds.partition_point(|bound| *bound < measure);
        self.counts[place].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(measure, Ordering::Relaxed);
    }

    /// What it has counted.
    #[must_use]
    pub fn get(&self) -> Measured {
        let bounds = self.bounds.iter().copied().chain([u64::MAX]);
        let counts = self.counts.iter().map(|count| count.load(Ordering::Relaxed));
        Measured { sum: self.sum.load(Ordering::Relaxed), buckets: bounds.zip(counts).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_measure_counts_where_it_is_not_larger_than_the_bound() {
        let histogram = Histogram::new(&[1, 10]);
        [0, 1, 2, 10, 11, u64::from(u32::MAX)].into_iter().for_each(|measure| histogram.observe(measure));
        let Measured { sum, buckets } = histogram.get();
        assert_eq!(sum, 24 + u64::from(u32::MAX));
        assert_eq!(buckets, [(1, 2), (10, 2), (u64::MAX, 2)]);
    }
}
