//! Dictionaries in chunks of ids. How often a value is used is not kept but counted again, so that a chunk differs
//! only when one of its values does.

use std::hash::Hash;
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::super::block::Dictionaries;
use super::super::cow::{CowTable, CowVec};
use super::super::dictionary::{Dictionary, Entry};
use super::super::hash::hash_of;
use super::parallel::in_parallel;
use crate::DecodeError;
use crate::encoding::packed::{read_numbers, squeeze, unsqueeze, write_numbers};
use crate::encoding::{Kind, Value, open_part, seal_part};

/// Ids of a chunk.
const CHUNK: usize = CowVec::<()>::CHUNK;
const CHUNK_IDS: u32 = 1024;
const _: () = assert!(CHUNK == CHUNK_IDS as usize, "both say how long a chunk is");

/// The values of a chunk, by id.
#[derive(prost::Message)]
struct ValuesMessage {
    /// The length of each value and one more, as numbers; 0 for an id that has none.
    #[prost(bytes = "vec", tag = "1")]
    lengths: Vec<u8>,
    /// Squeezed: the values behind one another.
    #[prost(bytes = "vec", tag = "2")]
    values: Vec<u8>,
}

/// The ids that have no value.
#[derive(prost::Message)]
struct FreeIdsMessage {
    /// As numbers; the last one is used first.
    #[prost(bytes = "vec", tag = "1")]
    ids: Vec<u8>,
}

/// The values of a chunk as they were written, not yet what they stand for.
#[derive(Debug)]
pub(crate) struct ReadValues {
    lengths: Vec<u32>,
    values: Vec<u8>,
}

/// A dictionary, whatever its values are.
pub(crate) trait Kept {
    /// How many chunks it has.
    fn chunks(&self) -> u32;
    /// The id that it gives out once none is free.
    fn next(&self) -> u32;
    /// The ids that are free.
    fn free(&self) -> &Arc<Vec<u32>>;
    /// A chunk as bytes.
    fn encode_values(&self, chunk: u32) -> Vec<u8>;
    /// Where the values of a chunk are in memory, 0 for those that are not: as long as two dictionaries are held,
    /// the same places mean the same values.
    fn addresses(&self, chunk: u32) -> Vec<usize>;
}

impl<V: Value> Kept for Dictionary<V> {
    fn chunks(&self) -> u32 {
        chunks(self.next)
    }

    fn next(&self) -> u32 {
        self.next
    }

    fn free(&self) -> &Arc<Vec<u32>> {
        &self.free
    }

    fn encode_values(&self, chunk: u32) -> Vec<u8> {
        let entries = self.entries.chunk(chunk as usize);
        let (mut lengths, mut values) = (Vec::with_capacity(entries.len()), Vec::new());
        for entry in entries {
            let before = values.len();
            let length = entry.value.as_ref().map(|value| {
                value.write(&mut values);
                values.len() - before + 1
            });
            lengths.push(length.unwrap_or_default() as u64);
        }
        let message = ValuesMessage { lengths: write_numbers(&lengths), values: squeeze(&values) };
        seal_part(Kind::Values, &message)
    }

    fn addresses(&self, chunk: u32) -> Vec<usize> {
        let address = |entry: &Entry<V>| entry.value.as_ref().map_or(0, |value| Arc::as_ptr(value).addr());
        self.entries.chunk(chunk as usize).iter().map(address).collect()
    }
}

/// The ids that a dictionary has free, as bytes.
pub(crate) fn encode_free_ids(free: &[u32]) -> Vec<u8> {
    let ids: Vec<_> = free.iter().map(|id| u64::from(*id)).collect();
    seal_part(Kind::FreeIds, &FreeIdsMessage { ids: write_numbers(&ids) })
}

/// As [`encode_free_ids`] wrote them.
pub(crate) fn decode_free_ids(bytes: &[u8]) -> Result<Vec<u32>, DecodeError> {
    open_part(Kind::FreeIds, bytes, |message: FreeIdsMessage| {
        // No id is there twice, so that each takes a bit at least.
        read_numbers("ids", &message.ids, message.ids.len() * 8)?.collect("ids")
    })
}

/// A chunk from its bytes.
pub(crate) fn decode_values(bytes: &[u8]) -> Result<ReadValues, DecodeError> {
    open_part(Kind::Values, bytes, |message: ValuesMessage| {
        let lengths: Vec<u32> = read_numbers("lengths", &message.lengths, CHUNK)?.collect("lengths")?;
        let values = unsqueeze("values", &message.values)?.into_owned();
        let total: u64 = lengths.iter().map(|length| u64::from(length.saturating_sub(1))).sum();
        if total != values.len() as u64 {
            return Err(DecodeError::damaged("values", "do not have the lengths written"));
        }
        Ok(ReadValues { lengths, values })
    })
}

/// How many chunks a dictionary has that gives out `next` once none is free: an id is given out by setting its entry,
/// and 0, which stands for no value, goes with the first one.
pub(super) fn chunks(next: u32) -> u32 {
    if next > 1 { next.div_ceil(CHUNK_IDS) } else { 0 }
}

