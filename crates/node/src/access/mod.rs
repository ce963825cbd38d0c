//! Access tokens of app registrations, and when each registration was last used (alloyscan, Authentication). Both are
//! side state: they are in no log, and the last write wins.

mod last_used;
mod row;
mod slots;

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use domain::{AppRegistrationId, Error, SiteId, Timestamp, TokenHash};
use site::Instance;
use store::{SideRow, Store, StoreError};
use tokio::sync::Mutex;

use self::last_used::LastUsed;
pub(crate) use self::last_used::keep;
use self::row::Row;
use self::slots::Slots;
use crate::node::Node;

/// How long an access token is good, in seconds.
pub const ACCESS_TOKEN_SECONDS: u32 = 3600;

/// Most access tokens of one app registration that are good at once: one more puts an end to the oldest.
pub const ACCESS_TOKENS_MAX: usize = 1_000;

/// What a client is told to wait when the store does not take its access token.
const RETRY_AFTER_SECONDS: u32 = 5;

/// An access token that was issued and not replaced since; it may have expired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// On whose behalf its holder acts.
    pub registration: AppRegistrationId,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// What is kept of all app registrations beside the instance.
pub(crate) struct AccessTokens {
    store: Arc<dyn Store>,
    by_hash: RwLock<HashMap<TokenHash, AccessToken>>,
    /// Held while one is written, so that no two are given the same slot.
    slots: Mutex<Slots>,
    used: LastUsed,
}

impl AccessTokens {
    /// What the store has of registrations that there still are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn load(store: Arc<dyn Store>, instance: &Instance) -> Result<Self, StoreError> {
        let (mut by_hash, mut slots) = (HashMap::new(), Slots::new(ACCESS_TOKENS_MAX));
        let mut used = HashMap::new();
        for SideRow { key, value, .. } in store.load_side(SiteId::INSTANCE).await? {
            match Row::read(&key, &value) {
                Row::Access { slot, hash, token } => {
                    slots.put(slot, hash, token);
                    if instance.app_registration(token.registration).is_some() {
                        by_hash.insert(hash, token);
                    }
                }
                Row::Used { registration, at } if instance.app_registration(registration).is_some() => {
                    used.insert(registration, at);
                }
                Row::Used { .. } | Row::Other => {}
                // Nothing is lost with it: whoever holds the token fetches another.
                Row::Unreadable => tracing::warn!(key, "a row of side state cannot be read and is left out"),
            }
        }
        let (by_hash, slots, used) = (RwLock::new(by_hash), Mutex::new(slots), LastUsed::new(used));
        Ok(Self { store, by_hash, slots, used })
    }

    fn find(&self, hash: &TokenHash) -> Option<AccessToken> {
        self.by_hash().get(hash).copied()
    }

    /// Keeps an access token. A future that is dropped meanwhile leaves nothing half done: what it wrote, if it did,
    /// is of a token that nobody was told.
    async fn add(&self, hash: TokenHash, token: AccessToken, now: Timestamp) -> Result<(), StoreError> {
        let mut slots = self.slots.lock().await;
        let slot = slots.choose(token.registration, now);
        self.store.save_side(vec![row::access(slot, &hash, token)]).await?;
        let replaced = slots.put(slot, hash, token);
        let mut by_hash = self.by_hash.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(replaced) = replaced {
            by_hash.remove(&replaced);
        }
        by_hash.insert(hash, token);
        Ok(())
    }

    fn by_hash(&self) -> RwLockReadGuard<'_, HashMap<TokenHash, AccessToken>> {
        self.by_hash.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node {
    /// Keeps the access token of that hash for an app registration, from now on for [`ACCESS_TOKEN_SECONDS`]. When this
    /// returns, it is durable.
    ///
    /// # Errors
    /// `Unavailable` when the store does not take it.
    pub async fn issue(&self, registration: AppRegistrationId, hash: TokenHash) -> Result<(), Error> {
        let now = self.now();
        let expires_at = now.plus_millis(i64::from(ACCESS_TOKEN_SECONDS) * 1000);
        self.access.add(hash, AccessToken { registration, expires_at }, now).await.map_err(|error| {
            tracing::error!(code = error.code(), %error, "an access token cannot be kept");
            let reason = format!("the store does not take writes ({})", error.code());
            Error::Unavailable { reason, retry_after_seconds: RETRY_AFTER_SECONDS }
        })?;
        self.access.used.mark(registration, now);
        Ok(())
    }

    /// The access token of that hash.
    #[must_use]
    pub fn access_token(&self, hash: &TokenHash) -> Option<AccessToken> {
        self.access.find(hash)
    }

    /// Notes that an app registration is used at this moment.
    pub fn use_app_registration(&self, id: AppRegistrationId) {
        self.access.used.mark(id, self.now());
    }

    /// When an app registration was last used: to call, or to fetch an access token.
    #[must_use]
    pub fn last_use(&self, id: AppRegistrationId) -> Option<Timestamp> {
        self.access.used.at(id)
    }
}
