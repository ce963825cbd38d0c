//! Moments. A record's moment is brought by its context; nothing below the edge reads a clock.

use std::fmt;

/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last moment that can be written as a date of the common form (9999-12-30).
    pub const MAX: Self = Self(253_402_207_200_000);
    /// 1970-01-01.
    pub const EPOCH: Self = Self(0);

    /// From Unix milliseconds, held between 1970 and the year 9999.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        if millis < 0 {
            Self::EPOCH
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// From Unix seconds, held between 1970 and the year 9999.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// Unix milliseconds.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole Unix seconds.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0 / 1000
    }

    /// This moment and so many milliseconds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// Reads RFC 3339, such as `2026-01-31T00:00:00Z`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let moment: jiff::Timestamp = text.parse().ok()?;
        Some(Self::from_millis(moment.as_millisecond()))
    }
}

/// RFC 3339 in UTC with milliseconds: `2025-07-28T08:48:14.000Z`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.written()).map_err(|_| fmt::Error)?)
    }
}

impl Timestamp {
    /// As it displays, without the machinery of formatting: answers hold many moments.
    #[must_use]
    pub fn text(self) -> String {
        str::from_utf8(&self.written()).map(str::to_owned).unwrap_or_default()
    }

    /// The characters of [`Timestamp::text`], without the heap.
    #[must_use]
    pub fn written(self) -> [u8; 24] {
        let (days, millis) = (self.0.unsigned_abs() / DAY_MILLIS, self.0.unsigned_abs() % DAY_MILLIS);
        let (year, month, day) = civil(narrow(days));
        let millis = narrow(millis);
        let [y1, y2] = digits(year / 100);
        let [y3, y4] = digits(year % 100);
        let [m1, m2] = digits(month);
        let [d1, d2] = digits(day);
        let [h1, h2] = digits(millis / 3_600_000);
        let [n1, n2] = digits(millis / 60_000 % 60);
        let [s1, s2] = digits(millis / 1000 % 60);
        let [_, t1] = digits(millis % 1000 / 100);
        let [t2, t3] = digits(millis % 100);
        [
            y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, b'.', t1,
            t2, t3, b'Z',
        ]
    }
}

/// Days until the last moment, and the milliseconds of a day, are below 2³²; divisions are quicker there.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The two digits of a number below 100.
const fn digits(number: u32) -> [u8; 2] {
    let number = number.to_le_bytes()[0];
    [b'0' + number / 10, b'0' + number % 10]
}

const DAY_MILLIS: u64 = 86_400_000;

/// Year, month and day of a day that is so many after 1970-01-01 (H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms", `civil_from_days`). Answers hold many moments, so this is not left to a calendar library.
const fn civil(days: u32) -> (u32, u32, u32) {
    // In a calendar whose years begin in March, so that a leap day is a year's last; it repeats every 400 years.
    const ERA_DAYS: u32 = 146_097;
    let since = days + 719_468;
    let (era, of_era) = (since / ERA_DAYS, since % ERA_DAYS);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (years, month) = if month < 10 { (0, month + 3) } else { (1, month - 9) };
    (era * 400 + year_of_era + years, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_the_dialects_write_it() {
        assert_eq!(Timestamp::from_seconds(1_753_692_494).to_string(), "2025-07-28T08:48:14.000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-30T22:00:00.000Z");
    }

    #[test]
    fn every_day_has_the_date_of_the_calendar() {
        for day in 0..=Timestamp::MAX.0 / 86_400_000 {
            let moment = Timestamp(day * 86_400_000 + day * 7919 % 86_400_000).min(Timestamp::MAX);
            let other = jiff::Timestamp::from_millisecond(moment.0).unwrap();
            assert_eq!(moment.to_string(), format!("{other:.3}"));
            assert_eq!(moment.text(), moment.to_string());
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let moment = Timestamp::from_millis(1_753_692_494_123);
        assert_eq!(Timestamp::parse(&moment.to_string()), Some(moment));
        assert_eq!(Timestamp::parse("tomorrow"), None);
    }
}
