//! How figures are written down.

use std::fmt::Result;

use node::Measured;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// What a metric is told of: names and values.
pub(super) type Labels<'a, const N: usize> = [(&'static str, &'a str); N];

/// Microseconds are told in seconds, as Prometheus wants it. Divided by, so that 50 of them are 0.00005 to the digit:
/// bounds are texts to whoever asks for one.
const MICROS_A_SECOND: f64 = 1e6;

/// Takes one figure after the other.
pub(super) struct Page<'a>(pub(super) DescriptorEncoder<'a>);

impl Page<'_> {
    /// One that only grows. Its name is told with `_total` behind it.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> Result {
        ConstCounter::new(value).encode(self.family(name, help, MetricType::Counter)?)
    }

    /// One that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) -> Result {
        ConstGauge::new(value).encode(self.family(name, help, MetricType::Gauge)?)
    }

    /// Whole numbers by size.
    pub(super) fn histogram(&mut self, name: &str, help: &str, measured: &Measured) -> Result {
        histogram(&mut self.family(name, help, MetricType::Histogram)?, measured, 1.0)
    }

    /// Durations that were measured in microseconds.
    pub(super) fn durations(&mut self, name: &str, help: &str, measured: &Measured) -> Result {
        durations(&mut self.family(name, help, MetricType::Histogram)?, measured)
    }

    /// The head of a metric; what it is told of by labels comes after it.
    pub(super) fn family<'s>(
        &'s mut self,
        name: &'s str,
        help: &str,
        kind: MetricType,
    ) -> std::result::Result<MetricEncoder<'s>, std::fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }
}

/// One counter of a family.
pub(super) fn counter<const N: usize>(
    family: &mut MetricEncoder<'_>,
    labels: &Labels<'_, N>,
    value: u64,
) -> Result {
    ConstCounter::new(value).encode(family.encode_family(labels)?)
}

/// One gauge of a family.
pub(super) fn gauge<const N: usize>(
    family: &mut MetricEncoder<'_>,
    labels: &Labels<'_, N>,
    value: f64,
) -> Result {
    ConstGauge::new(value).encode(family.encode_family(labels)?)
}

/// Durations in microseconds, told in seconds.
pub(super) fn durations(metric: &mut MetricEncoder<'_>, measured: &Measured) -> Result {
    histogram(metric, measured, MICROS_A_SECOND)
}

#[expect(clippy::cast_precision_loss, reason = "a sum or a bound beyond 2^53 may lose its last digits")]
fn histogram(metric: &mut MetricEncoder<'_>, measured: &Measured, divisor: f64) -> Result {
    let bound = |bound: u64| if bound == u64::MAX { f64::INFINITY } else { bound as f64 / divisor };
    let buckets: Vec<_> = measured.buckets.iter().map(|(most, count)| (bound(*most), *count)).collect();
    let count = buckets.iter().map(|(_, count)| count).sum();
    metric.encode_histogram::<NoLabelSet>(measured.sum as f64 / divisor, count, &buckets, None)
}
