//! Pages of the indexes of logs, written inside an open transaction and read beside it.

use bytes::Bytes;
use domain::{SiteId, Version};
use rusqlite::{Connection, Row, params};
use store::{BlobId, Hash, IndexPage, PAGE_BYTES, StoreError};

use super::sql;
use crate::{
    failure::store_error,
    key::{MAX_VERSION, record_key, version_in},
};

pub fn write(transaction: &Connection, site: SiteId, page: &IndexPage) -> Result<(), StoreError> {
    delete(transaction, site, page.after, MAX_VERSION)?;
    let row = params![
        record_key(site, page.through),
        version_column(page.after),
        page.before.0,
        page.hash.0,
        page.body_id().0,
        &page.body[..]
    ];
    transaction
        .prepare_cached(sql::WRITE_INDEX_PAGE)
        .and_then(|mut write| write.execute(row))
        .map_err(|error| store_error("write a page of an index", &error))?;
    Ok(())
}

/// Drops those that end at or before a version.
pub fn prune(transaction: &Connection, site: SiteId, through: Version) -> Result<(), StoreError> {
    delete(transaction, site, Version(0), through.min(MAX_VERSION))
}

/// Those that end after a version, each held against the id that its body had.
pub fn since(
    connection: &Connection,
    site: SiteId,
    after: Version,
    limit: usize,
) -> Result<Vec<IndexPage>, StoreError> {
    let failed = |error| store_error("read the index of a log", &error);
    let mut pages: Vec<IndexPage> = Vec::new();
    let (Some(after), Some(last)) = (record_key(site, after), record_key(site, MAX_VERSION)) else {
        return Ok(pages);
    };
    let mut statement = connection.prepare_cached(sql::INDEX_PAGES).map_err(failed)?;
    let mut rows = statement.query([after, last]).map_err(failed)?;
    let mut bytes = 0;
    while pages.len() < limit
        && let Some(row) = rows.next().map_err(failed)?
    {
        let Some(page) = whole(row).map_err(failed)? else {
            tracing::warn!(%site, "a page of the index of a log was altered, and is made anew when it is missed");
            continue;
        };
        bytes += page.body.len();
        if bytes > PAGE_BYTES && !pages.is_empty() {
            break;
        }
        pages.push(page);
    }
    Ok(pages)
}

/// None when its body is not what was written.
fn whole(row: &Row<'_>) -> rusqlite::Result<Option<IndexPage>> {
    let after: i64 = row.get(1)?;
    let page = IndexPage {
        after: Version(after.cast_unsigned()),
        through: version_in(row.get(0)?),
        before: Hash(row.get(2)?),
        hash: Hash(row.get(3)?),
        body: Bytes::copy_from_slice(row.get_ref(5)?.as_blob()?),
    };
    let written = BlobId(row.get(4)?);
    Ok((page.body_id() == written).then_some(page))
}

/// Drops those that end after one version and not after another.
fn delete(
    transaction: &Connection,
    site: SiteId,
    after: Version,
    through: Version,
) -> Result<(), StoreError> {
    let keys = [record_key(site, after), record_key(site, through)];
    transaction
        .prepare_cached(sql::DELETE_INDEX_PAGES)
        .and_then(|mut delete| delete.execute(keys))
        .map_err(|error| store_error("drop pages of an index", &error))?;
    Ok(())
}

/// A version below [`MAX_VERSION`], as every page's beginning is.
fn version_column(version: Version) -> i64 {
    version.0.cast_signed()
}
