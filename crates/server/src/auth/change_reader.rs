//! Who may read the change log.

use std::sync::Arc;

use domain::{Error, Role, SiteId};
use node::ChangePage;
use site::queries::changes::ChangeFilter;
use site::{Instance, InstanceRecord, Site};

use super::gate::Caller;
use crate::failure::Failure;
use crate::routing::{Call, FromCall};

/// May read the change log of a site: an administrator of it, since entries tell of tokens and of everything that is
/// in any area.
pub(crate) struct ChangeReader {
    caller: Caller,
}

impl FromCall for ChangeReader {
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let caller = Caller::of(call)?;
        match caller.role {
            Role::Administrator => Ok(Self { caller }),
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
        Ok(Arc::clone(&*self.caller.snapshot()?))
    }

    /// The instance as of now.
    pub(crate) fn instance(&self) -> Arc<Instance> {
        self.caller.node().instance()
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
        self.caller.node().changes(self.caller.site, filter, offset, limit).await
    }

    /// The instance's records that are about the site, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn instance_changes(&self) -> Result<Vec<Arc<InstanceRecord>>, Error> {
        self.caller.node().instance_changes(self.caller.site).await
    }

    /// The turn of an answer that is sent as CSV.
    ///
    /// # Errors
    /// Busy when too many such answers are sent.
    pub(crate) async fn export_turn(&self) -> Result<node::Turn, Failure> {
        self.caller.behind.heavy.export().await
    }
}
