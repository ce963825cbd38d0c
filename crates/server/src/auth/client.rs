//! An app registration that has shown its secret (alloyscan, Authentication).

use std::sync::Arc;

use domain::{AppRegistrationId, TokenHash};
use node::{Node, UsedBy};
use uuid::Uuid;

use super::admission::admit;
use super::credentials::Credentials;
use super::used_by::used_by;
use crate::edge::UsedToken;
use crate::failure::Failure;
use crate::routing::{Call, FromCall};
use crate::token_text::TokenText;

/// May fetch access tokens: a request that proves to be an app registration's, which may be used.
pub(crate) struct Client {
    node: Arc<Node>,
    registration: AppRegistrationId,
    by: UsedBy,
}

impl FromCall for Client {
    /// Whether the id or the secret is wrong is not told, nor of a wrong secret whether the registration may be used.
    /// Whoever would not be let in with an access token gets none.
    async fn from_call(call: &mut Call) -> Result<Self, Failure> {
        let Credentials { id, secret } = Credentials::from_call(call).await?;
        let (behind, secret) = (&call.gate.0, TokenHash::of(&secret));
        let node = &behind.node;
        let instance = node.instance();
        let id = Uuid::try_parse(&id).ok();
        let known = id.and_then(|id| instance.app_registration_of_client(id));
        // Hashes are compared: how long that takes tells nothing of the secret.
        let registration =
            known.filter(|registration| registration.secret == secret).ok_or(Failure::UnknownClient)?;
        call.info.set_caller(registration.site, UsedToken::Of(registration.id));
        if let Some(closed) = registration.closed(node.now()) {
            return Err(Failure::Closed(closed));
        }
        if let Some(site) = instance.site(registration.site) {
            admit(instance.maintenance(), &site.settings.access, call)?;
        }
        let by = used_by(&call.head.headers, behind.peer);
        Ok(Self { node: Arc::clone(node), registration: registration.id, by })
    }
}

impl Client {
    /// A new access token; durable when this returns.
    pub(crate) async fn issue(self) -> Result<TokenText, Failure> {
        let text = TokenText::generate();
        self.node.issue(self.registration, text.hash(), self.by).await?;
        Ok(text)
    }
}
