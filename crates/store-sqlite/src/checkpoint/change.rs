//! What is written of checkpoints, each inside an open transaction.

use std::collections::HashSet;

use domain::{SiteId, Version};
use rusqlite::{Connection, OptionalExtension, Row, params};
use store::{Blob, BlobId, Manifest, Refusal, StoreError};

use super::{read, sql};
use crate::{failure::store_error, key::record_key};

pub fn write_blobs(transaction: &Connection, site: SiteId, blobs: &[Blob]) -> Result<(), StoreError> {
    let failed = |error| store_error("write blobs", &error);
    let mut there = transaction.prepare_cached(sql::BLOB).map_err(failed)?;
    let mut write = transaction.prepare_cached(sql::WRITE_BLOB).map_err(failed)?;
    for blob in blobs {
        let key = params![site.0, blob.id().0];
        let is_same = |row: &Row<'_>| Ok(row.get_ref(0)?.as_blob()? == &blob.bytes()[..]);
        let same = there.query_row(key, is_same).optional().map_err(failed)?;
        if same != Some(true) {
            write.execute(params![site.0, blob.id().0, &blob.bytes()[..]]).map_err(failed)?;
        }
    }
    Ok(())
}

/// Says whether it took the place of another.
pub fn write_manifest(transaction: &Connection, manifest: &Manifest) -> Result<bool, StoreError> {
    let failed = |error| store_error("write a manifest", &error);
    let Manifest { info, body, blobs } = manifest;
    let mut there = transaction.prepare_cached(sql::HAS_BLOB).map_err(failed)?;
    for blob in blobs {
        if !there.exists(params![info.site.0, blob.0]).map_err(failed)? {
            return Err(Refusal::BlobMissing { blob: *blob }.into());
        }
    }
    let ids: Vec<u8> = blobs.iter().flat_map(|blob| blob.0).collect();
    let key = record_key(info.site, info.version);
    let took_a_place = transaction
        .prepare_cached(sql::HAS_MANIFEST)
        .and_then(|mut there| there.exists([key]))
        .map_err(failed)?;
    let row = params![key, info.time.millis(), info.hash.0, &body[..], ids];
    transaction
        .prepare_cached(sql::WRITE_MANIFEST)
        .and_then(|mut write| write.execute(row))
        .map_err(failed)?;
    Ok(took_a_place)
}

pub fn drop_checkpoints(
    transaction: &Connection,
    site: SiteId,
    versions: &[Version],
) -> Result<(), StoreError> {
    let failed = |error| store_error("drop checkpoints", &error);
    let mut delete = transaction.prepare_cached(sql::DELETE_MANIFEST).map_err(failed)?;
    for version in versions {
        delete.execute([record_key(site, *version)]).map_err(failed)?;
    }
    let named = named_blobs(transaction, site)?;
    let mut delete = transaction.prepare_cached(sql::DELETE_BLOB).map_err(failed)?;
    for (number, id) in blobs(transaction, site).map_err(failed)? {
        if !named.contains(&id) {
            delete.execute([number]).map_err(failed)?;
        }
    }
    Ok(())
}

fn named_blobs(transaction: &Connection, site: SiteId) -> Result<HashSet<BlobId>, StoreError> {
    let failed = |error| store_error("read manifests", &error);
    let mut named = HashSet::new();
    let Some(keys) = read::keys(site) else { return Ok(named) };
    let mut statement = transaction.prepare_cached(sql::NAMED_BLOBS).map_err(failed)?;
    let mut rows = statement.query(keys).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let ids = row.get_ref(0).and_then(|value| Ok(value.as_blob()?)).map_err(failed)?;
        named.extend(read::blob_ids(ids)?);
    }
    Ok(named)
}

fn blobs(transaction: &Connection, site: SiteId) -> rusqlite::Result<Vec<(i64, BlobId)>> {
    let mut statement = transaction.prepare_cached(sql::BLOBS)?;
    statement.query_map([site.0], |row| Ok((row.get(0)?, BlobId(row.get(1)?))))?.collect()
}
