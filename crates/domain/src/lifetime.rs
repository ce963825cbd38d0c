//! How long a token is good for.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp as Moment};

use crate::error::FormError;
use crate::time::Timestamp;

/// A time to live as the API and the command line take it: `12h`, `30d`, `4w`, `6M` (calendar months) or `never`.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime(Option<Span>);

impl Lifetime {
    /// Reads a whole number from 1 on with its unit, or `never`.
    ///
    /// # Errors
    /// Lists the units.
    pub fn new(text: &str) -> Result<Self, FormError> {
        if text == "never" {
            return Ok(Self(None));
        }
        Self::span(text).map(|span| Self(Some(span))).ok_or_else(|| {
            let message =
                "must be a number with h, d, w or M (hours, days, weeks, months), such as 30d, or never";
            FormError::new("lifetime", message)
        })
    }

    fn span(text: &str) -> Option<Span> {
        let (unit_at, _) = text.char_indices().last()?;
        let (number, unit) = text.split_at(unit_at);
        let number: u32 = number.parse().ok().filter(|number| *number > 0)?;
        let span = Span::new();
        match unit {
            "h" => span.try_hours(number).ok(),
            "d" => span.try_days(number).ok(),
            "w" => span.try_weeks(number).ok(),
            "M" => span.try_months(number).ok(),
            _ => None,
        }
    }

    /// When it ends for something made at `now`; `None`: never. Beyond the last moment that can be written it ends
    /// then.
    #[must_use]
    pub fn ends(self, now: Timestamp) -> Option<Timestamp> {
        let from = Moment::from_millisecond(now.millis()).ok()?.to_zoned(TimeZone::UTC);
        let ends = from.checked_add(self.0?).map(|ends| ends.timestamp().as_millisecond());
        Some(ends.map_or(Timestamp::MAX, Timestamp::from_millis))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_hours_days_weeks_and_calendar_months() {
        let now = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        let ends = |text: &str| Lifetime::new(text).unwrap().ends(now).map(|ends| ends.to_string());
        assert_eq!(ends("12h").as_deref(), Some("2026-02-01T00:00:00.000Z"));
        assert_eq!(ends("30d").as_deref(), Some("2026-03-02T12:00:00.000Z"));
        assert_eq!(ends("4w").as_deref(), Some("2026-02-28T12:00:00.000Z"));
        assert_eq!(ends("1M").as_deref(), Some("2026-02-28T12:00:00.000Z"));
        assert_eq!(ends("never"), None);
        assert_eq!(Lifetime::new("300000M").unwrap_err().code, "lifetime");
        assert_eq!(ends("119000M"), Some(Timestamp::MAX.to_string()));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "d", "0d", "-1d", "1.5d", "30", "30m", "30 d", "Never", "9999999999h", "1é"] {
            assert!(Lifetime::new(text).is_err(), "{text}");
        }
    }
}
