//! What is known of a request beside what it says itself.

use std::fmt;
use std::sync::{Arc, OnceLock};

use domain::{AppRegistrationId, SiteId, TokenId};

use super::request_id::RequestId;
use crate::pacing::Rate;

/// Travels with the request; whoever learns something notes it for the log.
#[derive(Debug)]
pub(crate) struct RequestInfo {
    id: RequestId,
    caller: OnceLock<(SiteId, UsedToken)>,
    rate: OnceLock<Rate>,
}

/// Which token a request presented, without its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UsedToken {
    /// That of the environment.
    Bootstrap,
    /// A stored one.
    Stored(TokenId),
    /// An access token, or the secret, of an app registration.
    Of(AppRegistrationId),
}

impl fmt::Display for UsedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bootstrap => f.write_str("bootstrap"),
            Self::Stored(id) => id.fmt(f),
            Self::Of(id) => write!(f, "app-{id}"),
        }
    }
}

impl RequestInfo {
    pub(super) fn new(id: RequestId) -> Self {
        Self { id, caller: OnceLock::new(), rate: OnceLock::new() }
    }

    /// The id alone. It is copied when someone else still needs it.
    pub(super) fn into_id(self: Arc<Self>) -> RequestId {
        Arc::try_unwrap(self).map_or_else(|info| info.id.clone(), |info| info.id)
    }

    /// As `X-Request-Id` says it.
    pub(crate) fn id(&self) -> &RequestId {
        &self.id
    }

    /// Notes whose token it was.
    pub(crate) fn set_caller(&self, site: SiteId, token: UsedToken) {
        // A request has one token, so a second note says the same.
        let _ = self.caller.set((site, token));
    }

    /// Notes how its token stands after it, where that is paced.
    pub(crate) fn set_rate(&self, rate: Option<Rate>) {
        if let Some(rate) = rate {
            // A request is paced once.
            let _ = self.rate.set(rate);
        }
    }

    pub(super) fn rate(&self) -> Option<&Rate> {
        self.rate.get()
    }

    pub(super) fn site(&self) -> Option<SiteId> {
        self.caller.get().map(|(site, _)| *site)
    }

    pub(super) fn token(&self) -> Option<UsedToken> {
        self.caller.get().map(|(_, token)| *token)
    }
}
