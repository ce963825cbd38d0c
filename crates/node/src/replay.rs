//! Replays a log: one page is read while the one before it is decoded and the one before that is replayed.

use std::sync::Arc;

use domain::{SiteId, Version};
use site::{RecordOf, State};
use store::{Chain, CommitId, Hash, Store, StoreError, Stored};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::blocking::{joined, off_thread};
use crate::error::StartError;
use crate::point::Point;

/// How many records are read at once.
const PAGE_RECORDS: usize = 4096;

/// What a replay came to.
pub(crate) struct Replayed<S> {
    pub(crate) point: Point<S>,
    /// Bytes of payload that were replayed.
    pub(crate) bytes: u64,
    /// Whether the commit that was looked for was among them.
    pub(crate) found: bool,
}

/// Records in their order, held against the chain.
struct Page<S: State> {
    records: Vec<RecordOf<S>>,
    hash: Hash,
    bytes: u64,
    found: bool,
}

/// A page that is being decoded, or why none could be read.
type Decoding<S> = Result<JoinHandle<Result<Page<S>, StartError>>, StoreError>;

/// Replays what the log has beyond `from`, up to and including the version `until`.
///
/// # Errors
/// When a record cannot be read, decoded, or is not the one that its successors were chained to.
pub(crate) async fn replay<S: State>(
    store: &Arc<dyn Store>,
    site: SiteId,
    from: Point<S>,
    until: Version,
    looked_for: Option<CommitId>,
) -> Result<Replayed<S>, StartError> {
    let mut pages = read_ahead::<S>(Arc::clone(store), site, &from, until, looked_for);
    let mut replayed = Replayed { point: from, bytes: 0, found: false };
    while let Some(page) = pages.recv().await {
        let page = joined(page?).await?;
        let state = replayed.point.state;
        let state = off_thread(move || {
            let mut state = Arc::unwrap_or_clone(state);
            page.records.iter().for_each(|record| state.replay(record));
            Arc::new(state)
        });
        replayed = Replayed {
            point: Point { state: state.await, hash: page.hash },
            bytes: replayed.bytes + page.bytes,
            found: replayed.found || page.found,
        };
    }
    Ok(replayed)
}

/// Reads pages and has them decoded, two ahead of who takes them, until that one goes.
fn read_ahead<S: State>(
    store: Arc<dyn Store>,
    site: SiteId,
    from: &Point<S>,
    until: Version,
    looked_for: Option<CommitId>,
) -> mpsc::Receiver<Decoding<S>> {
    let (pages, ahead) = mpsc::channel(1);
    let mut chain = Chain { version: from.state.version(), hash: from.hash };
    tokio::spawn(async move {
        while chain.version < until {
            let left = usize::try_from(until.0 - chain.version.0).unwrap_or(usize::MAX);
            let page = match store.records_since(site, chain.version, left.min(PAGE_RECORDS)).await {
                Ok(page) => page,
                Err(error) => return drop(pages.send(Err(error)).await),
            };
            let Some(last) = page.last() else { return };
            let before = chain;
            chain = Chain { version: last.record.version, hash: last.record.hash };
            let decoding = spawn_blocking(move || decode::<S>(site, before, &page, looked_for));
            if pages.send(Ok(decoding)).await.is_err() {
                return;
            }
        }
    });
    ahead
}

/// Holds records against the chain that ends before them, and decodes them.
fn decode<S: State>(
    site: SiteId,
    mut chain: Chain,
    page: &[Stored],
    looked_for: Option<CommitId>,
) -> Result<Page<S>, StartError> {
    let mut records = Vec::with_capacity(page.len());
    let (mut bytes, mut found) = (0, false);
    for Stored { record, commit_id } in page {
        chain.follow(record).map_err(|broken| StartError::Chain { site, version: broken.at })?;
        let version = chain.version;
        let decoded =
            S::decode(&record.payload).map_err(|error| StartError::Record { site, version, error })?;
        if decoded.version != version {
            return Err(StartError::Chain { site, version });
        }
        records.push(decoded);
        bytes += record.payload.len() as u64;
        found |= looked_for == Some(*commit_id);
    }
    Ok(Page { records, hash: chain.hash, bytes, found })
}
