//! Segments, and which of them an address or a domain lies in.

mod located;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use domain::{Ranges, SegmentFields, SegmentId, fold};

use self::located::Located;
use super::Stamp;

/// Most segments of a site.
pub const SEGMENTS_MAX: usize = 10_000;
/// Most ranges of all segments of a site.
pub const RANGES_OF_SITE_MAX: usize = 100_000;

/// A segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its id.
    pub id: SegmentId,
    /// What is set of it.
    pub fields: SegmentFields,
    /// Who set it last.
    pub modified: Stamp,
}

/// All segments by id and by name.
#[derive(Clone, Debug, Default)]
pub struct Segments {
    /// In the order of their ids.
    by_id: Arc<Vec<(SegmentId, Arc<Segment>)>>,
    by_name: Arc<HashMap<String, SegmentId>>,
    /// Made when it is first asked: many changes may come before.
    located: Arc<OnceLock<Located>>,
}

/// What follows from the segments is no part of what they are.
impl PartialEq for Segments {
    fn eq(&self, other: &Self) -> bool {
        self.by_id == other.by_id && self.by_name == other.by_name
    }
}

impl Segments {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    /// All of them by id.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Segment> {
        self.by_id.iter().map(|(_, segment)| &**segment)
    }

    /// The one of that id.
    #[must_use]
    pub fn get(&self, id: SegmentId) -> Option<&Segment> {
        let place = self.place(id).ok()?;
        Some(&self.by_id[place].1)
    }

    /// The one of that name, whatever its case.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Segment> {
        self.get(*self.by_name.get(&fold(name.trim()))?)
    }

    /// How many ranges all have together.
    #[must_use]
    pub fn range_count(&self) -> usize {
        self.iter().map(|segment| segment.fields.ranges.len()).sum()
    }

    /// The segment on which a device is: the one with the narrowest range for its address, or else for its domain.
    #[must_use]
    pub fn of(&self, address: Option<IpAddr>, domain: Option<&str>) -> Option<SegmentId> {
        if self.is_empty() {
            return None;
        }
        let located = self.located();
        let by_address = address.and_then(|address| located.of_address(address));
        by_address.or_else(|| located.of_domain(domain?))
    }

    /// The first address of each piece, ascending, and the segment with the narrowest range for it and all up to the
    /// next.
    pub(crate) fn pieces(&self) -> &[(u128, Option<SegmentId>)] {
        self.located().pieces()
    }

    /// Another segment than `own` that has one of these ranges, with the place of the first such range.
    #[must_use]
    pub fn holder(&self, ranges: &Ranges, own: Option<SegmentId>) -> Option<(usize, &Segment)> {
        let located = self.located();
        let holders: Vec<_> = match ranges {
            Ranges::Addresses(ranges) => ranges.iter().map(|range| located.holder_of_range(*range)).collect(),
            Ranges::Domains(domains) => {
                domains.iter().map(|domain| located.holder_of_domain(domain.as_str())).collect()
            }
        };
        let held = holders.into_iter().enumerate().find_map(|(place, holder)| {
            let holder = holder.filter(|holder| Some(*holder) != own)?;
            Some((place, holder))
        });
        held.and_then(|(place, holder)| Some((place, self.get(holder)?)))
    }

    fn located(&self) -> &Located {
        self.located.get_or_init(|| Located::new(self.iter().map(|one| (one.id, &one.fields.ranges))))
    }

    pub(crate) fn set(&mut self, segment: Segment) {
        self.located = Arc::default();
        let place = self.place(segment.id);
        let by_name = Arc::make_mut(&mut self.by_name);
        if let Ok(place) = place {
            by_name.remove(&fold(self.by_id[place].1.fields.name.as_str()));
        }
        by_name.insert(fold(segment.fields.name.as_str()), segment.id);
        let by_id = Arc::make_mut(&mut self.by_id);
        match place {
            Ok(place) => by_id[place].1 = Arc::new(segment),
            Err(place) => by_id.insert(place, (segment.id, Arc::new(segment))),
        }
    }

    pub(crate) fn remove(&mut self, id: SegmentId) {
        if let Ok(place) = self.place(id) {
            self.located = Arc::default();
            let (_, segment) = Arc::make_mut(&mut self.by_id).remove(place);
            Arc::make_mut(&mut self.by_name).remove(&fold(segment.fields.name.as_str()));
        }
    }

    /// Whether both have the same segments, not just equal ones.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.by_id, &other.by_id)
    }

    /// Where the segment of that id is, or would be.
    fn place(&self, id: SegmentId) -> Result<usize, usize> {
        self.by_id.binary_search_by_key(&id, |(id, _)| *id)
    }
}
