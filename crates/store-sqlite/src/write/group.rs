//! A group of writes that share one transaction.

use std::slice;

use domain::{SiteId, Version};
use rusqlite::{Connection, OptionalExtension, params};
use store::{Commit, Outcome, PrunedRecord, Record, Refusal, SideRow, StoreError};
use tokio::sync::{mpsc, oneshot};

use super::Job;
use crate::{key::record_key, sql};

/// A group is closed at so many writes,
const GROUP_WRITES: usize = 256;
/// or at so many bytes of payload: who is in it waits for all of it.
const GROUP_BYTES: usize = 8 << 20;

/// What a pruned record adds to the write-ahead log.
const PRUNED_LOG_BYTES: usize = 800;

/// Something to write, and who waits for the answer.
#[derive(Debug)]
pub enum Write {
    Commit(Commit, oneshot::Sender<Outcome>),
    Side(Vec<SideRow>, oneshot::Sender<Result<(), StoreError>>),
    Prune(SiteId, Vec<PrunedRecord>, oneshot::Sender<Result<(), StoreError>>),
}

/// What a write would come to if its transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Written,
    Conflict,
}

/// What has queued up, as far as one transaction takes it.
#[derive(Debug)]
pub struct Group {
    pub writes: Vec<Write>,
    /// Who asked to close; nothing is taken from the queue after that.
    pub closer: Option<oneshot::Sender<()>>,
}

impl Group {
    /// Takes what is there without waiting for more.
    pub fn gather(first: Job, queue: &mut mpsc::Receiver<Job>) -> Self {
        let mut group = Self { writes: Vec::new(), closer: None };
        let mut bytes = 0;
        let mut next = Some(first);
        while let Some(job) = next {
            let write = match job {
                Job::Commit(commit, answer) => Write::Commit(commit, answer),
                Job::Side(rows, answer) => Write::Side(rows, answer),
                Job::Prune(site, records, answer) => Write::Prune(site, records, answer),
                Job::Close(closer) => {
                    group.closer = Some(closer);
                    break;
                }
            };
            bytes += write.bytes();
            group.writes.push(write);
            if bytes >= GROUP_BYTES || group.writes.len() >= GROUP_WRITES {
                break;
            }
            next = queue.try_recv().ok();
        }
        group
    }
}

impl Job {
    /// Answers that the store is closed.
    pub fn refuse(self) {
        match self {
            Self::Commit(commit, answer) => Write::Commit(commit, answer).not_committed(StoreError::Closed),
            Self::Side(rows, answer) => Write::Side(rows, answer).not_committed(StoreError::Closed),
            Self::Prune(site, records, answer) => {
                Write::Prune(site, records, answer).not_committed(StoreError::Closed);
            }
            Self::Close(closer) => drop(closer.send(())),
        }
    }
}

impl Write {
    /// What it brings into the file weighs.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Commit(commit, _) => commit.payload_bytes(),
            Self::Side(rows, _) => rows.iter().map(|row| row.key.len() + row.value.len()).sum(),
            Self::Prune(_, records, _) => records.len() * size_of::<PrunedRecord>(),
        }
    }

    /// About what it adds to the write-ahead log: its payload, and the pages that change whatever its size (the last
    /// leaf of its site, the page above it, the site's row). Pruning frees the pages of payloads, which is written too.
    pub fn log_bytes(&self) -> usize {
        let payload = match self {
            Self::Prune(_, records, _) => records.len() * PRUNED_LOG_BYTES,
            _ => self.bytes(),
        };
        payload + 3 * sql::PAGE_SIZE_BYTES
    }

    /// Writes it inside the open transaction. A conflict writes nothing and leaves the others alone.
    pub fn apply(&self, transaction: &Connection) -> rusqlite::Result<Verdict> {
        match self {
            Self::Commit(commit, _) => append(transaction, commit),
            Self::Side(rows, _) => {
                let mut save = transaction.prepare_cached(sql::SAVE_SIDE)?;
                for row in rows {
                    save.execute(params![row.site.0, row.key, &row.value[..]])?;
                }
                Ok(Verdict::Written)
            }
            Self::Prune(site, records, _) => prune(transaction, *site, records),
        }
    }

    // Whoever no longer waits for an answer has gone away; that is nobody's error.

    pub fn answer(self, verdict: Verdict) {
        match self {
            Self::Commit(_, answer) => drop(answer.send(match verdict {
                Verdict::Written => Outcome::Committed,
                Verdict::Conflict => Outcome::Conflict,
            })),
            Self::Side(_, answer) | Self::Prune(_, _, answer) => drop(answer.send(Ok(()))),
        }
    }

    pub fn not_committed(self, error: StoreError) {
        match self {
            Self::Commit(_, answer) => drop(answer.send(Outcome::NotCommitted(error))),
            Self::Side(_, answer) | Self::Prune(_, _, answer) => drop(answer.send(Err(error))),
        }
    }

    pub fn unknown(self, error: StoreError) {
        match self {
            Self::Commit(_, answer) => drop(answer.send(Outcome::Unknown(error))),
            Self::Side(_, answer) | Self::Prune(_, _, answer) => drop(answer.send(Err(error))),
        }
    }
}

