//! The audit trail, read from link to link.

use domain::{SiteId, Version};
use rusqlite::{Connection, OptionalExtension, Row};
use store::{PAGE_BYTES, StoreError, Stored};

use super::{end, pruned_through, stored};
use crate::{failure::store_error, key::record_key, sql};

/// What a record says about the trail; see [`sql::CREATE`].
enum Link {
    /// It belongs to it.
    Here(Stored),
    /// The last record before it that does.
    Before(Version),
}

pub fn audited_before(
    connection: &Connection,
    site: SiteId,
    before: Version,
    limit: usize,
) -> Result<Vec<Stored>, StoreError> {
    let failed = |error| store_error("read the audit trail", &error);
    let mut at = Version(before.0.saturating_sub(1)).min(end(connection, site)?);
    let mut statement = connection.prepare_cached(sql::RECORD).map_err(failed)?;
    let mut records = Vec::new();
    let mut page_bytes = 0;
    while at > Version(0) && records.len() < limit {
        match statement.query_row([record_key(site, at)], link).optional().map_err(failed)? {
            Some(Link::Here(stored)) => {
                page_bytes += stored.record.payload.len();
                if page_bytes > PAGE_BYTES && !records.is_empty() {
                    break;
                }
                records.push(stored);
                at = Version(at.0 - 1);
            }
            Some(Link::Before(last)) if last < at => at = last,
            None if at <= pruned_through(connection, site)? => break,
            _ => {
                let what = format!("site {site} has no record {at}, or it leads to a later one");
                return Err(StoreError::Damaged { what });
            }
        }
    }
    Ok(records)
}

fn link(row: &Row<'_>) -> rusqlite::Result<Link> {
    match row.get::<_, Option<i64>>(4)? {
        None => stored(row).map(Link::Here),
        Some(last) => Ok(Link::Before(Version(last.cast_unsigned()))),
    }
}
