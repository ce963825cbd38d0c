//! The reading side: its connection, its thread, and what is read.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use rusqlite::{Connection, Row, params};
use store::{CommitId, Hash, Head, PAGE_BYTES, Record, SideRow, StoreError, Stored};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::{
    failure::store_error,
    key::{MAX_VERSION, record_key, version_in},
    sql,
};

/// How many reads wait in the queue before callers wait to enter it.
const QUEUE_READS: usize = 256;

/// The connection that reads, or why there is none. The writer takes it away to reopen and to close the store.
#[derive(Clone, Debug)]
pub struct ReadSide(Arc<Mutex<Result<Connection, StoreError>>>);

impl ReadSide {
    pub fn new(connection: Connection) -> Self {
        Self(Arc::new(Mutex::new(Ok(connection))))
    }

    /// Waits for the read that runs, and puts this in place of the connection.
    pub fn replace(&self, with: Result<Connection, StoreError>) {
        *self.lock() = with;
    }

    fn lock(&self) -> MutexGuard<'_, Result<Connection, StoreError>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One read; it sends its answer itself.
pub type Read = Box<dyn FnOnce(Result<&Connection, StoreError>) + Send>;

/// Starts the thread that reads. It ends when the sender is dropped.
pub fn start(side: ReadSide) -> io::Result<mpsc::Sender<Read>> {
    let (sender, mut queue) = mpsc::channel::<Read>(QUEUE_READS);
    thread::Builder::new().name("store-read".to_owned()).spawn(move || {
        while let Some(read) = queue.blocking_recv() {
            read(side.lock().as_ref().map_err(Clone::clone));
        }
    })?;
    Ok(sender)
}

pub fn heads(connection: &Connection) -> Result<Vec<Head>, StoreError> {
    let failed = |error| store_error("read the heads", &error);
    let mut statement = connection.prepare_cached(sql::HEADS).map_err(failed)?;
    let head = |row: &Row<'_>| Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?, row.get(2)?));
    let rows = statement.query_map([], head).map_err(failed)?;
    rows.map(|row| {
        let (site, version, hash) = row.map_err(failed)?;
        Ok(Head { site: SiteId(site), version: Version(version.cast_unsigned()), hash: Hash(hash) })
    })
    .collect()
}

pub fn records_since(
    connection: &Connection,
    site: SiteId,
    after: Version,
    limit: usize,
) -> Result<Vec<Stored>, StoreError> {
    let failed = |error| store_error("read records", &error);
    let after = after.min(MAX_VERSION);
    let (Some(first), Some(last)) = (record_key(site, after), record_key(site, MAX_VERSION)) else {
        return Ok(Vec::new());
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql::RECORDS_SINCE).map_err(failed)?;
    let mut rows = statement.query(params![first, last, limit]).map_err(failed)?;
    let mut records = Vec::new();
    let mut page_bytes = 0;
    let mut expected = after.next();
    while let Some(row) = rows.next().map_err(failed)? {
        let stored = stored(row).map_err(failed)?;
        if stored.record.version != expected {
            return Err(StoreError::Damaged { what: format!("site {site} has no record {expected}") });
        }
        page_bytes += stored.record.payload.len();
        if page_bytes > PAGE_BYTES && !records.is_empty() {
            break;
        }
        expected = expected.next();
        records.push(stored);
    }
    Ok(records)
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let payload = row.get_ref(4)?.as_blob()?;
    let record = Record {
        version: version_in(row.get(0)?),
        time: Timestamp::from_millis(row.get(1)?),
        payload: Bytes::copy_from_slice(payload),
        hash: Hash(row.get(3)?),
    };
    Ok(Stored { record, commit_id: CommitId(Uuid::from_bytes(row.get(2)?)) })
}

pub fn load_side(connection: &Connection, site: SiteId) -> Result<Vec<SideRow>, StoreError> {
    let failed = |error| store_error("read side rows", &error);
    let mut statement = connection.prepare_cached(sql::LOAD_SIDE).map_err(failed)?;
    let row = |row: &Row<'_>| {
        let value = Bytes::copy_from_slice(row.get_ref(1)?.as_blob()?);
        Ok(SideRow { site, key: row.get(0)?, value })
    };
    let rows = statement.query_map([site.0], row).map_err(failed)?;
    rows.map(|row| row.map_err(failed)).collect()
}

pub fn epoch(connection: &Connection) -> Result<Uuid, StoreError> {
    let epoch = connection.query_row(sql::EPOCH, [], |row| row.get(0));
    epoch.map(Uuid::from_bytes).map_err(|error| store_error("read the epoch", &error))
}
