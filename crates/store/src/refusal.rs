//! What is refused before anything is touched.

use domain::{SiteId, Version};

use crate::{
    BlobId, MAX_BLOB_BYTES, MAX_COMMIT_BYTES, MAX_INDEX_PAGE_BYTES, MAX_MANIFEST_BLOBS, MAX_MANIFEST_BYTES,
    MAX_RECORD_BYTES,
};

/// Why a call was refused before anything was touched. Each is a mistake of the caller: trying again cannot help.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A commit without records.
    #[error("a commit needs at least one record")]
    Empty,
    /// A version was left out or came twice.
    #[error("the record with version {expected} must come next, not {found}")]
    Gap {
        /// What had to come.
        expected: Version,
        /// What came.
        found: Version,
    },
    /// A payload beyond [`MAX_RECORD_BYTES`].
    #[error(
        "the record with version {version} has {bytes} bytes; at most {MAX_RECORD_BYTES} are kept: split the command"
    )]
    RecordTooLarge {
        /// The record.
        version: Version,
        /// Its size.
        bytes: usize,
    },
    /// Payloads beyond [`MAX_COMMIT_BYTES`].
    #[error("the commit has {bytes} bytes; at most {MAX_COMMIT_BYTES} are taken at once: commit in parts")]
    CommitTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The engine cannot number a site or version as high as this.
    #[error("version {version} of site {site} is beyond what this engine can number")]
    OutOfRange {
        /// The site.
        site: SiteId,
        /// The version.
        version: Version,
    },
    /// A blob beyond [`MAX_BLOB_BYTES`].
    #[error("a blob has {bytes} bytes; at most {MAX_BLOB_BYTES} are kept: cut it into several")]
    BlobTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A manifest whose body is beyond [`MAX_MANIFEST_BYTES`].
    #[error(
        "the manifest has {bytes} bytes; at most {MAX_MANIFEST_BYTES} are kept: put what it holds into blobs"
    )]
    ManifestTooLarge {
        /// The size of its body.
        bytes: usize,
    },
    /// A manifest that names more than [`MAX_MANIFEST_BLOBS`].
    #[error("the manifest names {blobs} blobs; at most {MAX_MANIFEST_BLOBS} are kept: make larger ones")]
    TooManyBlobs {
        /// How many it names.
        blobs: usize,
    },
    /// The body of a page of an index beyond [`MAX_INDEX_PAGE_BYTES`].
    #[error("a page of an index has {bytes} bytes; at most {MAX_INDEX_PAGE_BYTES} are kept: end it earlier")]
    IndexPageTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A manifest that names a blob which was never written.
    #[error("the manifest names blob {blob}, which is not there: write it first")]
    BlobMissing {
        /// The first that is missing.
        blob: BlobId,
    },
    /// Records would be pruned that no checkpoint stands for.
    #[error(
        "site {site} has no checkpoint of its log at version {through} or later: write one before pruning"
    )]
    NoCheckpoint {
        /// The site.
        site: SiteId,
        /// The last record that was to be pruned.
        through: Version,
    },
    /// Checkpoints would be dropped without which pruned records could not be made up for.
    #[error(
        "site {site} has pruned records up to version {through}: keep a checkpoint at that version or later"
    )]
    LastCheckpoint {
        /// The site.
        site: SiteId,
        /// The last record that was pruned.
        through: Version,
    },
}
