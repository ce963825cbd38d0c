//! Reads single records of a log.

use std::sync::Arc;

use domain::{Change, Version};
use site::{DecodeError, SiteRecord};
use store::{Hash, StoreError, Stored};

use super::Failed;
use super::index::Index;
use crate::blocking::off_thread;

/// Records that are no further apart are read together.
const GAP_MAX: u64 = 16;
/// Once the records of a page weigh so much in memory, no more are read.
const WEIGHT_MAX_BYTES: usize = 64 << 20;

/// The last version that was pruned; 0 when none was.
pub(super) async fn pruned_through(index: &Index) -> Result<Version, Failed> {
    match index.store.records_since(index.site, Version(0), 1).await {
        Ok(_) => Ok(Version(0)),
        Err(StoreError::Pruned { through, .. }) => Ok(through),
        Err(error) => Err(Failed::Store(error)),
    }
}

/// The hash of a record of the log, also of one that was pruned; none beyond its end.
pub(super) async fn hash_at(index: &Index, version: Version) -> Result<Option<Hash>, Failed> {
    let before = Version(version.0.saturating_sub(1));
    match index.store.records_since(index.site, before, 1).await {
        Ok(read) => Ok(read.first().map(|stored| stored.record.hash)),
        Err(StoreError::Pruned { .. }) => {
            let read = index.store.pruned_since(index.site, before, 1).await?;
            Ok(read.first().map(|record| record.hash))
        }
        Err(error) => Err(Failed::Store(error)),
    }
}

/// These records, in the order asked for, newest first; the first of them always, and then as many as are not too large
/// to be held together.
pub(super) async fn read(
    index: &Index,
    versions: &[Version],
    decode: impl Fn(&[u8]) -> Result<SiteRecord, DecodeError> + Copy + Send + 'static,
) -> Result<Vec<Arc<SiteRecord>>, Failed> {
    let mut records = Vec::with_capacity(versions.len());
    let mut weight = 0;
    for run in versions.chunk_by(|later, earlier| later.0 - earlier.0 <= GAP_MAX) {
        // Large records come in short runs: a run is read and weighed in parts.
        for part in run.chunks(16) {
            let read = read_run(index, part, decode).await?;
            weight += read.iter().map(|record| weight_of(record)).sum::<usize>();
            records.extend(read);
            if weight > WEIGHT_MAX_BYTES {
                return Ok(records);
            }
        }
    }
    Ok(records)
}

/// Records that are near each other, newest first.
async fn read_run(
    index: &Index,
    versions: &[Version],
    decode: impl Fn(&[u8]) -> Result<SiteRecord, DecodeError> + Copy + Send + 'static,
) -> Result<Vec<Arc<SiteRecord>>, Failed> {
    let (Some(last), Some(first)) = (versions.first(), versions.last()) else { return Ok(Vec::new()) };
    let mut wanted: Vec<Stored> = Vec::with_capacity(versions.len());
    let mut at = Version(first.0 - 1);
    while at < *last {
        let limit = usize::try_from(last.0 - at.0).unwrap_or(usize::MAX);
        let page = index.store.records_since(index.site, at, limit).await?;
        let Some(end) = page.last() else {
            return Err(Failed::Damaged(format!("record {} is missing", at.next())));
        };
        at = end.record.version;
        wanted.extend(page.into_iter().filter(|stored| versions.contains(&stored.record.version)));
    }
    wanted.reverse();
    let decode = move |Stored { record, .. }: &Stored| {
        let decoded = decode(&record.payload);
        decoded.map(Arc::new).map_err(|error| Failed::Damaged(format!("record {}: {error}", record.version)))
    };
    off_thread(move || wanted.iter().map(decode).collect()).await
}

/// About what a record takes in memory.
fn weight_of(record: &SiteRecord) -> usize {
    let change = |change: &Change| match change {
        Change::Tagged { devices, .. } | Change::TagRemoved { devices, .. } => size_of_val(&devices[..]),
        _ => 1024,
    };
    let moved = record.effects.moves.iter().map(|one| one.devices.serialized_size()).sum::<usize>();
    record.changes.iter().map(change).sum::<usize>() + moved
}
