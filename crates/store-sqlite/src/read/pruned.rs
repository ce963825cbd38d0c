//! What is left of pruned records, and what is asked of records whether they were pruned or not.

use domain::{SiteId, Timestamp, Version};
use rusqlite::{Connection, OptionalExtension, Row, params};
use store::{CheckpointInfo, Hash, PrunedRecord, StoreError};

use super::{end, records_since};
use crate::{
    failure::store_error,
    key::{MAX_VERSION, record_key, version_in},
    sql,
};

/// A transaction prunes so many records, or a page of payload: commits wait for no more than that.
const STEP_RECORDS: usize = 1000;

/// The last version that was pruned; 0 when none was.
pub fn pruned_through(connection: &Connection, site: SiteId) -> Result<Version, StoreError> {
    let failed = |error| store_error("read pruned records", &error);
    let (Some(first), Some(last)) = keys(site, Version(0)) else { return Ok(Version(0)) };
    let mut statement = connection.prepare_cached(sql::PRUNED_THROUGH).map_err(failed)?;
    let key: Option<i64> = statement.query_row([first, last], |row| row.get(0)).optional().map_err(failed)?;
    Ok(key.map_or(Version(0), version_in))
}

pub fn pruned_since(
    connection: &Connection,
    site: SiteId,
    after: Version,
    limit: usize,
) -> Result<Vec<PrunedRecord>, StoreError> {
    let failed = |error| store_error("read pruned records", &error);
    let (Some(first), Some(last)) = keys(site, after.min(MAX_VERSION)) else { return Ok(Vec::new()) };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql::PRUNED_SINCE).map_err(failed)?;
    let record = |row: &Row<'_>| {
        Ok(PrunedRecord {
            version: version_in(row.get(0)?),
            time: Timestamp::from_millis(row.get(1)?),
            digest: Hash(row.get(2)?),
            hash: Hash(row.get(3)?),
        })
    };
    let rows = statement.query_map(params![first, last, limit], record).map_err(failed)?;
    rows.map(|row| row.map_err(failed)).collect()
}

/// What one step of pruning leaves of the records that come next; empty when all up to `through` are pruned.
pub fn prunable(
    connection: &Connection,
    site: SiteId,
    through: Version,
) -> Result<Vec<PrunedRecord>, StoreError> {
    let after = pruned_through(connection, site)?;
    let left = usize::try_from(through.0.saturating_sub(after.0)).unwrap_or(usize::MAX);
    if left == 0 {
        return Ok(Vec::new());
    }
    let records = records_since(connection, site, after, left.min(STEP_RECORDS))?;
    Ok(records.iter().map(|stored| PrunedRecord::of(&stored.record)).collect())
}

/// Whether the log has the record that the checkpoint was made of.
pub fn stands_for(connection: &Connection, info: &CheckpointInfo) -> Result<bool, StoreError> {
    Ok(time_and_hash(connection, info.site, info.version)?.is_some_and(|(_, hash)| hash == info.hash))
}

/// Bisects: a lookup for each bit of the log's length.
pub fn version_at(connection: &Connection, site: SiteId, time: Timestamp) -> Result<Version, StoreError> {
    // The answer is one of `known` to `later - 1`.
    let (mut known, mut later) = (0, end(connection, site)?.0.saturating_add(1));
    while known + 1 < later {
        let middle = Version(known + (later - known) / 2);
        let Some((at, _)) = time_and_hash(connection, site, middle)? else {
            return Err(StoreError::Damaged { what: format!("site {site} has no record {middle}") });
        };
        *(if at <= time { &mut known } else { &mut later }) = middle.0;
    }
    Ok(Version(known))
}

fn time_and_hash(
    connection: &Connection,
    site: SiteId,
    version: Version,
) -> Result<Option<(Timestamp, Hash)>, StoreError> {
    let failed = |error| store_error("read a record", &error);
    let mut statement = connection.prepare_cached(sql::TIME_AND_HASH).map_err(failed)?;
    let row = |row: &Row<'_>| Ok((Timestamp::from_millis(row.get(0)?), Hash(row.get(1)?)));
    statement.query_row([record_key(site, version)], row).optional().map_err(failed)
}

/// The keys of a site after a version: beyond the first, up to and including the last.
fn keys(site: SiteId, after: Version) -> (Option<i64>, Option<i64>) {
    (record_key(site, after), record_key(site, MAX_VERSION))
}