fn append(transaction: &Connection, commit: &Commit) -> rusqlite::Result<Verdict> {
    let end = transaction
        .prepare_cached(sql::SITE_END)?
        .query_row([commit.site.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))
        .optional()?;
    let (version, mut last_audited) = end.unwrap_or((0, 0));
    if Version(version.cast_unsigned()) != commit.base {
        return Ok(Verdict::Conflict);
    }
    let mut insert = |text: &str, records: &[Record]| {
        let mut statement = transaction.prepare_cached(text)?;
        for (record, first) in records.iter().zip((1..).step_by(sql::RECORD_COLUMNS)) {
            let link = (!record.audited).then_some(last_audited);
            statement.raw_bind_parameter(first, record_key(commit.site, record.version))?;
            statement.raw_bind_parameter(first + 1, record.time.millis())?;
            statement.raw_bind_parameter(first + 2, &commit.id.0.as_bytes()[..])?;
            statement.raw_bind_parameter(first + 3, &record.hash.0[..])?;
            statement.raw_bind_parameter(first + 4, link)?;
            statement.raw_bind_parameter(first + 5, &record.payload[..])?;
            if record.audited {
                last_audited = record.version.0.cast_signed();
            }
        }
        statement.raw_execute()
    };
    let (many, few) = commit.records.as_chunks::<{ sql::RECORDS_AT_ONCE }>();
    for records in many {
        insert(&sql::INSERT_RECORDS, records)?;
    }
    for record in few {
        insert(sql::INSERT_RECORD, slice::from_ref(record))?;
    }
    let hash = commit.records.last().map(|record| record.hash.0);
    let version = commit.last().0.cast_signed();
    let end = params![commit.site.0, version, hash, last_audited];
    transaction.prepare_cached(sql::MOVE_SITE)?.execute(end)?;
    Ok(Verdict::Written)
}

fn prune(transaction: &Connection, site: SiteId, records: &[PrunedRecord]) -> rusqlite::Result<Verdict> {
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(Verdict::Written) };
    let mut insert = transaction.prepare_cached(sql::INSERT_PRUNED)?;
    for record in records {
        let key = record_key(site, record.version);
        insert.execute(params![key, record.time.millis(), record.digest.0, record.hash.0])?;
    }
    let keys = [record_key(site, first.version), record_key(site, last.version)];
    transaction.prepare_cached(sql::DELETE_RECORDS)?.execute(keys)?;
    Ok(Verdict::Written)
}

/// Whether a commit can be written at all: its form, and that its site and versions have keys.
pub fn check(commit: &Commit) -> Result<(), Refusal> {
    commit.check()?;
    match record_key(commit.site, commit.last()) {
        Some(_) => Ok(()),
        None => Err(Refusal::OutOfRange { site: commit.site, version: commit.last() }),
    }
}
