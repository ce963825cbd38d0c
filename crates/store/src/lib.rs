//! The log's trait, its outcomes, its hash chain, and the suite that every engine passes.
//!
//! A store keeps one append-only log of records a site, and a few rows beside it. It neither reads payloads nor
//! decides anything: the caller numbers the records, chains their hashes and says from which version it decided.

mod chain;
mod commit;
mod engine;
mod error;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod verify;

pub use chain::{Hash, link};
pub use commit::{Commit, CommitId, MAX_COMMIT_BYTES, MAX_RECORD_BYTES, Outcome, Record, Refusal, Stored};
pub use engine::{BoxFuture, Head, PAGE_BYTES, SideRow, Store};
pub use error::StoreError;
pub use verify::{Broken, Chain, VerifyError, verify};
