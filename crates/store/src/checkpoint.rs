//! Checkpoints: a site's state at a version, as blobs that checkpoints share and a manifest that names them.

use std::fmt;

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use sha2::{Digest, Sha256};

use crate::{Hash, Refusal};

/// The most that one blob holds.
pub const MAX_BLOB_BYTES: usize = 1 << 20;

/// The largest body of a manifest.
pub const MAX_MANIFEST_BYTES: usize = 8 << 20;

/// The most blobs that one manifest names.
pub const MAX_MANIFEST_BLOBS: usize = 200_000;

/// Names a blob by what it holds, its SHA-256: equal contents are one blob. Shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub [u8; 32]);

impl BlobId {
    /// The id of a blob that holds these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hash(self.0).fmt(f)
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

/// Part of a checkpoint: at most [`MAX_BLOB_BYTES`] bytes, and the id that follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    id: BlobId,
    bytes: Bytes,
}

impl Blob {
    /// A blob of these bytes. Works out their SHA-256.
    #[must_use]
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { id: BlobId::of(&bytes), bytes }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> BlobId {
        self.id
    }

    /// What it holds.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// Which checkpoint: of which site, as of which record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointInfo {
    /// Whose state.
    pub site: SiteId,
    /// The last record that the state holds.
    pub version: Version,
    /// The time of that record.
    pub time: Timestamp,
    /// The hash of that record: the chain goes on from here.
    pub hash: Hash,
}

/// What makes a checkpoint count: which it is, and every blob that it consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Which checkpoint.
    pub info: CheckpointInfo,
    /// How the blobs fit together, at most [`MAX_MANIFEST_BYTES`]. The store does not look inside.
    pub body: Bytes,
    /// At most [`MAX_MANIFEST_BLOBS`]; one may come several times.
    pub blobs: Vec<BlobId>,
}

impl Manifest {
    /// Whether the manifest has the form that every engine may rely on. Engines call this before they touch anything.
    ///
    /// # Errors
    /// Says the first thing that is wrong.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.body.len() > MAX_MANIFEST_BYTES {
            return Err(Refusal::ManifestTooLarge { bytes: self.body.len() });
        }
        if self.blobs.len() > MAX_MANIFEST_BLOBS {
            return Err(Refusal::TooManyBlobs { blobs: self.blobs.len() });
        }
        Ok(())
    }
}

/// Whether every blob keeps to [`MAX_BLOB_BYTES`]. Engines call this before they touch anything.
///
/// # Errors
/// Says the size of the first that does not.
pub fn check_blobs(blobs: &[Blob]) -> Result<(), Refusal> {
    match blobs.iter().map(|blob| blob.bytes.len()).find(|bytes| *bytes > MAX_BLOB_BYTES) {
        Some(bytes) => Err(Refusal::BlobTooLarge { bytes }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf abc | sha256sum`.
    #[test]
    fn a_blob_is_named_by_the_sha_256_of_what_it_holds() {
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Blob::new("abc").id().to_string(), known);
    }

    #[test]
    fn a_manifest_has_limits() {
        let info =
            CheckpointInfo { site: SiteId(1), version: Version(1), time: Timestamp::EPOCH, hash: Hash::ZERO };
        let of = |bytes, blobs| Manifest {
            info,
            body: Bytes::from(vec![0; bytes]),
            blobs: vec![BlobId::of(b""); blobs],
        };
        assert_eq!(of(MAX_MANIFEST_BYTES, MAX_MANIFEST_BLOBS).check(), Ok(()));
        let bytes = MAX_MANIFEST_BYTES + 1;
        assert_eq!(of(bytes, 0).check(), Err(Refusal::ManifestTooLarge { bytes }));
        let blobs = MAX_MANIFEST_BLOBS + 1;
        assert_eq!(of(0, blobs).check(), Err(Refusal::TooManyBlobs { blobs }));
    }

    #[test]
    fn a_blob_has_a_limit() {
        let of = |bytes| [Blob::new("small"), Blob::new(vec![0; bytes])];
        assert_eq!(check_blobs(&of(MAX_BLOB_BYTES)), Ok(()));
        let bytes = MAX_BLOB_BYTES + 1;
        assert_eq!(check_blobs(&of(bytes)), Err(Refusal::BlobTooLarge { bytes }));
    }
}
