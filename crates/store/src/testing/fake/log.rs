//! One site's log on the fake disk.

use domain::{SiteId, Timestamp, Version};

use super::cut::{Cut, cut_off};
use crate::{Commit, Hash, Head, Outcome, PAGE_BYTES, PrunedRecord, Record, StoreError, Stored};

/// The records from version 1 on: first those that were pruned, then the others.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) records: Vec<Stored>,
    pub(super) head: Option<Head>,
    pruned: Vec<PrunedRecord>,
}

impl Log {
    pub(super) fn commit(&mut self, commit: Commit, cut: Option<Cut>) -> Outcome {
        let at = self.head.map_or(Version(0), |head| head.version);
        if at != commit.base {
            return Outcome::Conflict;
        }
        let mut transaction = Vec::with_capacity(commit.records.len());
        let head = Head::after(&commit);
        for record in commit.records {
            if cut == Some(Cut::AfterRecords(transaction.len())) {
                return Outcome::Unknown(cut_off("commit"));
            }
            transaction.push(Stored { record, commit_id: commit.id });
        }
        if matches!(cut, Some(Cut::AfterRecords(_) | Cut::BeforeVersionMoves)) {
            return Outcome::Unknown(cut_off("commit"));
        }
        self.records.append(&mut transaction);
        self.head = head;
        match cut {
            Some(_) => Outcome::Unknown(cut_off("commit")),
            None => Outcome::Committed,
        }
    }

    pub(super) fn records_since(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> Result<Vec<Stored>, StoreError> {
        match self.pruned_through() {
            Some(through) if after < through => Err(StoreError::Pruned { site, through }),
            _ => Ok(page(self.records.iter().filter(|stored| stored.record.version > after), limit)),
        }
    }

    pub(super) fn audited_before(&self, before: Version, limit: usize) -> Vec<Stored> {
        let newest_first = self.records.iter().rev();
        page(newest_first.filter(|Stored { record, .. }| record.audited && record.version < before), limit)
    }

    pub(super) fn version_at(&self, time: Timestamp) -> Version {
        let in_time = self.times().take_while(|(_, _, at)| *at <= time);
        in_time.last().map_or(Version(0), |(version, _, _)| version)
    }

    /// Whether the log has a record of this version with this hash.
    pub(super) fn has(&self, version: Version, hash: Hash) -> bool {
        self.times().any(|(at, of, _)| at == version && of == hash)
    }

    fn times(&self) -> impl Iterator<Item = (Version, Hash, Timestamp)> {
        let pruned = self.pruned.iter().map(|record| (record.version, record.hash, record.time));
        let of = |record: &Record| (record.version, record.hash, record.time);
        pruned.chain(self.records.iter().map(move |stored| of(&stored.record)))
    }

    pub(super) fn pruned_through(&self) -> Option<Version> {
        self.pruned.last().map(|record| record.version)
    }

    /// Prunes at most so many records.
    pub(super) fn prune(&mut self, through: Version, at_most: usize) {
        let count = self.records.iter().take_while(|stored| stored.record.version <= through).count();
        let records = self.records.drain(..count.min(at_most));
        self.pruned.extend(records.map(|stored| PrunedRecord::of(&stored.record)));
    }

    pub(super) fn pruned_since(&self, after: Version, limit: usize) -> Vec<PrunedRecord> {
        self.pruned.iter().filter(|record| record.version > after).take(limit).copied().collect()
    }
}

fn page<'a>(records: impl Iterator<Item = &'a Stored>, limit: usize) -> Vec<Stored> {
    let mut bytes = 0;
    records
        .take(limit)
        .enumerate()
        .take_while(|(taken, stored)| {
            bytes += stored.record.payload.len();
            *taken == 0 || bytes <= PAGE_BYTES
        })
        .map(|(_, stored)| stored.clone())
        .collect()
}
