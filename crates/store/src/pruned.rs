//! What is left of a record when its payload was dropped.

use domain::{Timestamp, Version};

use crate::{Hash, Record, digest};

/// What is left of a pruned record: enough to verify the chain and to find versions by their times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrunedRecord {
    /// Its number.
    pub version: Version,
    /// When it was decided.
    pub time: Timestamp,
    /// The [`digest`] of the payload that it had.
    pub digest: Hash,
    /// Its hash, which covers the digest.
    pub hash: Hash,
}

impl PrunedRecord {
    /// What pruning leaves of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let Record { version, time, hash, .. } = *record;
        Self { version, time, digest: digest(&record.payload), hash }
    }
}
