//! Reads a checkpoint back: blobs are read in batches, and batches are decoded while others are read.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use bytes::Bytes;
use domain::SiteId;
use site::checkpoint::{DecodedPart, PartKey, decode_header, decode_part, restore as join};
use site::{DecodeError, Site, State};
use store::{BlobId, CheckpointInfo, Store, StoreError};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::Written;
use super::fit::Unfit;
use crate::blocking::caught;
use crate::point::Point;

/// Most blobs that are asked for at once: they are of some 25 KB, and what is read ahead of those who decode is memory
/// that the process keeps for a while.
const BATCH_BLOBS: usize = 32;

/// How many threads decode parts, and join them.
const THREADS: NonZeroUsize = NonZeroUsize::new(2).expect("two is not zero");

/// A part and the blobs that it was cut into.
type PartBlobs = (PartKey, Vec<BlobId>);

/// Parts with their blobs, all behind one another.
type Batch = (Vec<PartBlobs>, Vec<Bytes>);

/// The state that a checkpoint holds, and which blobs it consists of.
pub(crate) async fn restore(store: &Arc<dyn Store>, info: &CheckpointInfo) -> Result<Written, Unfit> {
    let manifest = store.read_manifest(info.site, info.version).await?;
    let manifest = manifest.filter(|manifest| manifest.info == *info).ok_or(Unfit::NoManifest)?;
    let header = decode_header(&manifest.body)?;
    let parts = blobs_of_parts(&header.parts, &manifest.blobs)?;
    // One is read while another waits: whoever decodes is slower.
    let (batches, queue) = mpsc::channel(1);
    let joining = spawn_blocking(move || join(&header, decode_all(queue)?, THREADS));
    let (read, joined) = tokio::join!(read_all(&**store, info.site, &parts, batches), caught(joining));
    read?;
    let site: Site = joined??;
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

/// Reads all parts in batches, until nobody takes these any more.
async fn read_all(
    store: &dyn Store,
    site: SiteId,
    parts: &[PartBlobs],
    batches: mpsc::Sender<Batch>,
) -> Result<(), StoreError> {
    let mut rest = parts;
    while !rest.is_empty() {
        let mut count = 0;
        let fits = |(_, ids): &&PartBlobs| {
            count += ids.len();
            count <= BATCH_BLOBS
        };
        let (batch, after) = rest.split_at(rest.iter().take_while(fits).count().max(1));
        rest = after;
        let blobs = read(store, site, batch).await?;
        if batches.send((batch.to_vec(), blobs)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
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

/// Decodes batches as they come, on threads that end with them: what these had for a time is then everyone's again.
fn decode_all(queue: mpsc::Receiver<Batch>) -> Result<Vec<DecodedPart>, DecodeError> {
    let queue = Mutex::new(queue);
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
    let decode_some = || {
        let decode = std::iter::from_fn(next).map(|(parts, blobs)| decode(&parts, blobs));
        let decoded = decode.collect::<Result<Vec<_>, _>>();
        if decoded.is_err() {
            // Nobody needs the others any more.
            queue.lock().unwrap_or_else(PoisonError::into_inner).close();
        }
        decoded
    };
    let decoded = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS.get()).map(|_| scope.spawn(decode_some)).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        threads.into_iter().map(join).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(decoded.into_iter().flatten().flatten().collect())
}

fn decode(batch: &[PartBlobs], blobs: Vec<Bytes>) -> Result<Vec<DecodedPart>, DecodeError> {
    let mut blobs = blobs.into_iter();
    let mut decode = |(key, ids): &PartBlobs| match ids.len() {
        1 => decode_part(*key, &blobs.next().unwrap_or_default()),
        count => decode_part(*key, &blobs.by_ref().take(count).collect::<Vec<_>>().concat()),
    };
    batch.iter().map(&mut decode).collect()
}
