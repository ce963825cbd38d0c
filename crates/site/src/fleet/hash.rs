//! Hashes of what is looked up.

use std::hash::{Hash, Hasher};

/// The hash under which `key` is found. The same in every process: equal tables hold equal slots.
pub(crate) fn hash_of(key: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = Mixer::default();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Multiplies eight bytes at a time into 64 bits, the high half of the product folded into the low one, as wyhash does.
/// Keys are short, and who may report devices can slow down his own site only.
#[derive(Default)]
struct Mixer(u64);

impl Mixer {
    fn mix(&mut self, word: u64) {
        let (low, high) = (self.0 ^ word ^ 0x9E37_79B9_7F4A_7C15).carrying_mul(0xD6E8_FEB8_6659_FD93, 0);
        self.0 = low ^ high;
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            // Its length stands where no byte of it does, so that zeros at the end count.
            word[7] = u8::try_from(rest.len()).unwrap_or_default();
            self.mix(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, number: u8) {
        self.mix(number.into());
    }

    fn write_u32(&mut self, number: u32) {
        self.mix(number.into());
    }

    fn write_u64(&mut self, number: u64) {
        self.mix(number);
    }

    fn write_usize(&mut self, number: usize) {
        self.mix(number as u64);
    }

    fn finish(&self) -> u64 {
        let mut last = Self(self.0);
        last.mix(0);
        last.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_that_differ_little_have_hashes_that_differ_in_each_half_and_byte() {
        let keys: Vec<_> = (0..20_000).map(|number| format!("PC-{number:07}-A1D5-4F6B")).collect();
        let hashes: HashSet<_> = keys.iter().map(|key| hash_of(key.as_bytes())).collect();
        assert_eq!(hashes.len(), keys.len());
        let upper: HashSet<_> = hashes.iter().map(|hash| hash >> 32).collect();
        assert!(upper.len() > 19_980, "{} different upper halves", upper.len());
        let mut shards = [0; 256];
        hashes.iter().for_each(|hash| shards[usize::try_from(hash & 255).unwrap()] += 1);
        assert!(shards.iter().all(|count| (30..140).contains(count)), "{shards:?}");
    }

    #[test]
    fn where_a_text_ends_counts() {
        assert_ne!(hash_of(&("ab", "c")), hash_of(&("a", "bc")));
        assert_ne!(hash_of("a"), hash_of("a\0"));
        assert_ne!(hash_of(""), hash_of("\0"));
    }
}
