//! The change log and devices' histories: found by an index of the log, read from the store. The index is made in the
//! background and when it is asked for, never by the writer.

mod bodies;
mod cursor;
mod damage;
mod gone;
mod index;
mod records;
mod view;

use std::sync::Arc;
use std::time::Duration;

use domain::{DeviceNumber, Error, SiteId, Version};
use site::queries::changes::ChangeFilter;
use site::queries::device_history;
use site::{SiteRecord, State as _};
use store::StoreError;
use tokio::time::timeout;

pub(crate) use self::bodies::Bodies;
pub use self::cursor::ChangeCursor;
pub use self::damage::Damage;
pub use self::gone::Gone;
pub(crate) use self::index::Index;
use self::view::View;
use crate::failure::unreadable;
use crate::node::{Node, Running};

/// How long a query waits for the index of a log that was not indexed so far: about a million records. It goes on
/// being made after that.
const INDEX_WAIT: Duration = Duration::from_secs(5);
/// What a client is told to wait then.
const RETRY_AFTER_SECONDS: u32 = 5;
/// How often a query begins anew because records it was about to read were pruned, or a page was found altered.
const ATTEMPTS: usize = 3;

/// An entry of the change log.
#[derive(Clone, Debug)]
pub struct ChangeEntry {
    /// Its record.
    pub record: Arc<SiteRecord>,
    /// The place of its change in there.
    pub place: usize,
}

/// Entries of the change log, newest first; of one record the last first.
#[derive(Clone, Debug)]
pub struct ChangePage {
    /// How many the filter takes in all.
    pub total: u64,
    /// Fewer than were asked for only at the end of the log, or where their records are too large to be held together
    /// (64 MiB); never none while there are some. Some may not be there to be told.
    pub entries: Vec<Result<ChangeEntry, Damage>>,
    /// What comes behind them.
    pub rest: ChangeCursor,
    /// The last version that was looked at.
    pub as_of: Version,
}

/// Records of a device's history, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryPage {
    /// How many there are in all.
    pub total: u64,
    /// As [`ChangePage::entries`]; of one that is about very many devices only this one is told.
    pub records: Vec<Arc<SiteRecord>>,
    /// The last version that was looked at.
    pub as_of: Version,
}

/// Why a query comes to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// It may begin anew.
    #[error("what it relied on is gone")]
    Moved,
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(StoreError),
    /// A record is not what was committed.
    #[error("record {0} was altered or is damaged")]
    Damaged(Version),
    /// A record is not there.
    #[error("record {0} is missing")]
    Missing(Version),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Pruned { .. } => Self::Moved,
            error => Self::Store(error),
        }
    }
}

impl From<Failed> for Error {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Moved => Self::Busy { retry_after_seconds: 1 },
            Failed::Store(error) => unreadable(&error),
            Failed::Damaged(version) => Self::Damaged { version },
            Failed::Missing(version) => {
                tracing::error!(%version, "a record of a log is missing");
                Self::Damaged { version }
            }
        }
    }
}

impl Node {
    /// Entries of a site's change log that a filter takes, newest first, after the first `offset` of them and at most
    /// `limit`. Those of pruned records are not among them.
    ///
    /// # Errors
    /// `NotFound` for a site that is not there; `Busy` while its log is being indexed for the first time and that takes
    /// more than some seconds; `Unavailable` when the store cannot be read or lacks a record; `Damaged` when too many
    /// are not what was committed.
    pub async fn changes(
        &self,
        site: SiteId,
        filter: &ChangeFilter,
        offset: u64,
        limit: usize,
    ) -> Result<ChangePage, Error> {
        let running = self.running(site)?;
        let mut attempts = Attempts::on(&running.index);
        loop {
            let view = reached(&running).await?;
            let asked = shown(&running.index, &view, filter, offset, limit).await;
            if attempts.is_last(&asked).await {
                return Ok(asked?);
            }
        }
    }

    /// The next entries behind a cursor, at most `limit`; fewer as those of a page, and none only at the end. How many
    /// there are is not counted again.
    ///
    /// # Errors
    /// As [`Node::changes`]; the cursor stays where it was.
    pub async fn changes_next(
        &self,
        site: SiteId,
        cursor: &mut ChangeCursor,
        limit: usize,
    ) -> Result<Vec<Result<ChangeEntry, Damage>>, Error> {
        let running = self.running(site)?;
        let mut attempts = Attempts::on(&running.index);
        loop {
            let view = reached(&running).await?;
            let asked = cursor.go_on(&running.index, &view, limit).await;
            if attempts.is_last(&asked).await {
                return Ok(asked?);
            }
        }
    }

    /// Records that are part of a device's history, newest first, after the first `offset` of them and at most
    /// `limit`. Also of a device that was removed. Pruned records are not among them. A record that was damaged before it
    /// was indexed may be part of any device's history, and counts in each.
    ///
    /// # Errors
    /// As [`Node::changes`]; `Damaged` when one of these records is not what was committed.
    pub async fn device_history(
        &self,
        site: SiteId,
        device: DeviceNumber,
        offset: u64,
        limit: usize,
    ) -> Result<HistoryPage, Error> {
        let running = self.running(site)?;
        let mut attempts = Attempts::on(&running.index);
        loop {
            let view = reached(&running).await?;
            let asked = of_device(&running.index, &view, device, offset, limit).await;
            if attempts.is_last(&asked).await {
                return Ok(asked?);
            }
        }
    }
}

async fn shown(
    index: &Index,
    view: &View,
    filter: &ChangeFilter,
    offset: u64,
    limit: usize,
) -> Result<ChangePage, Failed> {
    let after = records::pruned_through(index).await?;
    let (total, mut rest) = view.pick(index, Arc::new(filter.clone()), after, offset, limit).await?;
    let entries = rest.read(index, limit).await?;
    Ok(ChangePage { total, entries, rest, as_of: view.through() })
}

async fn of_device(
    index: &Index,
    view: &View,
    device: DeviceNumber,
    offset: u64,
    limit: usize,
) -> Result<HistoryPage, Failed> {
    let after = records::pruned_through(index).await?;
    let versions = view.of_device(index, device, after).await?;
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let wanted: Vec<Version> = versions.iter().skip(offset).take(limit).copied().collect();
    let decode = move |bytes: &[u8]| device_history::decode(bytes, device);
    let records = records::read(index, &wanted, decode).await?;
    let records = records.into_iter().collect::<Result<_, Damage>>()?;
    Ok(HistoryPage { total: versions.len() as u64, records, as_of: view.through() })
}

/// The index up to what is published, if that does not take too long.
async fn reached(running: &Running) -> Result<Arc<View>, Error> {
    match timeout(INDEX_WAIT, running.index.reach(running.log.state().version())).await {
        Ok(reached) => Ok(reached?),
        Err(_) => Err(Error::Busy { retry_after_seconds: RETRY_AFTER_SECONDS }),
    }
}

/// How often a query was begun.
struct Attempts<'a> {
    index: &'a Index,
    made: usize,
}

impl<'a> Attempts<'a> {
    fn on(index: &'a Index) -> Self {
        Self { index, made: 0 }
    }

    /// Whether a query is not begun anew after what it came to.
    async fn is_last<T>(&mut self, asked: &Result<T, Failed>) -> bool {
        self.made += 1;
        if !matches!(asked, Err(Failed::Moved)) || self.made == ATTEMPTS {
            return true;
        }
        // Mostly there were pages that were pruned meanwhile, which is known at the next attempt. What was found of
        // damaged records is in memory alone, so it is not let go for that.
        if self.made > 1 {
            self.index.forget().await;
        }
        false
    }
}
