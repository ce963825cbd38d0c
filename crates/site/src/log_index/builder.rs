//! Makes a page, record by record.

use std::hash::Hash;

use domain::{Owner, Version};
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::concerned::{Concerned, concerned};
use super::page::{LogPage, Shape};
use crate::SiteRecord;
use crate::encoding::packed::write_numbers;
use crate::queries::changes::of_change;

/// Most records of a page.
pub(super) const RECORDS_MAX: usize = 4096;
/// A page that has so many postings is full: at eight bytes each half a MiB, less when packed.
const POSTINGS_FULL: usize = 1 << 16;
/// A page whose sets weigh so much is full.
const SETS_FULL_BYTES: usize = 1 << 20;
/// Most devices of a record that are posted one by one; more are a set.
pub(super) const POSTED_MAX: u64 = 1024;

/// The records of a page as far as they have come.
#[derive(Clone, Debug)]
pub struct PageBuilder {
    after: Version,
    times: Vec<u64>,
    authors: Listed<Owner>,
    shapes: Listed<Shape>,
    /// Device and place of the record.
    postings: Vec<(u32, u16)>,
    sets: Vec<(u16, RoaringBitmap)>,
    sets_bytes: usize,
}

/// Different values, and which of them each record has.
#[derive(Clone, Debug)]
struct Listed<T> {
    values: Vec<T>,
    places: HashMap<T, u64>,
    of: Vec<u64>,
}

impl<T: Clone + Eq + Hash> Listed<T> {
    fn new() -> Self {
        Self { values: Vec::new(), places: HashMap::new(), of: Vec::new() }
    }

    fn add(&mut self, value: &T) {
        let place = self.places.get(value).copied().unwrap_or_else(|| {
            let place = self.values.len() as u64;
            self.values.push(value.clone());
            self.places.insert(value.clone(), place);
            place
        });
        self.of.push(place);
    }
}

impl PageBuilder {
    /// Of the records after a version.
    #[must_use]
    pub fn new(after: Version) -> Self {
        Self {
            after,
            times: Vec::new(),
            authors: Listed::new(),
            shapes: Listed::new(),
            postings: Vec::new(),
            sets: Vec::new(),
            sets_bytes: 0,
        }
    }

    /// The version of the last record; that before the first one while there is none.
    #[must_use]
    pub fn through(&self) -> Version {
        Version(self.after.0 + self.times.len() as u64)
    }

    /// The version before the first record.
    #[must_use]
    pub fn after(&self) -> Version {
        self.after
    }

    /// Whether the next record belongs to the next page.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.times.len() >= RECORDS_MAX
            || self.postings.len() >= POSTINGS_FULL
            || self.sets_bytes >= SETS_FULL_BYTES
    }

    /// Takes the next record, the one with the version after [`PageBuilder::through`], into a page that is not full.
    pub fn add(&mut self, record: &SiteRecord) {
        debug_assert!(record.version == self.through().next() && !self.is_full());
        let place = u16::try_from(self.times.len()).unwrap_or(u16::MAX);
        self.times.push(record.time.millis().unsigned_abs());
        self.authors.add(&record.actor);
        self.shapes.add(&Shape::of(record.changes.iter().filter_map(of_change)));
        match concerned(record) {
            Concerned::Few(few) => self.postings.extend(few.into_iter().map(|device| (device, place))),
            Concerned::Many(many) => {
                self.sets_bytes += many.serialized_size();
                self.sets.push((place, many));
            }
        }
    }

    /// The page of the records that have come.
    #[must_use]
    pub fn page(&self) -> LogPage {
        let mut postings = self.postings.clone();
        postings.sort_unstable();
        let devices: Vec<u64> = postings.iter().map(|(device, _)| u64::from(*device)).collect();
        let records: Vec<u64> = postings.iter().map(|(_, record)| u64::from(*record)).collect();
        LogPage {
            after: self.after,
            times: write_numbers(&self.times),
            authors: self.authors.values.iter().map(ToString::to_string).collect(),
            by: write_numbers(&self.authors.of),
            shapes: self.shapes.values.clone(),
            of: write_numbers(&self.shapes.of),
            devices: write_numbers(&devices),
            records: write_numbers(&records),
            sets: self.sets.clone(),
        }
    }
}
