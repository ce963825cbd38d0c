//! A vector and a hash table whose clones share what does not differ.

use std::sync::Arc;

use super::shard::Shard;

const CHUNK: usize = 1024;
/// As many as a byte tells apart.
pub(crate) const SHARDS: usize = 256;

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

    /// Whether both have the very same chunk.
    pub(crate) fn shares_chunk(&self, other: &Self, chunk: usize) -> bool {
        let (Some(one), Some(another)) = (self.chunks.get(chunk), other.chunks.get(chunk)) else {
            return false;
        };
        Arc::ptr_eq(one, another)
    }

    /// Bytes that it takes besides itself.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.chunks.iter().map(|chunk| 8 + 16 + size_of::<Vec<T>>() + chunk.capacity() * size_of::<T>()).sum()
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
    /// By the low byte of the hash. None, or as many as there are such bytes.
    shards: Arc<Vec<Arc<Shard>>>,
}

/// Equal tables find the same numbers, wherever these stand.
impl PartialEq for CowTable {
    fn eq(&self, other: &Self) -> bool {
        let sorted = |table: &Self| {
            let mut slots: Vec<_> = table.shards.iter().flat_map(|shard| shard.taken()).collect();
            slots.sort_unstable();
            slots
        };
        sorted(self) == sorted(other)
    }
}

impl CowTable {
    /// The numbers that may stand for the key of this hash.
    pub(crate) fn candidates(&self, hash: u64) -> impl Iterator<Item = u32> {
        let (shard, hash) = split(hash);
        self.shards.get(shard).into_iter().flat_map(move |shard| shard.candidates(hash))
    }

    /// The table of all these numbers, each with its hash. Its shards are made as large as they need to be.
    pub(crate) fn of(numbers: impl Iterator<Item = (u64, u32)> + Clone) -> Self {
        let mut counts = [0; SHARDS];
        for (hash, _) in numbers.clone() {
            counts[split(hash).0] += 1;
        }
        let mut shards = counts.map(Shard::with_capacity);
        for (hash, number) in numbers {
            let (shard, hash) = split(hash);
            shards[shard].insert(hash, number);
        }
        Self::of_shards(shards.into())
    }

    /// The table of all shards, in the order of [`shard_of`].
    pub(crate) fn of_shards(shards: Vec<Shard>) -> Self {
        Self { shards: Arc::new(shards.into_iter().map(Arc::new).collect()) }
    }

    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        let (shard, hash) = split(hash);
        let shards = Arc::make_mut(&mut self.shards);
        if shards.is_empty() {
            shards.resize_with(SHARDS, Arc::default);
        }
        Arc::make_mut(&mut shards[shard]).insert(hash, number);
    }

    pub(crate) fn remove(&mut self, hash: u64, number: u32) {
        let (shard, hash) = split(hash);
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(shard) {
            Arc::make_mut(shard).remove(hash, number);
        }
    }

    /// Bytes that it takes.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.shards.iter().map(|shard| 16 + size_of::<Shard>() + 8 * shard.slots.capacity()).sum()
    }
}

/// The shard of a hash, and what of it stands in the slot: its high half.
fn split(hash: u64) -> (usize, u32) {
    let slot = slot_hash(hash);
    (shard_of(slot), slot)
}

/// What of a hash stands in a slot; nothing else of it matters to a table.
pub(crate) fn slot_hash(hash: u64) -> u32 {
    let [_, _, _, _, upper @ ..] = hash.to_le_bytes();
    u32::from_le_bytes(upper)
}

/// The shard of what stands in a slot: its low byte, where its place in the shard follows from the highest bits.
pub(crate) fn shard_of(slot_hash: u32) -> usize {
    let [low, ..] = slot_hash.to_le_bytes();
    low.into()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::super::hash::hash_of;
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
