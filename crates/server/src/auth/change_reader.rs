//! Who may read the change log.

use std::collections::HashSet;
use std::sync::Arc;

use domain::{ClassificationId, Error, Role, SiteId, TagId, Version};
use node::{ChangeCursor, ChangeEntry, ChangePage, Damage, Gone, Hash, Linked, News, Node};
use site::queries::changes::ChangeFilter;
use site::{Instance, InstanceRecord, Site, SiteRecord};
use uuid::Uuid;

use super::gate::{Caller, LastingCaller};
use crate::failure::Failure;
use crate::routing::{Call, FromCall};
use crate::streams::Place;

/// How many records of a log a stream reads at once, at most.
const RECORDS_AT_ONCE: usize = 256;

/// May read the change log of a site: an administrator of it, since entries tell of tokens and of everything that is
/// in any area.
pub(crate) struct ChangeReader {
    caller: LastingCaller,
}

impl FromCall for ChangeReader {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = Caller::of(call).await?;
        match caller.role {
            Role::Administrator => Ok(Self { caller: caller.lasting() }),
            Role::User => Err(Failure::Forbidden("this call needs the token of an administrator".to_owned())),
        }
    }
}

impl ChangeReader {
    /// The site whose log it is.
    pub(crate) fn site_id(&self) -> SiteId {
        self.caller.site
    }

    /// That site as of now.
    ///
    /// # Errors
    /// When it is not served.
    pub(crate) fn site(&self) -> Result<Arc<Site>, Failure> {
        self.node().site(self.caller.site).ok_or_else(|| {
            let reason = "the site of this token is not loaded".to_owned();
            Error::Unavailable { reason, retry_after_seconds: 1 }.into()
        })
    }

    /// The instance as of now.
    pub(crate) fn instance(&self) -> Arc<Instance> {
        self.node().instance()
    }

    /// Entries of the site's own log, as [`node::Node::changes`] gives them.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn changes(
        &self,
        filter: &ChangeFilter,
        offset: u64,
        limit: usize,
    ) -> Result<ChangePage, Error> {
        self.node().changes(self.caller.site, filter, offset, limit).await
    }

    /// The next of these entries behind a cursor, as [`node::Node::changes_next`] gives them.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn changes_next(
        &self,
        cursor: &mut ChangeCursor,
        limit: usize,
    ) -> Result<Vec<Result<ChangeEntry, Damage>>, Error> {
        self.node().changes_next(self.caller.site, cursor, limit).await
    }

    /// The instance's records that are about the site, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn instance_changes(&self) -> Result<Vec<Arc<InstanceRecord>>, Error> {
        self.node().instance_changes(self.caller.site).await
    }

    /// The names of tags and classifications that were removed.
    ///
    /// # Errors
    /// When the log cannot be searched at present.
    pub(crate) async fn gone(
        &self,
        tags: HashSet<TagId>,
        classifications: HashSet<ClassificationId>,
    ) -> Result<Gone, Error> {
        self.node().gone(self.caller.site, tags, classifications).await
    }

    /// A place for an answer that is sent as CSV.
    ///
    /// # Errors
    /// Busy when too many such answers are sent.
    pub(crate) fn export_place(&self) -> Result<Place, Failure> {
        self.caller.behind.exports.place(self.caller.site, self.caller.token)
    }

    /// Whether the caller could begin to read now: its token counts, and is still an administrator's, and the site
    /// answers calls.
    pub(crate) fn stands(&self) -> bool {
        self.caller.now().is_ok_and(|caller| caller.role == Role::Administrator && caller.is_served())
    }

    /// A place for a stream.
    ///
    /// # Errors
    /// Busy when there are too many.
    pub(crate) fn stream_place(&self) -> Result<Place, Failure> {
        self.caller.behind.streams.place(self.caller.site, self.caller.token)
    }

    /// What tells of changes.
    ///
    /// # Errors
    /// When the site is not served.
    pub(crate) fn news(&self) -> Result<News, Error> {
        self.node().news(self.caller.site)
    }

    /// The epoch of the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn epoch(&self) -> Result<Uuid, Error> {
        self.node().epoch().await
    }

    /// The hash of a record of the site's log, or of the instance's; none where there is no such record.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn hash_at(&self, log: SiteId, version: Version) -> Result<Option<Hash>, Error> {
        self.node().hash_at(log, version).await
    }

    /// The site's records after a version, some at a time; `None` when the first was pruned.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn records_after(
        &self,
        after: Version,
    ) -> Result<Option<Vec<Linked<SiteRecord>>>, Error> {
        self.node().records_after(self.caller.site, after, RECORDS_AT_ONCE).await
    }

    /// The instance's records after a version, some at a time; also those about other sites.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn instance_records_after(
        &self,
        after: Version,
    ) -> Result<Option<Vec<Linked<InstanceRecord>>>, Error> {
        self.node().instance_records_after(after, RECORDS_AT_ONCE).await
    }

    fn node(&self) -> &Node {
        &self.caller.behind.node
    }
}
