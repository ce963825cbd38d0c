//! What a checkpoint says besides its parts.

use domain::{Timestamp, Version};

use super::key::PartKey;
use crate::encoding::packed::{read_numbers, write_numbers};
use crate::encoding::read::{bytes, list, millis, moment};
use crate::encoding::{Kind, open_part, seal_part};
use crate::fleet::checkpoint::Counters;
use crate::public_id::PublicIds;
use crate::{DecodeError, Site, State};

/// Most parts of a checkpoint: four a block for the most devices, and as many values as anyone will have.
const PARTS_MAX: usize = 1 << 20;

/// What a checkpoint says besides its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// The version of the site.
    pub version: Version,
    /// The moment of its last record.
    pub time: Timestamp,
    /// Each part with the number of blobs it was cut into, in the order of the keys.
    pub parts: Vec<(PartKey, u32)>,
    pub(super) ids: PublicIds,
    pub(super) evaluator: u32,
    pub(super) last_definition: u32,
    pub(super) counters: Counters,
}

/// As [`Header`].
#[derive(prost::Message)]
struct HeaderMessage {
    #[prost(uint64, tag = "1")]
    version: u64,
    /// Unix milliseconds.
    #[prost(uint64, tag = "2")]
    time: u64,
    /// What the site's public ids begin with: 16 bytes, highest first.
    #[prost(bytes = "vec", tag = "3")]
    prefix: Vec<u8>,
    /// The highest id of a definition that was given out.
    #[prost(uint32, tag = "4")]
    last_definition: u32,
    /// The highest device number that was given out.
    #[prost(uint32, tag = "5")]
    last_device: u32,
    /// How many places of devices were ever taken.
    #[prost(uint32, tag = "6")]
    places: u32,
    #[prost(message, repeated, tag = "7")]
    dictionaries: Vec<DictionaryMessage>,
    #[prost(message, repeated, tag = "8")]
    parts: Vec<RunMessage>,
    /// The number of the evaluator by which the devices were judged.
    #[prost(uint32, tag = "9")]
    evaluator: u32,
    /// Facts of groups that were last spoken of before this have gone stale, in Unix seconds.
    #[prost(uint32, tag = "10")]
    stale_before: u32,
    /// In how many seconds devices were added, as far back as that was kept.
    #[prost(uint32, tag = "11")]
    first_seen: u32,
}

#[derive(prost::Message)]
struct DictionaryMessage {
    #[prost(uint32, tag = "1")]
    number: u32,
    /// The id that it gives out once none is free.
    #[prost(uint32, tag = "2")]
    next: u32,
}

/// Parts whose keys follow each other.
#[derive(prost::Message)]
struct RunMessage {
    #[prost(fixed64, tag = "1")]
    first: u64,
    /// How many blobs each was cut into, as numbers.
    #[prost(bytes = "vec", tag = "2")]
    blobs: Vec<u8>,
}

/// What the checkpoint of a site says besides its parts, as bytes; `parts` names each with the number of blobs it was
/// cut into, in the order of the keys.
#[must_use]
pub fn encode_header(site: &Site, parts: &[(PartKey, u32)]) -> Vec<u8> {
    let counters = site.fleet.counters();
    let dictionaries =
        counters.next_ids.iter().map(|(number, next)| DictionaryMessage { number: *number, next: *next });
    let runs = parts.chunk_by(|(a, _), (b, _)| a.number() + 1 == b.number());
    let run = |run: &[(PartKey, u32)]| {
        let blobs: Vec<_> = run.iter().map(|(_, blobs)| u64::from(*blobs)).collect();
        Some(RunMessage { first: run.first()?.0.number(), blobs: write_numbers(&blobs) })
    };
    seal_part(
        Kind::CheckpointHeader,
        &HeaderMessage {
            version: site.version().0,
            time: millis(site.time()),
            prefix: site.ids().prefix().to_be_bytes().to_vec(),
            last_definition: site.catalogue.last_id(),
            last_device: counters.last,
            places: counters.places,
            dictionaries: dictionaries.collect(),
            parts: runs.filter_map(run).collect(),
            evaluator: site.evaluator(),
            stale_before: counters.stale_before,
            first_seen: counters.first_seen,
        },
    )
}

/// A header from its bytes.
///
/// # Errors
/// When they are damaged or of a format or content that this program does not know.
pub fn decode_header(bytes: &[u8]) -> Result<Header, DecodeError> {
    open_part(Kind::CheckpointHeader, bytes, read).map_err(|error| error.in_checkpoint("its header"))
}

fn read(message: HeaderMessage) -> Result<Header, DecodeError> {
    let prefix = u128::from_be_bytes(bytes("prefix", &message.prefix)?);
    let ids = PublicIds::from_prefix(prefix);
    let mut parts = Vec::new();
    list("parts", message.parts, |run| read_run(&run, &mut parts))?;
    if !parts.is_sorted_by(|(a, _), (b, _)| a < b) {
        return Err(DecodeError::damaged("parts", "must be in the order of their keys"));
    }
    Ok(Header {
        version: Version(message.version),
        time: moment("time", message.time)?,
        parts,
        ids: ids.ok_or_else(|| DecodeError::damaged("prefix", "is not one of public ids"))?,
        evaluator: message.evaluator,
        last_definition: message.last_definition,
        counters: Counters {
            last: message.last_device,
            places: message.places,
            stale_before: message.stale_before,
            first_seen: message.first_seen,
            next_ids: message.dictionaries.iter().map(|one| (one.number, one.next)).collect(),
        },
    })
}

fn read_run(run: &RunMessage, parts: &mut Vec<(PartKey, u32)>) -> Result<(), DecodeError> {
    let blobs: Vec<u32> = read_numbers("blobs", &run.blobs, PARTS_MAX - parts.len())?.collect("blobs")?;
    for (place, blobs) in (0..).zip(blobs) {
        let unknown = || DecodeError::unknown_number("first", run.first);
        let key = run.first.checked_add(place).ok_or_else(unknown)?;
        let part = PartKey::from_number(key).ok_or_else(|| DecodeError::unknown_number("first", key))?;
        parts.push((part, blobs));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_beyond_the_last_number_are_refused() {
        for first in [u64::MAX, u64::MAX - 1] {
            let run = RunMessage { first, blobs: write_numbers(&[1, 1, 1]) };
            assert!(read_run(&run, &mut Vec::new()).is_err(), "{first}");
        }
    }
}
