//! Records and commits for tests: well formed, chained, and with ids that follow from what they append.

use bytes::Bytes;
use domain::{Timestamp, Version};
use uuid::Uuid;

use crate::{Blob, CheckpointInfo, Commit, CommitId, Hash, Head, Manifest, Record, link};

/// The record that comes after a version and its hash, a second later than the one before. Those with odd versions
/// belong to the audit trail.
#[must_use]
pub fn record_after(version: Version, hash: &Hash, payload: impl Into<Bytes>) -> Record {
    let (version, payload) = (version.next(), payload.into());
    Record {
        version,
        time: time_of(version),
        hash: link(hash, &payload),
        payload,
        audited: version.0 % 2 == 1,
    }
}

/// A commit of these payloads on a head. Its id says the site and the base; use [`commit_with_id`] for a second
/// attempt on the same base.
#[must_use]
pub fn commit_on<P: Into<Bytes>>(head: &Head, payloads: impl IntoIterator<Item = P>) -> Commit {
    let id = CommitId(Uuid::from_u64_pair(u64::from(head.site.0), head.version.0));
    commit_with_id(id, head, payloads)
}

/// A commit of these payloads on a head, under an id.
#[must_use]
pub fn commit_with_id<P: Into<Bytes>>(
    id: CommitId,
    head: &Head,
    payloads: impl IntoIterator<Item = P>,
) -> Commit {
    let (mut version, mut hash) = (head.version, head.hash);
    let mut records = Vec::new();
    for payload in payloads {
        let record = record_after(version, &hash, payload);
        (version, hash) = (record.version, record.hash);
        records.push(record);
    }
    Commit { site: head.site, base: head.version, id, records }
}

/// The manifest of a checkpoint at a head, of these blobs.
#[must_use]
pub fn manifest_on(head: &Head, blobs: &[Blob]) -> Manifest {
    let Head { site, version, hash } = *head;
    let info = CheckpointInfo { site, version, time: time_of(version), hash };
    let body = Bytes::from(format!("the state of site {site} at version {version}"));
    Manifest { info, body, blobs: blobs.iter().map(Blob::id).collect() }
}

fn time_of(version: Version) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(version.0).unwrap_or(i64::MAX))
}
