//! What is read of the log and of what stands beside it.

mod audit;
mod pruned;

use bytes::Bytes;
use domain::{SiteId, Timestamp, Version};
use rusqlite::{Connection, OptionalExtension, Row, params};
use store::{CommitId, Hash, Head, PAGE_BYTES, Record, SideRow, StoreError, Stored};
use uuid::Uuid;

pub use self::{
    audit::audited_before,
    pruned::{prunable, pruned_since, pruned_through, stands_for, version_at},
};
use crate::{
    failure::store_error,
    key::{MAX_VERSION, record_key, version_in},
    sql,
};

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

/// The last version of a site; 0 when it has no records.
fn end(connection: &Connection, site: SiteId) -> Result<Version, StoreError> {
    let failed = |error| store_error("read the head", &error);
    let mut statement = connection.prepare_cached(sql::END).map_err(failed)?;
    let end: Option<i64> = statement.query_row([site.0], |row| row.get(0)).optional().map_err(failed)?;
    Ok(end.map_or(Version(0), |version| Version(version.cast_unsigned())))
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
            return Err(absent(connection, site, expected));
        }
        page_bytes += stored.record.payload.len();
        if page_bytes > PAGE_BYTES && !records.is_empty() {
            break;
        }
        expected = expected.next();
        records.push(stored);
    }
    if records.is_empty() {
        // Nothing after, or nothing any more.
        let through = pruned_through(connection, site)?;
        if after < through {
            return Err(StoreError::Pruned { site, through });
        }
    }
    Ok(records)
}

/// Why the log does not have a record that it must have had: it was pruned, or lost.
fn absent(connection: &Connection, site: SiteId, version: Version) -> StoreError {
    match pruned_through(connection, site) {
        Ok(through) if version <= through => StoreError::Pruned { site, through },
        Ok(_) => StoreError::Damaged { what: format!("site {site} has no record {version}") },
        Err(error) => error,
    }
}

fn stored(row: &Row<'_>) -> rusqlite::Result<Stored> {
    let payload = row.get_ref(5)?.as_blob()?;
    let record = Record {
        version: version_in(row.get(0)?),
        time: Timestamp::from_millis(row.get(1)?),
        payload: Bytes::copy_from_slice(payload),
        hash: Hash(row.get(3)?),
        audited: row.get::<_, Option<i64>>(4)?.is_none(),
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

#[cfg(test)]
mod tests;
