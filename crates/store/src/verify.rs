//! Walking a log and saying where its chain breaks.

use domain::{SiteId, Version};

use crate::{Hash, Head, PrunedRecord, Record, Store, StoreError, link, link_digest};

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
        self.go_on(record.version, record.hash, link(&self.hash, &record.payload))
    }

    /// Goes one record further over one that was pruned, by the digest of the payload that it had.
    ///
    /// # Errors
    /// When the record is not the next one, or its hash does not cover its digest and what stood before.
    pub fn follow_pruned(&mut self, record: &PrunedRecord) -> Result<(), Broken> {
        self.go_on(record.version, record.hash, link_digest(&self.hash, &record.digest))
    }

    fn go_on(&mut self, version: Version, hash: Hash, expected: Hash) -> Result<(), Broken> {
        let at = self.version.next();
        if version != at || hash != expected {
            return Err(Broken { at });
        }
        *self = Self { version, hash };
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

/// Walks a site's whole log and checks every link, those of pruned records by their digests, and that the log ends
/// where the store says that it ends. An empty log verifies: its end is version 0 and [`Hash::ZERO`]. Commits and
/// pruning that happen meanwhile do no harm.
///
/// # Errors
/// Names the first version that does not fit.
pub async fn verify(store: &dyn Store, site: SiteId) -> Result<Head, VerifyError> {
    walk(store, site, |_| {}).await
}

/// As [`verify`], and shows every link on the way: each head that the log has passed through, the last included.
///
/// # Errors
/// As there.
pub async fn walk(
    store: &dyn Store,
    site: SiteId,
    mut visit: impl FnMut(&Chain),
) -> Result<Head, VerifyError> {
    // Read before the walk, so that a commit that lands meanwhile only makes the walk longer.
    let claimed = store.heads().await?.into_iter().find(|head| head.site == site);
    let broken = |broken| VerifyError::Broken { site, broken };
    let as_claimed = |chain: &Chain| match claimed {
        Some(head) if head.version == chain.version && head.hash != chain.hash => {
            Err(broken(Broken { at: chain.version }))
        }
        _ => Ok(()),
    };
    let mut chain = Chain::default();
    loop {
        let page = match store.records_since(site, chain.version, PAGE_RECORDS).await {
            Err(StoreError::Pruned { .. }) => {
                let page = store.pruned_since(site, chain.version, PAGE_RECORDS).await?;
                if page.is_empty() {
                    return Err(broken(Broken { at: chain.version.next() }));
                }
                for record in page {
                    chain.follow_pruned(&record).map_err(broken)?;
                    as_claimed(&chain)?;
                    visit(&chain);
                }
                continue;
            }
            page => page?,
        };
        if page.is_empty() {
            break;
        }
        for stored in page {
            chain.follow(&stored.record).map_err(broken)?;
            as_claimed(&chain)?;
            visit(&chain);
        }
    }
    if claimed.is_some_and(|head| head.version > chain.version) {
        return Err(broken(Broken { at: chain.version.next() }));
    }
    Ok(Head { site, version: chain.version, hash: chain.hash })
}
