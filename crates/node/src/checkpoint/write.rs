//! Writes a checkpoint: of the parts only those that differ from the last one, in blobs; then the manifest.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use domain::SiteId;
use site::checkpoint::{PartKey, encode_header, parts};
use site::{Site, State};
use store::{Blob, BlobId, CheckpointInfo, MAX_BLOB_BYTES, Manifest, Store, StoreError};
use tokio::sync::mpsc;

use super::Written;
use crate::background;
use crate::blocking::{Panicked, caught};
use crate::point::Point;

/// A batch of blobs is closed once it weighs so much.
const BATCH_BYTES: usize = 8 << 20;

/// Why a checkpoint was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// The store does not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part cannot be encoded, by a mistake of ours.
    #[error("encoding failed: {0}")]
    Panicked(#[from] Panicked),
}

/// Writes the checkpoint of a point, given the one that was written before it. Says how many bytes of blobs that took.
///
/// # Errors
/// When the store does not take it; blobs that were written by then are in nobody's way.
pub(crate) async fn write(
    store: &dyn Store,
    site: SiteId,
    point: Point<Site>,
    before: Option<Arc<Written>>,
) -> Result<(Written, u64), WriteError> {
    let info =
        CheckpointInfo { site, version: point.state.version(), time: point.state.time(), hash: point.hash };
    let (batches, mut encoded) = mpsc::channel(1);
    let state = Arc::clone(&point.state);
    let encoding = background::begin(move || encode(&state, before.as_deref(), &batches));
    let mut bytes = 0;
    while let Some(batch) = encoded.recv().await {
        bytes += batch.iter().map(|blob| blob.bytes().len() as u64).sum::<u64>();
        // On failure the channel closes, and the encoder ends at its next batch.
        store.write_blobs(site, batch).await?;
    }
    let Some(Encoded { body, ids, blobs }) = caught(encoding).await? else {
        return Err(StoreError::Closed.into());
    };
    store.write_manifest(Manifest { info, body, blobs: ids }).await?;
    Ok((Written { point, blobs }, bytes))
}

/// What a manifest needs.
struct Encoded {
    body: Bytes,
    /// Of all parts, one after the other.
    ids: Vec<BlobId>,
    blobs: HashMap<PartKey, Vec<BlobId>>,
}

/// Encodes what differs and sends it on in batches. None when nobody takes them any more.
fn encode(site: &Site, before: Option<&Written>, batches: &mpsc::Sender<Vec<Blob>>) -> Option<Encoded> {
    let parts = parts(site);
    let mut ids = Vec::with_capacity(parts.len());
    let mut counts = Vec::with_capacity(parts.len());
    let mut blobs = HashMap::with_capacity(parts.len());
    let mut batch = Batch::new(batches);
    for part in parts {
        let key = part.key();
        let shared = before.filter(|before| part.is_shared_with(&before.point.state));
        let of_part = match shared.and_then(|before| before.blobs.get(&key)) {
            Some(written) => written.clone(),
            None => batch.add(part.encode().into())?,
        };
        counts.push((
            key,
            u32::try_from(of_part.len()).expect("a part has fewer blobs than bytes, and those fit"),
        ));
        ids.extend_from_slice(&of_part);
        blobs.insert(key, of_part);
    }
    batch.send()?;
    Some(Encoded { body: encode_header(site, &counts).into(), ids, blobs })
}

/// Blobs that are sent on together.
struct Batch<'a> {
    blobs: Vec<Blob>,
    bytes: usize,
    batches: &'a mpsc::Sender<Vec<Blob>>,
}

impl<'a> Batch<'a> {
    fn new(batches: &'a mpsc::Sender<Vec<Blob>>) -> Self {
        Self { blobs: Vec::new(), bytes: 0, batches }
    }

    /// Cuts a part into blobs and says which.
    fn add(&mut self, mut part: Bytes) -> Option<Vec<BlobId>> {
        let mut ids = Vec::with_capacity(part.len().div_ceil(MAX_BLOB_BYTES));
        while !part.is_empty() {
            let blob = Blob::new(part.split_to(part.len().min(MAX_BLOB_BYTES)));
            if self.bytes + blob.bytes().len() > BATCH_BYTES {
                self.send()?;
            }
            self.bytes += blob.bytes().len();
            ids.push(blob.id());
            self.blobs.push(blob);
        }
        Some(ids)
    }

    fn send(&mut self) -> Option<()> {
        if self.blobs.is_empty() {
            return Some(());
        }
        self.bytes = 0;
        self.batches.blocking_send(std::mem::take(&mut self.blobs)).ok()
    }
}
