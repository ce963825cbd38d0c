//! A site from the parts of its checkpoint.

use std::num::NonZeroUsize;

use super::header::Header;
use super::key::{Named, PartKey};
use crate::catalogue::Catalogue;
use crate::catalogue::checkpoint::{DEFINITIONS, ReadDefinitions, decode_definitions};
use crate::encoding::Kind;
use crate::fleet::checkpoint::{
    COLUMNS, ReadColumns, ReadFleet, ReadSteps, ReadValues, decode_columns, decode_free_ids, decode_steps,
    decode_values, step_chunks,
};
use crate::{DecodeError, Site};

/// A part that was read, not yet joined with the others.
#[derive(Debug)]
pub struct DecodedPart {
    key: PartKey,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Definitions(ReadDefinitions),
    Values { dictionary: u32, values: ReadValues },
    FreeIds { dictionary: u32, ids: Vec<u32> },
    Columns { block: u32, columns: ReadColumns },
    FirstSeen(ReadSteps),
}

/// A part from its bytes. Parts do not need each other for this: it may be done on any thread.
///
/// # Errors
/// When they are damaged, of another kind, or of a format or content that this program does not know.
pub fn decode_part(key: PartKey, bytes: &[u8]) -> Result<DecodedPart, DecodeError> {
    let content = match key.named() {
        Named::Definitions(kind) => decode_definitions(kind, bytes).map(Content::Definitions),
        Named::Values { dictionary, .. } => {
            decode_values(bytes).map(|values| Content::Values { dictionary, values })
        }
        Named::FreeIds { dictionary } => {
            decode_free_ids(bytes).map(|ids| Content::FreeIds { dictionary, ids })
        }
        Named::Columns { kind, block } => {
            decode_columns(kind, bytes).map(|columns| Content::Columns { block, columns })
        }
        Named::FirstSeen { .. } => decode_steps(bytes).map(Content::FirstSeen),
    };
    let content = content.map_err(|error| error.in_checkpoint(key))?;
    Ok(DecodedPart { key, content })
}

/// The site of a checkpoint: joins its parts, given in any order, and makes what follows from them, on up to `threads`
/// threads.
///
/// # Errors
/// When a part is missing, or one contradicts another.
pub fn restore(
    header: &Header,
    mut parts: Vec<DecodedPart>,
    threads: NonZeroUsize,
) -> Result<Site, DecodeError> {
    parts.sort_unstable_by_key(|part| part.key);
    check_keys(header, &parts)?;
    let (mut catalogue, mut fleet) = (Catalogue::default(), ReadFleet::new(header.counters.clone()));
    for DecodedPart { key, content } in parts {
        match content {
            Content::Definitions(read) => {
                let restored = catalogue.restore(read, header.last_definition);
                restored.map_err(|error| error.in_checkpoint(key))?;
            }
            Content::Values { dictionary, values } => fleet.dictionary(dictionary).chunks.push(values),
            Content::FreeIds { dictionary, ids } => fleet.dictionary(dictionary).free = ids,
            Content::Columns { block, columns } => fleet.take(block as usize, columns),
            Content::FirstSeen(steps) => fleet.first_seen.push(steps),
        }
    }
    let restored = fleet.restore(catalogue.tags.iter().map(|tag| tag.id), threads);
    let (fleet, carried) = restored.map_err(|error| error.in_checkpoint("its fleet"))?;
    catalogue.restored(carried);
    Ok(Site::restored(header.version, header.time, header.ids, header.evaluator, catalogue, fleet))
}

/// Refuses parts that are not those that the header names, and a header that does not name all that there must be.
fn check_keys(header: &Header, parts: &[DecodedPart]) -> Result<(), DecodeError> {
    let named = || header.parts.iter().map(|(key, _)| *key);
    same(named(), parts.iter().map(|part| part.key))?;
    let counters = &header.counters;
    let definitions = DEFINITIONS.into_iter().map(Named::Definitions);
    let values = counters.next_ids.iter().flat_map(|(dictionary, next)| {
        (0..ReadFleet::chunks(*next)).map(|chunk| Named::Values { dictionary: *dictionary, chunk })
    });
    let blocks = ReadFleet::blocks(counters.places);
    let columns =
        COLUMNS.into_iter().flat_map(|kind| (0..blocks).map(move |block| Named::Columns { kind, block }));
    let first_seen = (0..step_chunks(counters.first_seen)).map(|chunk| Named::FirstSeen { chunk });
    let needed = definitions.chain(values).chain(columns).chain(first_seen).map(PartKey::new);
    same(needed, named().filter(|key| !is_optional(key.named())))
}

/// Whether a checkpoint may lack it: then there is nothing of the kind.
fn is_optional(named: Named) -> bool {
    matches!(named, Named::FreeIds { .. } | Named::Definitions(Kind::Segments))
}

/// Refuses keys that are not those `wanted`, naming the first that differs.
fn same(
    mut wanted: impl Iterator<Item = PartKey>,
    mut given: impl Iterator<Item = PartKey>,
) -> Result<(), DecodeError> {
    loop {
        let (part, what) = match (wanted.next(), given.next()) {
            (None, None) => return Ok(()),
            (Some(wanted), Some(given)) if wanted == given => continue,
            (None, Some(given)) => (given, "is not one of its parts"),
            (Some(wanted), Some(given)) if given < wanted => (given, "is not one of its parts"),
            (Some(wanted), _) => (wanted, "is missing"),
        };
        return Err(DecodeError::Checkpoint { part: part.to_string(), reason: what.to_owned() });
    }
}
