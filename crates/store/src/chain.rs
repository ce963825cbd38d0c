//! The hash chain: each record's hash covers the hash of the one before and the digest of its own payload, so
//! payloads can later be pruned or erased and the chain still verifies from their digests.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

/// A link of a site's chain: 32 bytes, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands before a site's first record.
    pub const ZERO: Self = Self([0; 32]);
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// What was to be a hash, and is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written as 64 hexadecimal digits")]
pub struct NoHash;

/// From 64 hexadecimal digits of either case.
impl FromStr for Hash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let mut hash = Self::ZERO;
        if text.len() != 2 * hash.0.len() {
            return Err(NoHash);
        }
        for (byte, pair) in hash.0.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0]).ok_or(NoHash)? << 4 | digit(pair[1]).ok_or(NoHash)?;
        }
        Ok(hash)
    }
}

/// The digest of a payload, its SHA-256: all that a link needs of it.
#[must_use]
pub fn digest(payload: &[u8]) -> Hash {
    Hash(Sha256::digest(payload).into())
}

/// The hash of a record: SHA-256(`before` ‖ SHA-256(`payload`)).
#[must_use]
pub fn link(before: &Hash, payload: &[u8]) -> Hash {
    link_digest(before, &digest(payload))
}

/// The hash of a record whose payload has this [`digest`]: SHA-256(`before` ‖ `digest`).
#[must_use]
pub fn link_digest(before: &Hash, digest: &Hash) -> Hash {
    let mut link = Sha256::new();
    link.update(before.0);
    link.update(digest.0);
    Hash(link.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_written_in_lower_case_hex() {
        let mut hash = Hash::ZERO;
        hash.0[0] = 0xAB;
        assert_eq!(hash.to_string(), format!("ab{}", "0".repeat(62)));
    }

    #[test]
    fn a_hash_is_read_as_it_is_written() {
        let hash = link(&Hash::ZERO, b"abc");
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string().to_uppercase().parse(), Ok(hash));
        for wrong in ["", "ab", &"g".repeat(64), &"é".repeat(32), &"a".repeat(65)] {
            assert_eq!(wrong.parse::<Hash>(), Err(NoHash), "{wrong}");
        }
    }

    /// Worked out with coreutils: `sha256sum` over 32 zero bytes and the binary digest of "abc".
    #[test]
    fn the_first_link_of_abc_is_the_known_one() {
        let expected = "589f9ffed4c477966bfb8d41f37895b08c69047df8f911d6f3b57fbe08faee8d";
        assert_eq!(link(&Hash::ZERO, b"abc").to_string(), expected);
    }

    #[test]
    fn a_link_depends_on_what_stands_before() {
        let first = link(&Hash::ZERO, b"same");
        assert_ne!(link(&first, b"same"), first);
    }
}
