//! Walking a log and saying where its chain breaks.

use domain::{SiteId, Version};

use crate::{Hash, Head, Record, Store, StoreError, link};

/// How many records are asked for at once.
const PAGE_RECORDS: usize = 4096;

/// A site's chain up to some version; also what a replay follows while it reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The last version that was followed; 0 at the start.
    pub version: Version,
    /// Its hash.
    pub hash: Hash,
}

/// Where a chain breaks: the record of this version is not the one that was committed, or is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the hash chain breaks at version {at}")]
pub struct Broken {
    /// The first version that does not fit.
    pub at: Version,
}

impl Chain {
    /// Goes one record further.
    ///
    /// # Errors
    /// When the record is not the next one, or its hash does not cover its payload and what stood before.
    pub fn follow(&mut self, record: &Record) -> Result<(), Broken> {
        let at = self.version.next();
        if record.version != at || record.hash != link(&self.hash, &record.payload) {
            return Err(Broken { at });
        }
        *self = Self { version: at, hash: record.hash };
        Ok(())
    }
}

/// Why a log could not be verified.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The chain of a site breaks.
    #[error("site {site}: {broken}")]
    Broken {
        /// The site.
        site: SiteId,
        /// Where.
        #[source]
        broken: Broken,
    },
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Walks a site's whole log and checks every link, and that it ends where the store says that it ends.
/// An empty log verifies: its end is version 0 and [`Hash::ZERO`]. Commits that land meanwhile are walked too.
///
/// # Errors
/// Names the first version that does not fit.
pub async fn verify(store: &dyn Store, site: SiteId) -> Result<Head, VerifyError> {
    // Read before the walk, so that a commit that lands meanwhile only makes the walk longer.
    let claimed = store.heads().await?.into_iter().find(|head| head.site == site);
    let broken = |broken| VerifyError::Broken { site, broken };
    let mut chain = Chain::default();
    loop {
        let page = store.records_since(site, chain.version, PAGE_RECORDS).await?;
        if page.is_empty() {
            break;
        }
        for stored in page {
            chain.follow(&stored.record).map_err(broken)?;
            if claimed.is_some_and(|head| head.version == chain.version && head.hash != chain.hash) {
                return Err(broken(Broken { at: chain.version }));
            }
        }
    }
    if claimed.is_some_and(|head| head.version > chain.version) {
        return Err(broken(Broken { at: chain.version.next() }));
    }
    Ok(Head { site, version: chain.version, hash: chain.hash })
}
