//! A vector and a hash table whose clones share what does not differ.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

use hashbrown::{DefaultHashBuilder, HashTable};

const CHUNK: usize = 1024;
/// As many as a byte tells apart.
const SHARDS: usize = 256;

/// A growing vector in shared chunks; what was never set has the default.
#[derive(Clone, Debug)]
pub(crate) struct CowVec<T> {
    chunks: Arc<Vec<Arc<Vec<T>>>>,
}

impl<T> Default for CowVec<T> {
    fn default() -> Self {
        Self { chunks: Arc::default() }
    }
}

/// What was never set has the default, and equals what was set to it.
impl<T: PartialEq + Default> PartialEq for CowVec<T> {
    fn eq(&self, other: &Self) -> bool {
        let chunks = self.chunks.len().max(other.chunks.len());
        (0..chunks).all(|chunk| {
            let (a, b) = (self.chunk(chunk), other.chunk(chunk));
            let (shorter, longer) = if a.len() < b.len() { (a, b) } else { (b, a) };
            let (same, more) = longer.split_at(shorter.len());
            std::ptr::eq(a, b) || same == shorter && more.iter().all(|value| *value == T::default())
        })
    }
}

impl<T> CowVec<T> {
    /// As many values as a chunk holds.
    pub(crate) const CHUNK: usize = CHUNK;

    /// The values of a chunk, from its first on; the last ones may not have been set.
    pub(crate) fn chunk(&self, chunk: usize) -> &[T] {
        self.chunks.get(chunk).map_or(&[], |values| values.as_slice())
    }

    /// The vector of these chunks; what one lacks was never set.
    pub(crate) fn from_chunks(chunks: Vec<Vec<T>>) -> Self {
        Self { chunks: Arc::new(chunks.into_iter().map(Arc::new).collect()) }
    }
}

impl<T: Clone + Default> CowVec<T> {
    pub(crate) fn get(&self, index: u32) -> Option<&T> {
        let index = index as usize;
        self.chunks.get(index / CHUNK)?.get(index % CHUNK)
    }

    /// The value at `index`, to be changed; the vector grows as far as that takes.
    pub(crate) fn entry(&mut self, index: u32) -> &mut T {
        let index = index as usize;
        let chunks = Arc::make_mut(&mut self.chunks);
        while chunks.len() <= index / CHUNK {
            chunks.push(Arc::default());
        }
        let chunk = Arc::make_mut(&mut chunks[index / CHUNK]);
        if chunk.len() <= index % CHUNK {
            chunk.resize(index % CHUNK + 1, T::default());
        }
        &mut chunk[index % CHUNK]
    }

    /// All values with their index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).zip(0..).map(|(value, index)| (index, value))
    }
}

/// Numbers by the hash of something that is kept elsewhere: the caller compares what the numbers stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct CowTable {
    shards: Arc<Vec<Arc<HashTable<Slot>>>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Slot {
    hash: u32,
    number: u32,
}

/// One for all tables of the process, so that equal tables hold equal slots. Its seed is the process's own: devices
/// name themselves, and who knew it could give them names of one hash. No hash is ever stored.
static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

/// The hash under which `key` is found.
pub(crate) fn hash_of(key: &(impl Hash + ?Sized)) -> u64 {
    HASHER.hash_one(key)
}

/// What [`hash_of`] hashes with.
pub(crate) fn hasher() -> impl Hasher {
    HASHER.build_hasher()
}

impl CowTable {
    /// The numbers that may stand for the key of this hash.
    pub(crate) fn candidates(&self, hash: u64) -> impl Iterator<Item = u32> {
        let (shard, hash) = split(hash);
        self.shards
            .get(shard)
            .into_iter()
            .flat_map(move |slots| slots.iter_hash(spread(hash)).filter(move |slot| slot.hash == hash))
            .map(|slot| slot.number)
    }

    /// The table of all these numbers, each with its hash. Its shards are made as large as they need to be.
    pub(crate) fn of(numbers: impl Iterator<Item = (u64, u32)> + Clone) -> Self {
        let mut counts = [0; SHARDS];
        for (hash, _) in numbers.clone() {
            counts[split(hash).0] += 1;
        }
        let mut shards = counts.map(HashTable::with_capacity);
        for (hash, number) in numbers {
            let (shard, hash) = split(hash);
            shards[shard].insert_unique(spread(hash), Slot { hash, number }, |slot| spread(slot.hash));
        }
        Self { shards: Arc::new(shards.into_iter().map(Arc::new).collect()) }
    }

    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        let (shard, hash) = split(hash);
        let shards = Arc::make_mut(&mut self.shards);
        if shards.is_empty() {
            shards.resize_with(SHARDS, Arc::default);
        }
        Arc::make_mut(&mut shards[shard])
            .insert_unique(spread(hash), Slot { hash, number }, |slot| spread(slot.hash));
    }

    pub(crate) fn remove(&mut self, hash: u64, number: u32) {
        let (shard, hash) = split(hash);
        let Some(slots) = Arc::make_mut(&mut self.shards).get_mut(shard) else { return };
        if let Ok(slot) = Arc::make_mut(slots).find_entry(spread(hash), |slot| *slot == Slot { hash, number })
        {
            slot.remove();
        }
    }
}

impl PartialEq for CowTable {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |table: &Self| {
            let mut slots: Vec<_> = table
                .shards
                .iter()
                .flat_map(|shard| shard.iter())
                .map(|slot| (slot.hash, slot.number))
                .collect();
            slots.sort_unstable();
            slots
        };
        sorted(self) == sorted(other)
    }
}

/// The low byte picks the shard, the high half stands in the slot.
fn split(hash: u64) -> (usize, u32) {
    let [low, _, _, _, upper @ ..] = hash.to_le_bytes();
    (usize::from(low), u32::from_le_bytes(upper))
}

/// A slot's hash over all 64 bits, as the table wants it.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_vector_grows_and_keeps_its_clones_as_they_were() {
        let mut vector = CowVec::<u32>::default();
        *vector.entry(2500) = 7;
        let before = vector.clone();
        *vector.entry(2500) += 1;
        assert_eq!((before.get(2500), vector.get(2500)), (Some(&7), Some(&8)));
        assert_eq!((vector.get(2499), vector.get(2501)), (Some(&0), None));
    }

    proptest! {
        #[test]
        fn a_table_finds_what_was_put_in(steps in proptest::collection::vec((any::<bool>(), 0u32..60), 0..300)) {
            let mut table = CowTable::default();
            let mut naive = HashMap::new();
            for (put, key) in steps {
                if put && naive.insert(key, key + 1000).is_none() {
                    table.insert(hash_of(&key), key + 1000);
                } else if !put && naive.remove(&key).is_some() {
                    table.remove(hash_of(&key), key + 1000);
                }
            }
            for key in 0..60 {
                let found = table.candidates(hash_of(&key)).any(|number| number == key + 1000);
                prop_assert_eq!(found, naive.contains_key(&key));
            }
        }
    }
}
