//! A group of writes that share one transaction.

use domain::Version;
use rusqlite::{Connection, OptionalExtension, params};
use store::{Commit, Outcome, Refusal, SideRow, StoreError};
use tokio::sync::{mpsc, oneshot};

use super::Job;
use crate::{key::record_key, sql};

/// A group is closed at so many writes,
const GROUP_WRITES: usize = 256;
/// or at so many bytes of payload: who is in it waits for all of it.
const GROUP_BYTES: usize = 8 << 20;

/// Something to write, and who waits for the answer.
#[derive(Debug)]
pub enum Write {
    Commit(Commit, oneshot::Sender<Outcome>),
    Side(Vec<SideRow>, oneshot::Sender<Result<(), StoreError>>),
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
            Self::Close(closer) => drop(closer.send(())),
        }
    }
}

impl Write {
    /// What its payloads weigh.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Commit(commit, _) => commit.payload_bytes(),
            Self::Side(rows, _) => rows.iter().map(|row| row.key.len() + row.value.len()).sum(),
        }
    }

    /// About what it adds to the write-ahead log: its payload, and the pages that change whatever its size (the last
    /// leaf of its site, the page above it, the site's row).
    pub fn log_bytes(&self) -> usize {
        self.bytes() + 3 * sql::PAGE_SIZE_BYTES
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
        }
    }

    // Whoever no longer waits for an answer has gone away; that is nobody's error.

    pub fn answer(self, verdict: Verdict) {
        match self {
            Self::Commit(_, answer) => drop(answer.send(match verdict {
                Verdict::Written => Outcome::Committed,
                Verdict::Conflict => Outcome::Conflict,
            })),
            Self::Side(_, answer) => drop(answer.send(Ok(()))),
        }
    }

    pub fn not_committed(self, error: StoreError) {
        match self {
            Self::Commit(_, answer) => drop(answer.send(Outcome::NotCommitted(error))),
            Self::Side(_, answer) => drop(answer.send(Err(error))),
        }
    }

    pub fn unknown(self, error: StoreError) {
        match self {
            Self::Commit(_, answer) => drop(answer.send(Outcome::Unknown(error))),
            Self::Side(_, answer) => drop(answer.send(Err(error))),
        }
    }
}

fn append(transaction: &Connection, commit: &Commit) -> rusqlite::Result<Verdict> {
    let version: Option<u64> = transaction
        .prepare_cached(sql::SITE_VERSION)?
        .query_row([commit.site.0], |row| row.get::<_, i64>(0))
        .optional()?
        .map(i64::cast_unsigned);
    if Version(version.unwrap_or(0)) != commit.base {
        return Ok(Verdict::Conflict);
    }
    let mut insert = transaction.prepare_cached(sql::INSERT_RECORD)?;
    for record in &commit.records {
        let key = record_key(commit.site, record.version);
        let id = commit.id.0.as_bytes();
        insert.execute(params![key, record.time.millis(), id, record.hash.0, &record.payload[..]])?;
    }
    let hash = commit.records.last().map(|record| record.hash.0);
    let version = commit.last().0.cast_signed();
    transaction.prepare_cached(sql::MOVE_SITE)?.execute(params![commit.site.0, version, hash])?;
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
