//! Hashes of what is looked up.

use std::hash::{BuildHasher, Hash};
use std::sync::LazyLock;

use hashbrown::DefaultHashBuilder;

/// One for all tables of the process, so that equal tables hold equal slots. Its seed is the process's own: devices
/// name themselves, and who knew it could give them names of one hash. No hash is ever stored.
static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

/// The hash under which `key` is found.
pub(crate) fn hash_of(key: &(impl Hash + ?Sized)) -> u64 {
    HASHER.hash_one(key)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::cow::{shard_of, slot_hash};
    use super::*;

    #[test]
    fn keys_that_differ_little_have_hashes_whose_upper_halves_and_shards_differ() {
        let keys: Vec<_> = (0..20_000).map(|number| format!("PC-{number:07}-A1D5-4F6B")).collect();
        let hashes: HashSet<_> = keys.iter().map(|key| hash_of(key.as_bytes())).collect();
        assert_eq!(hashes.len(), keys.len());
        let upper: HashSet<_> = hashes.iter().map(|hash| hash >> 32).collect();
        assert!(upper.len() > 19_980, "{} different upper halves", upper.len());
        let mut shards = [0; 256];
        hashes.iter().for_each(|hash| shards[shard_of(slot_hash(*hash))] += 1);
        assert!(shards.iter().all(|count| (30..140).contains(count)), "{shards:?}");
    }

    #[test]
    fn where_a_text_ends_counts() {
        assert_ne!(hash_of(&("ab", "c")), hash_of(&("a", "bc")));
        assert_ne!(hash_of("a"), hash_of("a\0"));
        assert_ne!(hash_of(""), hash_of("\0"));
    }
}
