//! What is known of a request beside what it says itself.

use std::sync::{Arc, OnceLock};

use domain::SiteId;

/// Travels with the request; whoever learns something notes it for the log.
#[derive(Debug)]
pub(crate) struct RequestInfo {
    id: Arc<str>,
    site: OnceLock<SiteId>,
}

impl RequestInfo {
    pub(super) fn new(id: Arc<str>) -> Self {
        Self { id, site: OnceLock::new() }
    }

    /// As `X-Request-Id` says it.
    pub(crate) fn id(&self) -> &Arc<str> {
        &self.id
    }

    /// Notes whose token it was.
    pub(crate) fn set_site(&self, site: SiteId) {
        // A request has one token, so a second note says the same.
        let _ = self.site.set(site);
    }

    pub(super) fn site(&self) -> Option<SiteId> {
        self.site.get().copied()
    }
}
