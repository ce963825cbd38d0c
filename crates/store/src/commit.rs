//! What is appended, what it answers, and the form that a commit must have.

use std::fmt;

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use uuid::Uuid;

use crate::{Hash, Refusal, StoreError};

/// The largest payload of one record.
pub const MAX_RECORD_BYTES: usize = 8 << 20;

/// The most that the payloads of one commit may weigh together. A writer that has more queued up makes two commits.
pub const MAX_COMMIT_BYTES: usize = 64 << 20;

/// Names one attempt to commit, chosen by who decided. It is kept with every record of the commit, so that an
/// attempt whose answer was lost can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CommitId(pub Uuid);

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What one command did, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its number: one more than that of the site's record before.
    pub version: Version,
    /// When it was decided; never earlier than the record before.
    pub time: Timestamp,
    /// The encoded record, at most [`MAX_RECORD_BYTES`]. The store does not look inside.
    pub payload: Bytes,
    /// [`link`](crate::link) of the hash before and the payload.
    pub hash: Hash,
    /// Whether it belongs to the audit trail: what people and integrations did, not what devices reported.
    pub audited: bool,
}

/// A record that was read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The record.
    pub record: Record,
    /// The commit that brought it.
    pub commit_id: CommitId,
}

/// Records to append to one site's log: all of them or none.
#[derive(Clone, Debug)]
pub struct Commit {
    /// Whose log.
    pub site: SiteId,
    /// The version that was decided on; the commit conflicts when the site is no longer there.
    pub base: Version,
    /// Names the attempt.
    pub id: CommitId,
    /// At least one; versions `base + 1`, `base + 2`, … without gaps.
    pub records: Vec<Record>,
}

impl Commit {
    /// The last version that this commit makes; `base` when it has no records.
    #[must_use]
    pub fn last(&self) -> Version {
        self.records.last().map_or(self.base, |record| record.version)
    }

    /// What the payloads weigh together.
    #[must_use]
    pub fn payload_bytes(&self) -> usize {
        self.records.iter().map(|record| record.payload.len()).sum()
    }

    /// Whether the commit has the form that every engine may rely on. Engines call this before they touch anything.
    ///
    /// # Errors
    /// Says the first thing that is wrong.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.records.is_empty() {
            return Err(Refusal::Empty);
        }
        let mut before = self.base;
        for record in &self.records {
            if record.version.0.checked_sub(1) != Some(before.0) {
                let expected = Version(before.0.saturating_add(1));
                return Err(Refusal::Gap { expected, found: record.version });
            }
            if record.payload.len() > MAX_RECORD_BYTES {
                return Err(Refusal::RecordTooLarge { version: record.version, bytes: record.payload.len() });
            }
            before = record.version;
        }
        match self.payload_bytes() {
            bytes if bytes > MAX_COMMIT_BYTES => Err(Refusal::CommitTooLarge { bytes }),
            _ => Ok(()),
        }
    }
}

/// What became of a commit.
#[derive(Debug)]
#[must_use]
pub enum Outcome {
    /// It is on disk, flushed, and every later read shows it.
    Committed,
    /// The site is not at `base`: catch up and decide again. Nothing was written.
    Conflict,
    /// It is certain that nothing was written.
    NotCommitted(StoreError),
    /// It may or may not be there. Read what came after `base` and look for the commit id, and only then decide again.
    Unknown(StoreError),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Head, testing::commit_on};

    #[test]
    fn versions_do_not_run_over() {
        let end = Version(u64::MAX);
        let record = Record {
            version: end,
            time: Timestamp::EPOCH,
            payload: Bytes::new(),
            hash: Hash::ZERO,
            audited: true,
        };
        let commit = Commit { site: SiteId(1), base: end, id: CommitId(Uuid::nil()), records: vec![record] };
        assert_eq!(commit.check(), Err(Refusal::Gap { expected: end, found: end }));
    }

    #[test]
    fn a_commit_has_a_limit_beyond_that_of_its_records() {
        let largest = Bytes::from(vec![0; MAX_RECORD_BYTES]);
        let of = |count| commit_on(&Head::start_of(SiteId(1)), std::iter::repeat_n(largest.clone(), count));
        assert_eq!(of(8).check(), Ok(()));
        assert_eq!(of(9).check(), Err(Refusal::CommitTooLarge { bytes: 9 * MAX_RECORD_BYTES }));
    }
}
