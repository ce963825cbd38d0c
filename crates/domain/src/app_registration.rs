//! App registrations: programs that fetch access tokens for themselves (alloyscan, Authentication).

use crate::text::{Owner, TagName};
use crate::time::Timestamp;
use crate::token::{Areas, Role};

/// Most app registrations of one site.
pub const APP_REGISTRATIONS_MAX: usize = 1_000;

/// What is set of an app registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppRegistrationFields {
    /// What it is for.
    pub name: TagName,
    /// Who answers for what is done with it.
    pub owner: Owner,
    /// What holders of its access tokens are on the site.
    pub role: Role,
    /// The areas of a User.
    pub areas: Areas,
    /// From when on it gets no access tokens, and those that it has are refused.
    pub expires_at: Timestamp,
    /// Whether it may be used at all.
    pub enabled: bool,
}