/// What of a dictionary was read.
#[derive(Debug)]
pub(crate) struct ReadDictionary {
    pub(crate) chunks: Vec<ReadValues>,
    pub(crate) free: Vec<u32>,
    next: u32,
}

/// The entries of a chunk, and under which hash each is found.
type ReadChunk<V> = (Vec<Entry<V>>, Vec<(u64, u32)>);

impl ReadDictionary {
    /// One of which nothing but that was read yet.
    pub(super) fn new(next: u32) -> Self {
        Self { chunks: Vec::new(), free: Vec::new(), next }
    }

    /// The dictionary, where `used` are the ids that devices have, as often as they have them.
    pub(super) fn restore<V: Value + Clone + Eq + Hash + Send + Sync>(
        self,
        mut used: impl Iterator<Item = u32>,
        threads: NonZeroUsize,
    ) -> Result<Dictionary<V>, DecodeError> {
        let Self { chunks, free, next } = self;
        let full = chunks.iter().rev().skip(1).all(|chunk| chunk.lengths.len() == CHUNK);
        let entries: usize = chunks.iter().map(|chunk| chunk.lengths.len()).sum();
        if !full || next == 0 || entries != if next > 1 { next as usize } else { 0 } {
            return Err(DecodeError::damaged("values", "are not as many as there must be"));
        }
        let mut counts = vec![0_u32; entries.max(1)];
        let unknown = used.find(|id| counts.get_mut(*id as usize).map(|count| *count += 1).is_none());
        if let Some(id) = unknown {
            return Err(DecodeError::damaged("an id", format_args!("of a device, {id}, has no value")));
        }
        counts[0] = 0;
        let read = in_parallel(threads, chunks.into_iter().enumerate().collect(), |(place, chunk)| {
            let first = place * CHUNK;
            read_chunk::<V>(&chunk, first, counts.get(first..).unwrap_or_default())
        })?;
        let (chunks, hashes): (Vec<_>, Vec<_>) = read.into_iter().unzip();
        let dictionary = Dictionary {
            entries: CowVec::from_chunks(chunks),
            index: CowTable::of(hashes.iter().flatten().copied()),
            free: Arc::new(free),
            next,
        };
        dictionary.check(hashes.iter().flatten().copied(), entries)?;
        Ok(dictionary)
    }
}

/// Makes values of a chunk whose first id is `first`; `counts` says how often each is used.
fn read_chunk<V: Value + Hash>(
    read: &ReadValues,
    first: usize,
    counts: &[u32],
) -> Result<ReadChunk<V>, DecodeError> {
    let (mut entries, mut hashes) = (Vec::with_capacity(read.lengths.len()), Vec::new());
    let mut rest = read.values.as_slice();
    for (id, (length, uses)) in (first..).zip(read.lengths.iter().zip(counts)) {
        let named = |error: DecodeError| error.within(format_args!("values[{id}]"));
        if (*length > 0) != (*uses > 0) {
            return Err(named(DecodeError::damaged("uses", format_args!("are {uses}, which cannot be"))));
        }
        let Some(length) = length.checked_sub(1) else {
            entries.push(Entry::default());
            continue;
        };
        let bytes = rest.split_off(..length as usize).unwrap_or_default();
        let value = V::read(bytes).map_err(named)?;
        hashes.push((hash_of(&value), u32::try_from(id).unwrap_or(u32::MAX)));
        entries.push(Entry { value: Some(Arc::new(value)), uses: *uses });
    }
    Ok((entries, hashes))
}

impl<V: Clone + Eq + Hash> Dictionary<V> {
    /// Refuses one that holds a value twice, or that has other ids free than those without a value.
    fn check(&self, hashes: impl Iterator<Item = (u64, u32)>, entries: usize) -> Result<(), DecodeError> {
        let mut held = 0;
        for (hash, id) in hashes {
            held += 1;
            let value = self.get(id);
            if self.index.candidates(hash).any(|other| other != id && self.get(other) == value) {
                return Err(DecodeError::damaged(format_args!("values[{id}]"), "is there twice"));
            }
        }
        let mut free = self.free.to_vec();
        free.sort_unstable();
        let distinct = free.is_sorted_by(|a, b| a < b);
        let vacant = |id: &u32| *id > 0 && *id < self.next && self.get(*id).is_none();
        if !distinct || !free.iter().all(vacant) || held + free.len() != entries.saturating_sub(1) {
            return Err(DecodeError::damaged("the free ids", "are not those without a value"));
        }
        Ok(())
    }
}

impl Dictionaries {
    /// All of them by their numbers, which stand for them in keys: none is ever used for another.
    pub(crate) fn all(&self) -> [(u32, &dyn Kept); 18] {
        [
            (1, &self.os_version),
            (2, &self.edition),
            (3, &self.distribution),
            (4, &self.client_version),
            (5, &self.device_make),
            (6, &self.device_model),
            (7, &self.event),
            (8, &self.domain),
            (9, &self.antivirus),
            (10, &self.disk_encryption),
            (11, &self.certificate_issuers),
            (12, &self.registry),
            (13, &self.outcome),
            (14, &self.processes.names),
            (15, &self.processes.details),
            (16, &self.files.names),
            (17, &self.files.details),
            (18, &self.reasons.values),
        ]
    }
}
