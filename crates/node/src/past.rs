//! What was: sites as of past moments, and the audit trail.

use std::sync::Arc;

use domain::{Error, SiteId, Timestamp, Version};
use site::{InstanceRecord, RecordOf, Site, SiteRecord, State};
use store::Stored;

use crate::blocking::off_thread;
use crate::failure::unreadable;
use crate::node::Node;

impl Node {
    /// A site as of a moment: what all its records up to and including that moment made of it. Before its founding
    /// that is a site that has nothing.
    ///
    /// # Errors
    /// `NotFound` for a site that is not there; `Pruned` when the site does not keep its history so far back; `Busy`
    /// when too many other moments are asked about; `Unavailable` when the store cannot be read.
    pub async fn site_at(&self, site: SiteId, at: Timestamp) -> Result<Arc<Site>, Error> {
        let running = self.running(site)?;
        let now = running.log.state();
        if at >= now.time() {
            return Ok(now);
        }
        match self.version_at(site, at).await? {
            Version(0) => Ok(Arc::default()),
            version => self.history.state(&running.checkpoints, version).await,
        }
    }

    /// The last version of a site, or of the instance, whose record is not later than a moment; 0 when there is none.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn version_at(&self, site: SiteId, at: Timestamp) -> Result<Version, Error> {
        self.store.version_at(site, at).await.map_err(|error| unreadable(&error))
    }

    /// Records of a site's audit trail before a version, newest first: at most `limit`, and no more than the store
    /// gives at once (about half a MiB), but one when there is one. Records that were pruned are not among them.
    ///
    /// # Errors
    /// `NotFound` for a site that is not there; `Unavailable` when the store cannot be read.
    pub async fn audited_before(
        &self,
        site: SiteId,
        before: Version,
        limit: usize,
    ) -> Result<Vec<SiteRecord>, Error> {
        self.running(site)?;
        self.audited::<Site>(site, before, limit).await
    }

    /// As [`Node::audited_before`], of the instance's own records.
    ///
    /// # Errors
    /// `Unavailable` when the store cannot be read.
    pub async fn instance_audited_before(
        &self,
        before: Version,
        limit: usize,
    ) -> Result<Vec<InstanceRecord>, Error> {
        self.audited::<site::Instance>(SiteId::INSTANCE, before, limit).await
    }

    async fn audited<S: State>(
        &self,
        site: SiteId,
        before: Version,
        limit: usize,
    ) -> Result<Vec<RecordOf<S>>, Error> {
        let read = self.store.audited_before(site, before, limit).await;
        let records = read.map_err(|error| unreadable(&error))?;
        let decode = |stored: &Stored| S::decode(&stored.record.payload);
        let decoded = off_thread(move || records.iter().map(decode).collect::<Result<_, _>>()).await;
        decoded.map_err(|error| {
            tracing::error!(%site, %error, "a record of the audit trail cannot be understood");
            Error::Internal
        })
    }
}
