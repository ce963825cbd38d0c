//! For who follows a site's log: what is new in it, and waiting for that.

use std::fmt;
use std::sync::Arc;

use domain::{Error, SiteId, Version};
use site::{Instance, InstanceRecord, RecordOf, Site, SiteRecord, State};
use store::{Hash, StoreError, Stored};
use uuid::Uuid;

use crate::blocking::off_thread;
use crate::checkpoint::hash_at;
use crate::failure::unreadable;
use crate::linked::linked_since;
use crate::log::Published;
use crate::node::Node;

/// Wakes who follows the logs that a site's changes stand in: its own and the instance's. The writers do no more for it
/// than to say that there is something.
#[derive(Clone)]
pub struct News {
    site: Arc<Published<Site>>,
    instance: Arc<Published<Instance>>,
}

/// A record, and the hash by which the log's chain goes on from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked<R> {
    /// The record.
    pub record: R,
    /// Its hash.
    pub hash: Hash,
}

impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("News").finish_non_exhaustive()
    }
}

impl News {
    /// Waits until the site has a later version than `site`, or the instance one than `instance`.
    pub async fn beyond(&self, site: Version, instance: Version) {
        loop {
            // Asked for before the look: what is published after the look is then not missed.
            let (of_site, of_instance) = (self.site.news(), self.instance.news());
            if self.site.version() > site || self.instance.version() > instance {
                return;
            }
            tokio::select! {
                () = of_site => {}
                () = of_instance => {}
            }
        }
    }
}

impl Node {
    /// What tells of changes of a site.
    ///
    /// # Errors
    /// `NotFound` for a site that is not there.
    pub fn news(&self, site: SiteId) -> Result<News, Error> {
        let site = Arc::clone(self.running(site)?.log.published());
        Ok(News { site, instance: Arc::clone(self.instance_published()) })
    }

    /// The epoch of the store: a version says nothing beside one of another epoch.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn epoch(&self) -> Result<Uuid, Error> {
        self.store.epoch().await.map_err(|error| unreadable(&error))
    }

    /// The hash of a record of a site's log, or of the instance's, also of one that was pruned; none where there is no
    /// such record.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn hash_at(&self, site: SiteId, version: Version) -> Result<Option<Hash>, Error> {
        hash_at(&*self.store, site, version).await.map_err(|error| unreadable(&error))
    }

    /// A site's records after a version, in their order: at most `limit`, and no more than the store gives at once
    /// (about half a MiB), but one when there is one. `None` when the first of them was pruned.
    ///
    /// # Errors
    /// `NotFound` for a site that is not there; `Unavailable` when the store cannot be read; `Damaged` when a record is
    /// not what was committed.
    pub async fn records_after(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> Result<Option<Vec<Linked<SiteRecord>>>, Error> {
        self.running(site)?;
        self.after::<Site>(site, after, limit).await
    }

    /// As [`Node::records_after`], of the instance: also records about other sites.
    ///
    /// # Errors
    /// As there.
    pub async fn instance_records_after(
        &self,
        after: Version,
        limit: usize,
    ) -> Result<Option<Vec<Linked<InstanceRecord>>>, Error> {
        self.after::<Instance>(SiteId::INSTANCE, after, limit).await
    }

    async fn after<S: State>(
        &self,
        site: SiteId,
        after: Version,
        limit: usize,
    ) -> Result<Option<Vec<Linked<RecordOf<S>>>>, Error> {
        let (mut chain, records) = match linked_since(&*self.store, site, after, limit).await {
            Err(StoreError::Pruned { .. }) => return Ok(None),
            read => read.map_err(|error| unreadable(&error))?,
        };
        let decode = move |Stored { record, .. }: &Stored| {
            let broken = |what: String| (record.version, what);
            chain.follow(record).map_err(|error| broken(error.to_string()))?;
            let decoded = S::decode(&record.payload).map_err(|error| broken(error.to_string()))?;
            Ok(Linked { record: decoded, hash: record.hash })
        };
        let decoded = off_thread(move || {
            let mut told = Vec::with_capacity(records.len());
            for record in records.iter().map(decode) {
                match record {
                    Ok(record) => told.push(record),
                    Err(broken) if told.is_empty() => return Err(broken),
                    // Who reads on is told then.
                    Err(_) => break,
                }
            }
            Ok(told)
        });
        decoded.await.map(Some).map_err(|(version, what): (Version, String)| {
            tracing::error!(%site, %version, what, "a log was altered or is damaged");
            // Nothing can be asked for beside one of the instance's log, which every change log has in it.
            if site == SiteId::INSTANCE { Error::Internal } else { Error::Damaged { version } }
        })
    }
}
