//! Where a reader of the stream of changes is.

use std::fmt;
use std::str::FromStr;

use domain::{Error, Version};
use node::Hash;
use uuid::Uuid;

use crate::failure::Failure;
use crate::params::Params;
use crate::routing::{Call, FromCall};

const HEADER: &str = "last-event-id";
const PARAMETER: &str = "lastEventId";

/// How far a stream was read, as `EPOCH:VERSION~MARK:VERSION~MARK`: in the history of the store that the epoch is of, the
/// site's log and the instance's. A place behind it (`42~5f0c66e1d2a39b47.3`) is of a record that was read up to there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) epoch: Uuid,
    pub(super) site: At,
    /// Absent: whoever knows only the version of the site begins with what the instance does from now on.
    pub(super) instance: Option<At>,
}

/// How far a log was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// The last record of which something was read.
    pub(super) version: Version,
    /// What that record is known by. The epoch alone does not do: a backup that is put back has it too. Absent only
    /// before the first record.
    pub(super) mark: Option<Mark>,
    /// The last entry of that, if it has more.
    pub(super) place: Option<u16>,
}

/// The first 8 bytes of a record's hash, as 16 lower-case hexadecimal digits: they cover the whole log up to there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark([u8; 8]);

impl Mark {
    pub(super) fn of(hash: &Hash) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = hash.0;
        Self([a, b, c, d, e, f, g, h])
    }
}

impl At {
    /// After the whole record of that version.
    pub(super) fn whole(version: Version, mark: Option<Mark>) -> Self {
        Self { version, mark, place: None }
    }

    /// The version after which to read on.
    pub(super) fn after(self) -> Version {
        match self.place {
            Some(_) => Version(self.version.0.saturating_sub(1)),
            None => self.version,
        }
    }

    /// Whether the entry at `place` of the record of `version` was read.
    pub(super) fn has_read(self, version: Version, place: u16) -> bool {
        version < self.version || version == self.version && self.place.is_none_or(|last| place <= last)
    }
}

/// The cursor that a request has: the header `Last-Event-ID`, by which a reader goes on, before the parameter, with
/// which its address may have begun.
pub(super) struct LastEventId(pub(super) Option<Cursor>);

impl FromCall for LastEventId {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let header = call.head.headers.get(HEADER).map(|value| value.to_str().unwrap_or("not a text"));
        let header = header.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let params = Params::from_call(call).await?;
        let (name, text) = match (&header, params.text(PARAMETER)) {
            (Some(text), _) => ("Last-Event-ID", text.as_str()),
            (None, Some(text)) => (PARAMETER, text),
            (None, None) => return Ok(Self(None)),
        };
        let cursor = text.parse().map_err(|NoCursor| {
            let message = format!("{name} must be the id of an event of this stream, as it was sent");
            Error::invalid(name, "cursor", message)
        })?;
        Ok(Self(Some(cursor)))
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.site)?;
        self.instance.map_or(Ok(()), |at| write!(f, ":{at}"))
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.version.0)?;
        self.mark.map_or(Ok(()), |mark| write!(f, "~{:016x}", u64::from_be_bytes(mark.0)))?;
        self.place.map_or(Ok(()), |place| write!(f, ".{place}"))
    }
}

/// What was to be a cursor, and is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let mut parts = text.split(':');
        let epoch = parts.next().and_then(|epoch| Uuid::try_parse(epoch).ok()).ok_or(NoCursor)?;
        let site = parts.next().ok_or(NoCursor)?.parse()?;
        let instance = parts.next().map(str::parse).transpose()?;
        if parts.next().is_some() {
            return Err(NoCursor);
        }
        Ok(Self { epoch, site, instance })
    }
}

impl FromStr for At {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (record, place) = split(text, '.');
        let (version, mark) = split(record, '~');
        let version = Version(number(version)?);
        let mark = mark.map(str::parse).transpose()?;
        let place = place.map(|place| u16::try_from(number(place)?).map_err(|_| NoCursor)).transpose()?;
        Ok(Self { version, mark, place })
    }
}

impl FromStr for Mark {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let digits = Some(text).filter(|text| text.len() == 16 && text.bytes().all(is_digit));
        let number = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()).ok_or(NoCursor)?;
        Ok(Self(number.to_be_bytes()))
    }
}

/// What stands before a sign, and what behind it if it is there.
fn split(text: &str, sign: char) -> (&str, Option<&str>) {
    text.split_once(sign).map_or((text, None), |(before, behind)| (before, Some(behind)))
}

/// Digits alone: a sign would be read too.
fn number(text: &str) -> Result<u64, NoCursor> {
    let digits = Some(text).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or(NoCursor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_is_written() {
        let epoch = "0198502c-8a3b-4000-8000-000000000001";
        let mark = "~00c66e1d2a39b47f";
        for rest in [
            "0:0",
            "42:7",
            &format!("42{mark}:7{mark}"),
            &format!("42{mark}.3:7{mark}"),
            "42:7.0",
            &format!("42{mark}"),
            &format!("42{mark}.65535"),
            "18446744073709551615:1",
        ] {
            let text = format!("{epoch}:{rest}");
            assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        }
        for wrong in [
            "",
            "42",
            epoch,
            "x:1:1",
            &format!("{epoch}:"),
            &format!("{epoch}:1:2:3"),
            &format!("{epoch}:+1:2"),
        ] {
            assert_eq!(wrong.parse::<Cursor>(), Err(NoCursor), "{wrong}");
        }
        for wrong in [
            "-1:2",
            "1.:2",
            "1.65536:2",
            "1.2.3:4",
            "18446744073709551616:1",
            "1:",
            "1:2.",
            "1~:2",
            "1~c66e1d2a39b47f:2",
            "1~+0c66e1d2a39b47f",
            "1~00C66E1D2A39B47F",
            "1.2~00c66e1d2a39b47f",
            "1~00c66e1d2a39b47f~00c66e1d2a39b47f",
        ] {
            assert_eq!(format!("{epoch}:{wrong}").parse::<Cursor>(), Err(NoCursor), "{wrong}");
        }
    }

    #[test]
    fn a_record_that_was_read_in_part_is_read_again_from_there() {
        let part = At { version: Version(5), mark: None, place: Some(1) };
        let whole = At::whole(Version(5), None);
        assert_eq!((part.after(), whole.after()), (Version(4), Version(5)));
        let read = |at: At| [(4, 9), (5, 0), (5, 1), (5, 2), (6, 0)].map(|(v, p)| at.has_read(Version(v), p));
        assert_eq!(read(part), [true, true, true, false, false]);
        assert_eq!(read(whole), [true, true, true, true, false]);
    }
}
