//! The instance: its sites, their tokens and app registrations. A value with a log of its own, always loaded, so that a token finds its
//! site in memory.

mod app_registration;
pub mod commands;
mod state;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use domain::{
    AppRegistrationId, Maintenance, SiteId, SiteSettings, TagName, Timestamp, TokenFields, TokenHash,
    TokenId, Version, fold,
};
use uuid::Uuid;

pub use self::app_registration::{AppRegistration, Closed};
use crate::catalogue::Stamp;

/// Most sites of an instance.
pub const SITES_MAX: usize = 10_000;

/// A site, as the instance knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteInfo {
    /// Its id.
    pub id: SiteId,
    /// Its name, unique in the instance without case.
    pub name: TagName,
    /// What is set of it.
    pub settings: SiteSettings,
    /// The version of the instance that it came with.
    pub added: Version,
}

/// A token, as all but its holder know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// The site it is for.
    pub site: SiteId,
    /// All that is kept of its text.
    pub hash: TokenHash,
    /// What is set of it.
    pub fields: TokenFields,
    /// Who made it, and when.
    pub created: Stamp,
}

/// The sites, the tokens and the app registrations, as of one version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Instance {
    version: Version,
    time: Timestamp,
    maintenance: Maintenance,
    sites: Arc<BTreeMap<SiteId, SiteInfo>>,
    tokens: Arc<BTreeMap<TokenId, Arc<Token>>>,
    by_hash: Arc<HashMap<TokenHash, TokenId>>,
    /// The site of every token that ever was: records name a token by its id alone, also after it was revoked.
    token_sites: Arc<BTreeMap<TokenId, SiteId>>,
    app_registrations: Arc<BTreeMap<AppRegistrationId, Arc<AppRegistration>>>,
    by_client: Arc<HashMap<Uuid, AppRegistrationId>>,
    /// The site of every app registration that ever was, as of tokens.
    app_registration_sites: Arc<BTreeMap<AppRegistrationId, SiteId>>,
    last_site: SiteId,
    last_token: TokenId,
    last_app_registration: AppRegistrationId,
}

impl Instance {
    /// Work on the whole server, during which nobody is served, whatever the site.
    #[must_use]
    pub fn maintenance(&self) -> &Maintenance {
        &self.maintenance
    }

    /// All sites by id.
    pub fn sites(&self) -> impl Iterator<Item = &SiteInfo> {
        self.sites.values()
    }

    /// The site of that id.
    #[must_use]
    pub fn site(&self, id: SiteId) -> Option<&SiteInfo> {
        self.sites.get(&id)
    }

    /// The site of that name, whatever its case.
    #[must_use]
    pub fn site_named(&self, name: &str) -> Option<&SiteInfo> {
        let name = fold(name.trim());
        self.sites().find(|site| fold(site.name.as_str()) == name)
    }

    /// The token whose text has that hash; it may have expired.
    #[must_use]
    pub fn token(&self, hash: &TokenHash) -> Option<&Token> {
        self.token_by_id(*self.by_hash.get(hash)?)
    }

    /// The token of that id.
    #[must_use]
    pub fn token_by_id(&self, id: TokenId) -> Option<&Token> {
        self.tokens.get(&id).map(|token| &**token)
    }

    /// The site that a token is for, or was for before it was revoked.
    #[must_use]
    pub fn site_of_token(&self, id: TokenId) -> Option<SiteId> {
        self.token_sites.get(&id).copied()
    }

    /// The id that the next token gets.
    fn next_token(&self) -> TokenId {
        TokenId(self.last_token.0 + 1)
    }

    /// Whether a token was ever made, revoked or not.
    #[must_use]
    pub fn had_tokens(&self) -> bool {
        self.last_token > TokenId::default()
    }

    /// How many tokens all sites have, expired ones too.
    #[must_use]
    pub fn token_count(&self) -> usize {
        self.tokens.len()
    }

    /// All tokens by id, expired ones too.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values().map(|token| &**token)
    }

    /// The tokens of a site by id.
    pub fn tokens_of(&self, site: SiteId) -> impl Iterator<Item = &Token> {
        self.tokens().filter(move |token| token.site == site)
    }

    /// The app registration of that id.
    #[must_use]
    pub fn app_registration(&self, id: AppRegistrationId) -> Option<&AppRegistration> {
        self.app_registrations.get(&id).map(|registration| &**registration)
    }

    /// The app registration that calls itself so.
    #[must_use]
    pub fn app_registration_of_client(&self, client_id: Uuid) -> Option<&AppRegistration> {
        self.app_registration(*self.by_client.get(&client_id)?)
    }

    /// The site that an app registration is for, or was for before it was removed.
    #[must_use]
    pub fn site_of_app_registration(&self, id: AppRegistrationId) -> Option<SiteId> {
        self.app_registration_sites.get(&id).copied()
    }

    /// All app registrations by id, expired ones too.
    pub fn app_registrations(&self) -> impl Iterator<Item = &AppRegistration> {
        self.app_registrations.values().map(|registration| &**registration)
    }

    /// How many app registrations all sites have, expired ones too.
    #[must_use]
    pub fn app_registration_count(&self) -> usize {
        self.app_registrations.len()
    }

    /// The app registrations of a site by id.
    pub fn app_registrations_of(&self, site: SiteId) -> impl Iterator<Item = &AppRegistration> {
        self.app_registrations().filter(move |registration| registration.site == site)
    }
}

impl Token {
    /// Whether it is refused at that moment.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.fields.expires_at.is_some_and(|expiry| expiry <= now)
    }
}
