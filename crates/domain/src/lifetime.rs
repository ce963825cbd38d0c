//! How long a token is good for.

use crate::error::FormError;
use crate::period::Period;
use crate::time::Timestamp;

/// A time to live as the API and the command line take it: `12h`, `30d`, `4w`, `6M` (calendar months) or `never`.
#[derive(Clone, Copy, Debug)]
pub struct Lifetime(Option<Period>);

impl Lifetime {
    /// Reads a whole number from 1 on with its unit, or `never`.
    ///
    /// # Errors
    /// Lists the units.
    pub fn new(text: &str) -> Result<Self, FormError> {
        if text == "never" {
            return Ok(Self(None));
        }
        Period::read(text).map(|period| Self(Some(period))).ok_or_else(|| {
            let message =
                "must be a number with h, d, w or M (hours, days, weeks, months) from 1 on that ends before the \
                 year 10000, such as 30d, or never";
            FormError::new("lifetime", message)
        })
    }

    /// When it ends for something made at `now`; `None`: never. Beyond the last moment that can be written it ends
    /// then.
    #[must_use]
    pub fn ends(self, now: Timestamp) -> Option<Timestamp> {
        Some(self.0?.after(now))
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
