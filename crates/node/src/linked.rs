//! Records of a log with what stands before them, so that they can be held against the chain.

use domain::{SiteId, Version};
use store::{Chain, Hash, Store, StoreError, Stored};

/// A site's records after a version, at most `limit`, as [`Store::records_since`] gives them, and the chain that they
/// follow. They are yet to be held against it.
///
/// # Errors
/// As there.
pub(crate) async fn linked_since(
    store: &dyn Store,
    site: SiteId,
    after: Version,
    limit: usize,
) -> Result<(Chain, Vec<Stored>), StoreError> {
    let chain = |hash| Chain { version: after, hash };
    let Some(earlier) = after.0.checked_sub(1).map(Version) else {
        return Ok((chain(Hash::ZERO), store.records_since(site, after, limit).await?));
    };
    // One record earlier is read with them, for its hash.
    match store.records_since(site, earlier, limit.saturating_add(1)).await {
        Ok(mut read) if read.len() > 1 => {
            let before = read.remove(0).record;
            Ok((chain(before.hash), read))
        }
        Ok(read) => {
            // It is so large that it came alone, or nothing comes after it.
            let before = read.first().map_or(Hash::ZERO, |before| before.record.hash);
            Ok((chain(before), store.records_since(site, after, limit).await?))
        }
        Err(StoreError::Pruned { .. }) => {
            let read = store.records_since(site, after, limit).await?;
            let pruned = store.pruned_since(site, earlier, 1).await?;
            Ok((chain(pruned.first().map_or(Hash::ZERO, |before| before.hash)), read))
        }
        Err(error) => Err(error),
    }
}
