//! Pages of the index of a log: what a log can be searched by. All of it follows from the log, so any of it may be
//! missing; it is made again.

use bytes::Bytes;
use domain::Version;

use crate::{BlobId, Hash, Refusal};

/// The largest body of a page. What follows from one record is smaller than the record, and a page is ended when it
/// has grown beyond a fraction of this.
pub const MAX_INDEX_PAGE_BYTES: usize = 32 << 20;

/// What is known of some records that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPage {
    /// The version before its first record.
    pub after: Version,
    /// The version of its last record.
    pub through: Version,
    /// The hash of the record before its first one, by which it follows the page before.
    pub before: Hash,
    /// The hash of its last record, by which it is known to be of this log.
    pub hash: Hash,
    /// The store does not look inside.
    pub body: Bytes,
}

impl IndexPage {
    /// Whether the page has the form that every engine may rely on. Engines call this before they touch anything.
    ///
    /// # Errors
    /// Says the first thing that is wrong.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.body.len() > MAX_INDEX_PAGE_BYTES {
            return Err(Refusal::IndexPageTooLarge { bytes: self.body.len() });
        }
        if self.through <= self.after {
            return Err(Refusal::Gap { expected: self.after.next(), found: self.through });
        }
        Ok(())
    }

    /// Names what its body holds: an engine keeps it beside the body, and gives no page whose body is another by now.
    #[must_use]
    pub fn body_id(&self) -> BlobId {
        BlobId::of(&self.body)
    }
}
