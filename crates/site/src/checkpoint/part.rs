//! The parts of a site.

use std::sync::Arc;

use super::key::{Named, PartKey};
use crate::Site;
use crate::catalogue::checkpoint::DEFINITIONS;
use crate::encoding::Kind;
use crate::fleet::checkpoint::{COLUMNS, encode_free_ids, step_chunks};

/// A part of a site, not yet encoded.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    key: PartKey,
    site: &'a Site,
}

/// All parts of a site, in the order of their keys.
#[must_use]
pub fn parts(site: &Site) -> Vec<Part<'_>> {
    let dictionaries = site.fleet.kept();
    let segments = (!site.catalogue.segments.is_empty()).then_some(Kind::Segments);
    let definitions = DEFINITIONS.into_iter().map(Named::Definitions);
    let values = dictionaries.iter().flat_map(|(dictionary, kept)| {
        (0..kept.chunks()).map(|chunk| Named::Values { dictionary: *dictionary, chunk })
    });
    let free = dictionaries.iter().filter(|(_, kept)| !kept.free().is_empty());
    let free = free.map(|(dictionary, _)| Named::FreeIds { dictionary: *dictionary });
    let blocks = site.fleet.block_count();
    let columns =
        COLUMNS.into_iter().flat_map(|kind| (0..blocks).map(move |block| Named::Columns { kind, block }));
    let segments = segments.into_iter().map(Named::Definitions);
    let steps = step_chunks(site.fleet.counters().first_seen);
    let first_seen = (0..steps).map(|chunk| Named::FirstSeen { chunk });
    let all = definitions.chain(values).chain(free).chain(columns).chain(segments).chain(first_seen);
    all.map(|named| Part { key: PartKey::new(named), site }).collect()
}

impl Part<'_> {
    /// Its name.
    #[must_use]
    pub fn key(&self) -> PartKey {
        self.key
    }

    /// Whether `earlier` has the very same part in memory: what was written of it then need not be written again.
    /// A part that changed and changed back is not the same, though it has the same bytes.
    #[must_use]
    pub fn is_shared_with(&self, earlier: &Site) -> bool {
        let dictionary =
            |number| Some((self.site.fleet.dictionary(number)?, earlier.fleet.dictionary(number)?));
        match self.key.named() {
            Named::Definitions(kind) => self.site.catalogue.shares_definitions(&earlier.catalogue, kind),
            Named::Values { dictionary: number, chunk } => dictionary(number).is_some_and(|(now, before)| {
                chunk < before.chunks() && now.addresses(chunk) == before.addresses(chunk)
            }),
            Named::FreeIds { dictionary: number } => {
                dictionary(number).is_some_and(|(now, before)| Arc::ptr_eq(now.free(), before.free()))
            }
            Named::Columns { kind, block } => self.site.fleet.shares_columns(&earlier.fleet, kind, block),
            Named::FirstSeen { chunk } => self.site.fleet.shares_steps(&earlier.fleet, chunk),
        }
    }

    /// Its bytes; the same for equal parts.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let dictionary = |number| {
            self.site.fleet.dictionary(number).expect("parts are of the dictionaries that there are")
        };
        match self.key.named() {
            Named::Definitions(kind) => self.site.catalogue.encode_definitions(kind),
            Named::Values { dictionary: number, chunk } => dictionary(number).encode_values(chunk),
            Named::FreeIds { dictionary: number } => encode_free_ids(dictionary(number).free()),
            Named::Columns { kind, block } => self.site.fleet.encode_columns(kind, block),
            Named::FirstSeen { chunk } => self.site.fleet.encode_steps(chunk),
        }
    }
}
