//! Pages of the index as bytes.

use domain::Version;

use super::builder::RECORDS_MAX;
use super::page::{LogPage, POSTINGS_MAX, Shape};
use crate::DecodeError;
use crate::encoding::numbers::{SetMessage, read_set, write_set};
use crate::encoding::packed::read_numbers;
use crate::encoding::read::{list, moment, required};
use crate::encoding::{Kind, open_part, seal_part};
use crate::queries::changes;

/// As [`LogPage`].
#[derive(prost::Message)]
struct PageMessage {
    /// The version before the first record.
    #[prost(uint64, tag = "1")]
    after: u64,
    /// Unix milliseconds, as numbers; so are all columns.
    #[prost(bytes = "vec", tag = "2")]
    times: Vec<u8>,
    #[prost(string, repeated, tag = "3")]
    authors: Vec<String>,
    #[prost(bytes = "vec", tag = "4")]
    by: Vec<u8>,
    #[prost(message, repeated, tag = "5")]
    shapes: Vec<ShapeMessage>,
    #[prost(bytes = "vec", tag = "6")]
    of: Vec<u8>,
    #[prost(bytes = "vec", tag = "7")]
    devices: Vec<u8>,
    #[prost(bytes = "vec", tag = "8")]
    records: Vec<u8>,
    #[prost(message, repeated, tag = "9")]
    sets: Vec<RecordSetMessage>,
}

/// As [`Shape`].
#[derive(prost::Message)]
struct ShapeMessage {
    /// Object times three and action, ascending.
    #[prost(uint32, repeated, tag = "1")]
    kinds: Vec<u32>,
    #[prost(uint32, repeated, tag = "2")]
    counts: Vec<u32>,
}

/// The devices of one record.
#[derive(prost::Message)]
struct RecordSetMessage {
    /// Its place in the page, from 0.
    #[prost(uint32, tag = "1")]
    record: u32,
    #[prost(message, optional, tag = "2")]
    devices: Option<SetMessage>,
}

impl LogPage {
    /// The page in the form that the store keeps.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let set = |(record, devices): &(u16, _)| RecordSetMessage {
            record: (*record).into(),
            devices: Some(write_set(devices)),
        };
        seal_part(
            Kind::LogPage,
            &PageMessage {
                after: self.after.0,
                times: self.times.clone(),
                authors: self.authors.clone(),
                by: self.by.clone(),
                shapes: self.shapes.iter().map(write_shape).collect(),
                of: self.of.clone(),
                devices: self.devices.clone(),
                records: self.records.clone(),
                sets: self.sets.iter().map(set).collect(),
            },
        )
    }

    /// A page from the store.
    ///
    /// # Errors
    /// When it is damaged or of a format or content that this program does not know: then it is made again.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        open_part(Kind::LogPage, bytes, read)
    }
}

fn read(message: PageMessage) -> Result<LogPage, DecodeError> {
    let times = read_numbers("times", &message.times, RECORDS_MAX)?;
    let last = times.len().checked_sub(1).map(|last| times.get(last));
    last.map(|last| moment("times", last.unwrap_or(u64::MAX))).transpose()?;
    if !times.are_below(1 << 63) || !times.iter().is_sorted() {
        return Err(DecodeError::damaged("times", "must be moments and not go back"));
    }
    let shapes = list("shapes", message.shapes, read_shape)?;
    check_places("by", &message.by, times.len(), message.authors.len())?;
    check_places("of", &message.of, times.len(), shapes.len())?;
    let devices = read_numbers("devices", &message.devices, POSTINGS_MAX)?;
    if !devices.are_below(1 << 32) || !devices.iter().is_sorted() {
        return Err(DecodeError::damaged("devices", "must be in ascending order"));
    }
    check_places("records", &message.records, devices.len(), times.len())?;
    let sets = list("sets", message.sets, |set| {
        let record = u16::try_from(set.record).ok().filter(|record| usize::from(*record) < times.len());
        let record = record.ok_or_else(|| DecodeError::damaged("record", "is beyond the page"))?;
        Ok((record, read_set("devices", &required("devices", set.devices)?)?))
    })?;
    let after = Version(message.after);
    after.0.checked_add(times.len() as u64).ok_or_else(|| DecodeError::damaged("after", "is no version"))?;
    Ok(LogPage {
        after,
        times: message.times,
        authors: message.authors,
        by: message.by,
        shapes,
        of: message.of,
        devices: message.devices,
        records: message.records,
        sets,
    })
}

/// A column of so many places, each below `end`.
fn check_places(member: &str, column: &[u8], count: usize, end: usize) -> Result<(), DecodeError> {
    let column = read_numbers(member, column, count)?;
    if column.len() != count || !column.are_below(end as u64) {
        return Err(DecodeError::damaged(member, "does not fit the page"));
    }
    Ok(())
}

fn write_shape(shape: &Shape) -> ShapeMessage {
    let (kinds, counts) = shape.0.iter().map(|(kind, count)| (u32::from(*kind), *count)).unzip();
    ShapeMessage { kinds, counts }
}

fn read_shape(message: ShapeMessage) -> Result<Shape, DecodeError> {
    let damaged = |what| DecodeError::damaged("kinds", what);
    if message.kinds.len() != message.counts.len() || !message.kinds.is_sorted_by(|one, next| one < next) {
        return Err(damaged("must be ascending, each with a count"));
    }
    let kinds = message.kinds.iter().zip(message.counts);
    let known = kinds.map(|(kind, count)| {
        let number =
            u8::try_from(*kind).ok().filter(|kind| changes::Kind::from_number((*kind).into()).is_some());
        number.map(|kind| (kind, count)).ok_or_else(|| DecodeError::unknown_number("kinds", *kind))
    });
    known.collect::<Result<_, _>>().map(Shape)
}
