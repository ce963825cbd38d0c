//! A figure with its unit.

use std::fmt;

/// What was measured. Two figures are only ever compared in the same unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Done in a second: more is better.
    PerSecond(f64),
    /// Milliseconds it took: less is better.
    Millis(f64),
    /// Mebibytes it takes: less is better.
    Mib(f64),
}

impl Measure {
    /// The bare number.
    pub fn value(self) -> f64 {
        match self {
            Self::PerSecond(value) | Self::Millis(value) | Self::Mib(value) => value,
        }
    }

    /// The median of measures, which all have the unit that `unit` gives.
    pub fn median(unit: fn(f64) -> Self, values: Vec<f64>) -> Self {
        unit(crate::stats::median(values))
    }
}

/// Three digits that mean something, in the unit that suits the size.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, unit) = match *self {
            Self::PerSecond(rate) if rate >= 1e6 => (rate / 1e6, "M/s"),
            Self::PerSecond(rate) => return write!(f, "{rate:.0}/s"),
            Self::Millis(ms) if ms < 1.0 => (ms * 1e3, " µs"),
            Self::Millis(ms) if ms >= 1e3 => (ms / 1e3, " s"),
            Self::Millis(ms) => (ms, " ms"),
            Self::Mib(mib) if mib < 1.0 => (mib * 1024.0, " KiB"),
            Self::Mib(mib) => (mib, " MiB"),
        };
        let digits = match value {
            value if value >= 99.95 => 0,
            value if value >= 9.995 => 1,
            _ => 2,
        };
        write!(f, "{value:.digits$}{unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_with_three_digits_in_a_fitting_unit() {
        let shown = [
            (Measure::PerSecond(25_100.4), "25100/s"),
            (Measure::PerSecond(9_876_543.0), "9.88M/s"),
            (Measure::Millis(0.0184), "18.4 µs"),
            (Measure::Millis(3.456), "3.46 ms"),
            (Measure::Millis(123.4), "123 ms"),
            (Measure::Millis(1999.0), "2.00 s"),
            (Measure::Mib(0.5), "512 KiB"),
            (Measure::Mib(510.2), "510 MiB"),
        ];
        for (measure, text) in shown {
            assert_eq!(measure.to_string(), text);
        }
    }
}
