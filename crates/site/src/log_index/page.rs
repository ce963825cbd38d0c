//! A page of the index, and what is asked of it.

use domain::{DeviceNumber, Timestamp, Version};
use roaring::RoaringBitmap;

use super::builder::RECORDS_MAX;
use crate::encoding::packed::{Numbers, read_numbers};
use crate::queries::changes::{ChangeFilter, Kind};

/// Most postings of a page: what makes it full, and those of one more record.
pub(super) const POSTINGS_MAX: usize = 1 << 17;

/// What is known of records that follow each other. Its columns stay packed in memory, as they are on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct LogPage {
    pub(super) after: Version,
    /// Unix milliseconds of each record.
    pub(super) times: Vec<u8>,
    pub(super) authors: Vec<String>,
    /// The author of each record.
    pub(super) by: Vec<u8>,
    pub(super) shapes: Vec<Shape>,
    /// The shape of each record.
    pub(super) of: Vec<u8>,
    /// The devices of records of few, in order of number and, for each, of version …
    pub(super) devices: Vec<u8>,
    /// … and the place of the record.
    pub(super) records: Vec<u8>,
    /// The devices of records of many.
    pub(super) sets: Vec<(u16, RoaringBitmap)>,
}

/// How many entries of each kind a record has, in order of kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Shape(pub(super) Vec<(u8, u32)>);

impl Shape {
    pub(super) fn of(kinds: impl Iterator<Item = Kind>) -> Self {
        let mut counts = Counts::default();
        kinds.for_each(|kind| counts.add(kind, 1));
        let counted = (0..).zip(counts.0).filter(|(_, count)| *count > 0);
        Self(counted.map(|(kind, count)| (kind, u32::try_from(count).unwrap_or(u32::MAX))).collect())
    }

    fn taken_by(&self, filter: &ChangeFilter) -> u32 {
        let takes = |kind: u8| Kind::from_number(kind.into()).is_some_and(|kind| filter.takes_kind(kind));
        self.0.iter().filter(|(kind, _)| takes(*kind)).map(|(_, count)| count).sum()
    }
}

/// How many entries there are of each kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Kind::COUNT]);

impl Counts {
    /// So many more of a kind.
    fn add(&mut self, kind: Kind, count: u64) {
        self.0[kind.number()] += count;
    }

    /// How many there are of the kinds that a filter takes.
    #[must_use]
    pub fn taken_by(&self, filter: &ChangeFilter) -> u64 {
        let kinds = self.0.iter().enumerate();
        let taken = kinds
            .filter(|(number, _)| Kind::from_number(*number).is_some_and(|kind| filter.takes_kind(kind)));
        taken.map(|(_, count)| count).sum()
    }
}

impl LogPage {
    /// How many records it is about.
    #[must_use]
    pub fn len(&self) -> usize {
        self.times().len()
    }

    /// Whether it is about none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The version before its first record.
    #[must_use]
    pub fn after(&self) -> Version {
        self.after
    }

    /// The version of its last record.
    #[must_use]
    pub fn through(&self) -> Version {
        Version(self.after.0 + self.len() as u64)
    }

    /// The moments of its first record and of its last one; `None` without records.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let times = self.times();
        Some((moment(times.get(0)?), moment(times.get(times.len().checked_sub(1)?)?)))
    }

    /// How many entries its records have.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut records = vec![0; self.shapes.len()];
        for shape in numbers("of", &self.of).iter().map(place) {
            records[shape] += 1;
        }
        let mut counts = Counts::default();
        for (shape, records) in self.shapes.iter().zip(records) {
            for (kind, count) in &shape.0 {
                counts.0[usize::from(*kind)] += u64::from(*count) * records;
            }
        }
        counts
    }

    /// The records after a version that have entries which a filter takes, each with how many, the last first.
    pub fn taken_by(&self, filter: &ChangeFilter, after: Version) -> Vec<(Version, u32)> {
        let of_shapes: Vec<u32> = self.shapes.iter().map(|shape| shape.taken_by(filter)).collect();
        let by_authors: Vec<bool> = self.authors.iter().map(|author| filter.takes_user(author)).collect();
        if of_shapes.iter().all(|entries| *entries == 0) || !by_authors.contains(&true) {
            return Vec::new();
        }
        let (first, end) = self.within(filter, after);
        let (of, by) = (numbers("of", &self.of), numbers("by", &self.by));
        let entries = of.iter().map(|shape| of_shapes[place(shape)]);
        let taken = (1..).zip(entries.zip(by.iter())).skip(first).take(end.saturating_sub(first));
        let taken = taken.filter(|(_, (entries, by))| *entries > 0 && by_authors[place(*by)]);
        let mut taken: Vec<_> =
            taken.map(|(number, (entries, _))| (Version(self.after.0 + number), entries)).collect();
        taken.reverse();
        taken
    }

    /// The records after a version that concern a device, the last first.
    #[must_use]
    pub fn of_device(&self, device: DeviceNumber, after: Version) -> Vec<Version> {
        let (devices, records) = (numbers("devices", &self.devices), numbers("records", &self.records));
        let number = Some(u64::from(device.0));
        let first = partition_point(devices.len(), |place| devices.get(place) < number);
        let posted = (first..devices.len()).take_while(|place| devices.get(*place) == number);
        let posted = posted.map(|posting| place(records.get(posting)));
        let sets = self.sets.iter().filter(|(_, set)| set.contains(device.0));
        let mut places: Vec<usize> = posted.chain(sets.map(|(record, _)| usize::from(*record))).collect();
        places.sort_unstable_by(|one, next| next.cmp(one));
        let versions = places.into_iter().map(|place| Version(self.after.0 + 1 + place as u64));
        versions.filter(|version| *version > after).collect()
    }

    /// The places of the first record after a version within a filter's time, and of the one after the last.
    fn within(&self, filter: &ChangeFilter, after: Version) -> (usize, usize) {
        let times = self.times();
        let kept = usize::try_from(after.0.saturating_sub(self.after.0)).unwrap_or(usize::MAX);
        let first_since = |since: Timestamp| {
            partition_point(times.len(), |place| moment(times.get(place).unwrap_or_default()) < since)
        };
        let end_until = |until: Timestamp| {
            partition_point(times.len(), |place| moment(times.get(place).unwrap_or_default()) <= until)
        };
        (kept.max(filter.since.map_or(0, first_since)), filter.until.map_or(times.len(), end_until))
    }

    fn times(&self) -> Numbers<'_> {
        numbers("times", &self.times)
    }
}

/// A column that was checked when the page was read, or written by us.
fn numbers<'a>(member: &str, bytes: &'a [u8]) -> Numbers<'a> {
    read_numbers(member, bytes, POSTINGS_MAX.max(RECORDS_MAX)).expect("the columns of a page are whole")
}

fn place(number: Option<u64>) -> usize {
    number.and_then(|number| usize::try_from(number).ok()).expect("the columns of a page name what is there")
}

fn moment(millis: u64) -> Timestamp {
    Timestamp::from_millis(millis.cast_signed())
}

/// The first place below `count` that is not `before`; those that are come first.
fn partition_point(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut first, mut end) = (0, count);
    while first < end {
        let middle = first.midpoint(end);
        if before(middle) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    first
}
