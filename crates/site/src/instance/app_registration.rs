//! An app registration, and whether it may be used.

use domain::{AppRegistrationFields, AppRegistrationId, SiteId, Timestamp, TokenHash};
use uuid::Uuid;

use crate::catalogue::Stamp;

/// An app registration, as all know it but the program that has its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRegistration {
    /// Its id.
    pub id: AppRegistrationId,
    /// The site it is for.
    pub site: SiteId,
    /// What it calls itself when it fetches an access token.
    pub client_id: Uuid,
    /// All that is kept of its secret.
    pub secret: TokenHash,
    /// What is set of it.
    pub fields: AppRegistrationFields,
    /// Who made it, and when.
    pub created: Stamp,
}

/// Why an app registration may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// It was switched off.
    Disabled,
    /// Its expiry has come.
    Expired,
}

impl AppRegistration {
    /// Why it may not be used at that moment; `None`: it may.
    #[must_use]
    pub fn closed(&self, now: Timestamp) -> Option<Closed> {
        if !self.fields.enabled {
            return Some(Closed::Disabled);
        }
        (self.fields.expires_at <= now).then_some(Closed::Expired)
    }
}
