//! Lengths of time as people write them.

use std::fmt;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp as Moment, Zoned};

use crate::error::FormError;
use crate::time::Timestamp;

/// A number of hours, days, weeks or calendar months, at least one: `12h`, `30d`, `4w`, `6M`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    count: u32,
    unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
}

impl Period {
    /// Reads a whole number from 1 on with its unit.
    ///
    /// # Errors
    /// Lists the units.
    pub fn new(text: &str) -> Result<Self, FormError> {
        Self::read(text).ok_or_else(|| {
            let message = "must be a number with h, d, w or M (hours, days, weeks, months), such as 30d";
            FormError::new("period", message)
        })
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let (unit_at, letter) = text.char_indices().last()?;
        let unit = match letter {
            'h' => Unit::Hours,
            'd' => Unit::Days,
            'w' => Unit::Weeks,
            'M' => Unit::Months,
            _ => return None,
        };
        let digits = Some(&text[..unit_at]).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        let count = digits.parse().ok().filter(|count| *count > 0)?;
        let period = Self { count, unit };
        // Longer than a calendar has years.
        period.span().is_some().then_some(period)
    }

    /// This long after a moment; beyond the last one that can be written it is that.
    #[must_use]
    pub fn after(self, moment: Timestamp) -> Timestamp {
        let after = zoned(moment).and_then(|from| from.checked_add(self.span()?).ok());
        after.map_or(Timestamp::MAX, |after| Timestamp::from_millis(after.timestamp().as_millisecond()))
    }

    /// This long before a moment; before 1970 it is that.
    #[must_use]
    pub fn before(self, moment: Timestamp) -> Timestamp {
        let before = zoned(moment).and_then(|from| from.checked_sub(self.span()?).ok());
        before.map_or(Timestamp::EPOCH, |before| Timestamp::from_millis(before.timestamp().as_millisecond()))
    }

    fn span(self) -> Option<Span> {
        let span = Span::new();
        match self.unit {
            Unit::Hours => span.try_hours(self.count),
            Unit::Days => span.try_days(self.count),
            Unit::Weeks => span.try_weeks(self.count),
            Unit::Months => span.try_months(self.count),
        }
        .ok()
    }
}

/// As it is read, without leading zeros.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.unit {
            Unit::Hours => 'h',
            Unit::Days => 'd',
            Unit::Weeks => 'w',
            Unit::Months => 'M',
        };
        write!(f, "{}{letter}", self.count)
    }
}

fn zoned(moment: Timestamp) -> Option<Zoned> {
    Some(Moment::from_millisecond(moment.millis()).ok()?.to_zoned(TimeZone::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_as_long_backwards_as_the_calendar_says() {
        let now = Timestamp::parse("2026-03-31T12:00:00Z").unwrap();
        let before = |text: &str| Period::new(text).unwrap().before(now).to_string();
        assert_eq!(before("12h"), "2026-03-31T00:00:00.000Z");
        assert_eq!(before("30d"), "2026-03-01T12:00:00.000Z");
        assert_eq!(before("4w"), "2026-03-03T12:00:00.000Z");
        assert_eq!(before("1M"), "2026-02-28T12:00:00.000Z");
        assert_eq!(before("119000M"), Timestamp::EPOCH.to_string());
    }

    #[test]
    fn a_period_is_written_as_it_is_read() {
        for text in ["1h", "30d", "4w", "6M"] {
            assert_eq!(Period::new(text).unwrap().to_string(), text);
        }
        assert_eq!(Period::new("007d").unwrap().to_string(), "7d");
    }

    #[test]
    fn what_is_no_whole_number_with_a_unit_is_refused() {
        for text in ["", "d", "0d", "+30d", "-30d", "3.5d", " 30d", "30", "30D", "30dd", "4294967296h", "٣d"]
        {
            assert!(Period::new(text).is_err(), "{text}");
        }
    }
}
