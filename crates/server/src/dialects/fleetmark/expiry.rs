//! When a token ends: `expiresAt`, or `expiresIn` from now (decided, Management).

use domain::{Error, Timestamp};
use jiff::Span;
use jiff::tz::TimeZone;

use crate::failure::Failure;

/// From when on a token is refused; `None`: never. Neither member given means never.
///
/// # Errors
/// Names the member that cannot be understood.
pub(super) fn read(
    at: Option<&str>,
    within: Option<&str>,
    now: Timestamp,
) -> Result<Option<Timestamp>, Failure> {
    match (at, within) {
        (None, None | Some("never")) => Ok(None),
        (Some(at), None) => Timestamp::parse(at).map(Some).ok_or_else(|| {
            let message = "expiresAt must be a moment such as 2027-01-31T00:00:00Z";
            Error::invalid("expiresAt", "moment", message).into()
        }),
        (None, Some(within)) => after(now, within).map(Some).ok_or_else(|| {
            let message = "expiresIn must be a number and h, d, w or M, such as 30d, or never";
            Error::invalid("expiresIn", "duration", message).into()
        }),
        (Some(_), Some(_)) => {
            let message = "give expiresAt or expiresIn, not both";
            Err(Error::invalid("expiresIn", "ambiguous", message).into())
        }
    }
}

/// A month is one of the calendar, in UTC.
fn after(now: Timestamp, span: &str) -> Option<Timestamp> {
    let (number, unit) = span.split_at_checked(span.len().checked_sub(1)?)?;
    let number: i64 =
        Some(number).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    let span: Span = match unit {
        "h" => Span::new().try_hours(number),
        "d" => Span::new().try_days(number),
        "w" => Span::new().try_weeks(number),
        "M" => Span::new().try_months(number),
        _ => return None,
    }
    .ok()?;
    let now = jiff::Timestamp::from_millisecond(now.millis()).ok()?.to_zoned(TimeZone::UTC);
    let end = now.checked_add(span).ok().filter(|_| number > 0)?;
    Some(Timestamp::from_millis(end.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(within: &str) -> Option<String> {
        let now = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        let end = read(None, Some(within), now).ok()?;
        Some(end.map_or_else(|| "never".to_owned(), |end| end.to_string()))
    }

    #[test]
    fn a_span_has_a_number_and_a_unit() {
        for (span, end) in [
            ("12h", "2026-02-01T00:00:00.000Z"),
            ("30d", "2026-03-02T12:00:00.000Z"),
            ("4w", "2026-02-28T12:00:00.000Z"),
            ("1M", "2026-02-28T12:00:00.000Z"),
            ("6M", "2026-07-31T12:00:00.000Z"),
            ("never", "never"),
        ] {
            assert_eq!(ends(span).as_deref(), Some(end), "{span}");
        }
        for span in ["", "1", "soon", "-1h", "+1h", "0d", "d", "1.5h", "1m", "99999999999d", "1é"] {
            assert_eq!(ends(span), None, "{span}");
        }
    }

    #[test]
    fn a_moment_is_taken_as_it_is_and_only_alone() {
        let now = Timestamp::EPOCH;
        let moment = read(Some("2099-01-01T00:00:00Z"), None, now).unwrap().unwrap();
        assert_eq!(moment.to_string(), "2099-01-01T00:00:00.000Z");
        assert!(read(Some("tomorrow"), None, now).is_err());
        assert!(read(Some("2099-01-01T00:00:00Z"), Some("30d"), now).is_err());
        assert_eq!(read(None, None, now).unwrap(), None);
    }
}
