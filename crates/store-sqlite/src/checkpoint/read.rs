//! What is read of checkpoints.

use bytes::{Bytes, BytesMut};
use domain::{SiteId, Timestamp, Version};
use rusqlite::{Connection, OptionalExtension, Row, params};
use store::{BlobId, CheckpointInfo, Hash, Manifest, StoreError};

use super::sql;
use crate::{
    failure::store_error,
    key::{MAX_VERSION, record_key, version_in},
};

const ID_BYTES: usize = 32;

pub fn checkpoints(connection: &Connection, site: SiteId) -> Result<Vec<CheckpointInfo>, StoreError> {
    let failed = |error| store_error("read checkpoints", &error);
    let Some(keys) = keys(site) else { return Ok(Vec::new()) };
    let mut statement = connection.prepare_cached(sql::MANIFESTS).map_err(failed)?;
    let rows = statement.query_map(keys, |row| info(site, row)).map_err(failed)?;
    rows.map(|row| row.map_err(failed)).collect()
}

pub fn manifest(
    connection: &Connection,
    site: SiteId,
    version: Version,
) -> Result<Option<Manifest>, StoreError> {
    let failed = |error| store_error("read a manifest", &error);
    let mut statement = connection.prepare_cached(sql::MANIFEST).map_err(failed)?;
    let mut rows = statement.query([record_key(site, version)]).map_err(failed)?;
    let Some(row) = rows.next().map_err(failed)? else { return Ok(None) };
    let bytes = |column| row.get_ref(column).and_then(|value| Ok(value.as_blob()?)).map_err(failed);
    let info = info(site, row).map_err(failed)?;
    Ok(Some(Manifest { info, body: Bytes::copy_from_slice(bytes(3)?), blobs: blob_ids(bytes(4)?)? }))
}

/// Ids that were written one after the other.
pub fn blob_ids(bytes: &[u8]) -> Result<Vec<BlobId>, StoreError> {
    let (ids, rest) = bytes.as_chunks::<ID_BYTES>();
    if rest.is_empty() {
        return Ok(ids.iter().copied().map(BlobId).collect());
    }
    Err(StoreError::Damaged { what: "a manifest ends inside the id of a blob".to_owned() })
}

/// Blobs that are read together share buffers of this many bytes. A start reads thousands: buffers so large the
/// allocator gives back as soon as the last blob in one is dropped, where small ones stay with the thread that read them.
const BUFFER_BYTES: usize = 1 << 20;

/// Blobs in this order, each held against its id.
pub fn blobs(connection: &Connection, site: SiteId, ids: &[BlobId]) -> Result<Vec<Bytes>, StoreError> {
    let failed = |error| store_error("read blobs", &error);
    let mut statement = connection.prepare_cached(sql::BLOB).map_err(failed)?;
    let mut buffer = BytesMut::new();
    let mut read = |id: &BlobId| {
        let bytes = |row: &Row<'_>| {
            let blob = row.get_ref(0)?.as_blob()?;
            if buffer.capacity() < blob.len() {
                // A single blob is copied to its own size.
                let room = if ids.len() > 1 { BUFFER_BYTES } else { 0 };
                buffer = BytesMut::with_capacity(room.max(blob.len()));
            }
            buffer.extend_from_slice(blob);
            Ok(buffer.split().freeze())
        };
        let damaged = |how| StoreError::Damaged { what: format!("blob {id} of site {site} {how}") };
        match statement.query_row(params![site.0, id.0], bytes).optional().map_err(failed)? {
            None => Err(damaged("is missing")),
            Some(bytes) if BlobId::of(&bytes) != *id => Err(damaged("was altered")),
            Some(bytes) => Ok(bytes),
        }
    };
    ids.iter().map(&mut read).collect()
}

/// The first and the last key that a site's manifests can have; none for a site beyond what can be numbered.
pub fn keys(site: SiteId) -> Option<[i64; 2]> {
    Some([record_key(site, Version(0))?, record_key(site, MAX_VERSION)?])
}

fn info(site: SiteId, row: &Row<'_>) -> rusqlite::Result<CheckpointInfo> {
    Ok(CheckpointInfo {
        site,
        version: version_in(row.get(0)?),
        time: Timestamp::from_millis(row.get(1)?),
        hash: Hash(row.get(2)?),
    })
}
