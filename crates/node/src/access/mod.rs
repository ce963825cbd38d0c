//! Access tokens of app registrations (alloyscan, Authentication), and when each registration and each token was last
//! used and by whom (DESIGN §6). Both are side state: they are in no log, and the last write wins.

mod last_uses;
mod row;
mod seconds;
mod slots;
mod used_by;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use domain::{AppRegistrationId, Error, SiteId, Timestamp, TokenHash};
use site::Instance;
use store::{SideRow, Store, StoreError};
use tokio::sync::Mutex;

use self::last_uses::LastUses;
pub(crate) use self::last_uses::keep;
use self::row::Row;
use self::slots::Slots;
pub use self::used_by::{Credential, LastUse, USER_AGENT_MAX_CHARS, UsedBy, UserAgent};
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

/// What is kept of all tokens and app registrations beside the instance.
pub(crate) struct AccessTokens {
    store: Arc<dyn Store>,
    by_hash: RwLock<HashMap<TokenHash, AccessToken>>,
    /// Held while one is written, so that no two are given the same slot.
    slots: Mutex<Slots>,
    uses: LastUses,
}

impl AccessTokens {
    /// What the store has of registrations and tokens that there still are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn load(store: Arc<dyn Store>, instance: &Instance) -> Result<Self, StoreError> {
        let (mut by_hash, mut slots) = (HashMap::new(), Slots::new(ACCESS_TOKENS_MAX));
        let (mut used, mut gone) = (HashMap::new(), HashSet::new());
        for SideRow { key, value, .. } in store.load_side(SiteId::INSTANCE).await? {
            match Row::read(&key, &value) {
                Row::Access { slot, hash, token } => {
                    slots.put(slot, hash, token);
                    if instance.app_registration(token.registration).is_some() {
                        by_hash.insert(hash, token);
                    }
                }
                Row::Used { credential, last } if credential.stands(instance) => {
                    used.insert(credential, last);
                }
                Row::Used { credential, .. } => {
                    gone.insert(credential);
                }
                Row::Other => {}
                // Nothing is lost with it: whoever holds the token fetches another.
                Row::Unreadable => tracing::warn!(key, "a row of side state cannot be read and is left out"),
            }
        }
        let (by_hash, slots, uses) = (RwLock::new(by_hash), Mutex::new(slots), LastUses::new(used, gone));
        Ok(Self { store, by_hash, slots, uses })
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
    /// Keeps the access token of that hash for an app registration, from now on for [`ACCESS_TOKEN_SECONDS`], which is
    /// a use of it. When this returns, the access token is durable.
    ///
    /// # Errors
    /// `Unavailable` when the store does not take it.
    pub async fn issue(
        &self,
        registration: AppRegistrationId,
        hash: TokenHash,
        by: UsedBy,
    ) -> Result<(), Error> {
        let now = self.now();
        let expires_at = now.plus_millis(i64::from(ACCESS_TOKEN_SECONDS) * 1000);
        self.access.add(hash, AccessToken { registration, expires_at }, now).await.map_err(|error| {
            tracing::error!(code = error.code(), %error, "an access token cannot be kept");
            let reason = format!("the store does not take writes ({})", error.code());
            Error::Unavailable { reason, retry_after_seconds: RETRY_AFTER_SECONDS }
        })?;
        self.note_use(Credential::AppRegistration(registration), now, || by);
        Ok(())
    }

    /// The access token of that hash.
    #[must_use]
    pub fn access_token(&self, hash: &TokenHash) -> Option<AccessToken> {
        self.access.find(hash)
    }

    /// Notes a use at this moment, at most one a second: otherwise `by` is not asked, nothing is locked, and nothing
    /// written that others read.
    pub fn note_use(&self, credential: Credential, now: Timestamp, by: impl FnOnce() -> UsedBy) {
        if !self.access.uses.has(credential, now) {
            self.access.uses.note(credential, now, by(), &self.instance_snapshot());
        }
    }

    /// The last call with a token, or with an access token of an app registration, or the last fetching of one. It need
    /// not have been granted, but the token must have counted.
    #[must_use]
    pub fn last_use(&self, credential: Credential) -> Option<LastUse> {
        self.access.uses.of(credential)
    }
}
