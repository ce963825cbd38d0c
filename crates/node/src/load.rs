//! Reads a log back into the state that it made.

use domain::{SiteId, Version};
use site::State;
use store::{CommitId, Hash, Head, Store, link};

use crate::error::StartError;

/// How many records are read at once.
const PAGE_RECORDS: usize = 4096;

/// A state with the hash of its last record, which the next one is chained to.
#[derive(Clone, Debug)]
pub(crate) struct Loaded<S> {
    pub(crate) state: S,
    pub(crate) head: Hash,
}

impl<S: State + Default> Loaded<S> {
    /// The state that a site's whole log makes. A log that ends before the head that the store knew has lost its tail.
    pub(crate) async fn read(
        store: &dyn Store,
        site: SiteId,
        head: Option<Head>,
    ) -> Result<Self, StartError> {
        let mut loaded = Self { state: S::default(), head: Hash::ZERO };
        loaded.catch_up(store, site, None).await?;
        let version = loaded.state.version();
        match head {
            Some(head) if version < head.version => Err(StartError::Chain { site, version: version.next() }),
            Some(head) if version == head.version && loaded.head != head.hash => {
                Err(StartError::Chain { site, version })
            }
            _ => Ok(loaded),
        }
    }
}

impl<S: State> Loaded<S> {
    /// Replays what the log has beyond this state. Says whether the commit looked for was among it.
    pub(crate) async fn catch_up(
        &mut self,
        store: &dyn Store,
        site: SiteId,
        looked_for: Option<CommitId>,
    ) -> Result<bool, StartError> {
        let mut found = false;
        loop {
            let page = store.records_since(site, self.state.version(), PAGE_RECORDS).await?;
            if page.is_empty() {
                return Ok(found);
            }
            for stored in page {
                let version = stored.record.version;
                let follows = version == self.state.version().next();
                if !follows || link(&self.head, &stored.record.payload) != stored.record.hash {
                    return Err(StartError::Chain { site, version });
                }
                let record = decode::<S>(site, version, &stored.record.payload)?;
                self.state.replay(&record);
                self.head = stored.record.hash;
                found |= looked_for == Some(stored.commit_id);
            }
        }
    }
}

fn decode<S: State>(site: SiteId, version: Version, payload: &[u8]) -> Result<site::RecordOf<S>, StartError> {
    let record = S::decode(payload).map_err(|error| StartError::Record { site, version, error })?;
    if record.version == version { Ok(record) } else { Err(StartError::Chain { site, version }) }
}
