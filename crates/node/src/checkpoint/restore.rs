//! Reads a checkpoint back: blobs are read in batches, and a batch is decoded while the next is read.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::Arc;

use bytes::Bytes;
use domain::SiteId;
use site::checkpoint::{DecodedPart, PartKey, decode_header, decode_part, restore as join};
use site::{DecodeError, Site, State};
use store::{BlobId, CheckpointInfo, Store, StoreError};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::Written;
use super::fit::Unfit;
use crate::blocking::caught;
use crate::point::Point;

/// Most blobs that are asked for at once.
const BATCH_BLOBS: usize = 64;

/// How many threads join the parts.
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

/// A part and the blobs that it was cut into.
type PartBlobs = (PartKey, Vec<BlobId>);

/// A batch that is being decoded, or why none could be read.
type Decoding = Result<JoinHandle<Result<Vec<DecodedPart>, DecodeError>>, StoreError>;

/// The state that a checkpoint holds, and which blobs it consists of.
pub(crate) async fn restore(store: &Arc<dyn Store>, info: &CheckpointInfo) -> Result<Written, Unfit> {
    let manifest = store.read_manifest(info.site, info.version).await?;
    let manifest = manifest.filter(|manifest| manifest.info == *info).ok_or(Unfit::NoManifest)?;
    let header = decode_header(&manifest.body)?;
    let parts = blobs_of_parts(&header.parts, &manifest.blobs)?;
    let mut batches = read_ahead(Arc::clone(store), info.site, parts.clone());
    let mut decoded = Vec::with_capacity(parts.len());
    while let Some(batch) = batches.recv().await {
        decoded.extend(caught(batch?).await??);
    }
    let site: Site = caught(spawn_blocking(move || join(&header, decoded, THREADS))).await??;
    if site.version() != info.version {
        return Err(Unfit::OtherVersion { found: site.version() });
    }
    let point = Point { state: Arc::new(site), hash: info.hash };
    Ok(Written { point, blobs: HashMap::from_iter(parts) })
}

/// Gives each part the blobs that it was cut into.
fn blobs_of_parts(parts: &[(PartKey, u32)], blobs: &[BlobId]) -> Result<Vec<PartBlobs>, Unfit> {
    let cut: u64 = parts.iter().map(|(_, count)| u64::from(*count)).sum();
    if cut != blobs.len() as u64 {
        return Err(Unfit::Miscounted { named: blobs.len(), cut });
    }
    let mut blobs = blobs.iter().copied();
    Ok(parts.iter().map(|(key, count)| (*key, blobs.by_ref().take(*count as usize).collect())).collect())
}

/// Reads parts in batches and has them decoded, two ahead of who takes them, until that one goes.
fn read_ahead(store: Arc<dyn Store>, site: SiteId, parts: Vec<PartBlobs>) -> mpsc::Receiver<Decoding> {
    let (batches, ahead) = mpsc::channel(1);
    tokio::spawn(async move {
        let mut parts = parts.into_iter().peekable();
        while parts.peek().is_some() {
            let mut count = 0;
            let mut batch = Vec::new();
            while let Some((key, ids)) =
                parts.next_if(|(_, ids)| count == 0 || count + ids.len() <= BATCH_BLOBS)
            {
                count += ids.len();
                batch.push((key, ids));
            }
            let blobs = match read(&*store, site, &batch).await {
                Ok(blobs) => blobs,
                Err(error) => return drop(batches.send(Err(error)).await),
            };
            let decoding = spawn_blocking(move || decode(&batch, blobs));
            if batches.send(Ok(decoding)).await.is_err() {
                return;
            }
        }
    });
    ahead
}

/// The blobs of a batch, in the order of its parts.
async fn read(store: &dyn Store, site: SiteId, batch: &[PartBlobs]) -> Result<Vec<Bytes>, StoreError> {
    let ids: Vec<BlobId> = batch.iter().flat_map(|(_, ids)| ids).copied().collect();
    let mut blobs = Vec::with_capacity(ids.len());
    // More than one read only where a single part has more blobs than may be asked for.
    for ids in ids.chunks(BATCH_BLOBS) {
        blobs.extend(store.read_blobs(site, ids.to_vec()).await?);
    }
    Ok(blobs)
}

fn decode(batch: &[PartBlobs], blobs: Vec<Bytes>) -> Result<Vec<DecodedPart>, DecodeError> {
    let mut blobs = blobs.into_iter();
    let mut decode = |(key, ids): &PartBlobs| match ids.len() {
        1 => decode_part(*key, &blobs.next().unwrap_or_default()),
        count => decode_part(*key, &blobs.by_ref().take(count).collect::<Vec<_>>().concat()),
    };
    batch.iter().map(&mut decode).collect()
}
