//! The log's trait, its outcomes, its hash chain, and the suite that every engine passes.
//!
//! A store keeps one append-only log of records a site, checkpoints of what the log made, and a few rows beside it. It
//! neither reads payloads nor decides anything: the caller numbers the records, chains their hashes and says from which
//! version it decided.

mod chain;
mod checkpoint;
mod commit;
mod engine;
mod error;
mod index_page;
mod pruned;
mod refusal;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod verify;

pub use chain::{Hash, NoHash, digest, link, link_digest};
pub use checkpoint::{
    Blob, BlobId, CheckpointInfo, MAX_BLOB_BYTES, MAX_MANIFEST_BLOBS, MAX_MANIFEST_BYTES, Manifest,
    check_blobs,
};
pub use commit::{Commit, CommitId, MAX_COMMIT_BYTES, MAX_RECORD_BYTES, Outcome, Record, Stored};
pub use engine::{BoxFuture, Head, PAGE_BYTES, SideRow, Store};
pub use error::StoreError;
pub use index_page::{IndexPage, MAX_INDEX_PAGE_BYTES};
pub use pruned::PrunedRecord;
pub use refusal::Refusal;
pub use verify::{Broken, Chain, VerifyError, verify, walk};
