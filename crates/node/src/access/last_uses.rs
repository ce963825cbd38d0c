//! When tokens and app registrations were last used, and by whom.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use site::Instance;
use store::{SideRow, StoreError};
use tokio::sync::{Notify, watch};

use super::seconds::Seconds;
use super::used_by::{Credential, LastUse, UsedBy};
use super::{AccessTokens, row};

/// How long a use waits for others before it is written: so often the store is written to at most.
const WRITE_AFTER: Duration = Duration::from_secs(1);
/// Uses of more than twice as many as there are, and this, are not held: then those of what is gone are dropped.
const SPARE: usize = 64;

/// The last use of each credential that was ever used.
#[derive(Debug)]
pub(super) struct LastUses {
    seconds: Seconds,
    kept: Mutex<Kept>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Kept {
    uses: HashMap<Credential, LastUse>,
    /// Of whom the store has something else, or something though they are gone.
    unsaved: HashSet<Credential>,
}

impl LastUses {
    /// As the store has them; `gone` are credentials that it has a use of and that are no more.
    pub(super) fn new(saved: HashMap<Credential, LastUse>, gone: HashSet<Credential>) -> Self {
        let changed = Notify::new();
        if !gone.is_empty() {
            changed.notify_one();
        }
        let kept = Mutex::new(Kept { uses: saved, unsaved: gone });
        Self { seconds: Seconds::new(), kept, changed }
    }

    /// Whether a use in this second is noted already: then there is nothing more to note. No says nothing.
    pub(super) fn has(&self, credential: Credential, now: Timestamp) -> bool {
        self.seconds.has(credential, now)
    }

    /// It was used at that moment, which is no news within the same second, nor when the clock was set back.
    pub(super) fn note(&self, credential: Credential, now: Timestamp, by: UsedBy, instance: &Instance) {
        let is_news = self.kept().note(credential, now, by, instance);
        self.seconds.note(credential, now);
        if is_news {
            self.changed.notify_one();
        }
    }

    /// Its last use.
    pub(super) fn of(&self, credential: Credential) -> Option<LastUse> {
        self.kept().uses.get(&credential).cloned()
    }

    /// What the store does not have yet, which it is given now.
    fn take_unsaved(&self) -> HashMap<Credential, SideRow> {
        let mut kept = self.kept();
        let unsaved = std::mem::take(&mut kept.unsaved);
        let row = |credential: Credential| (credential, row::used(credential, kept.uses.get(&credential)));
        unsaved.into_iter().map(row).collect()
    }

    /// The store did not take them.
    fn put_back(&self, unsaved: impl IntoIterator<Item = Credential>) {
        self.kept().unsaved.extend(unsaved);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn note(&mut self, credential: Credential, now: Timestamp, by: UsedBy, instance: &Instance) -> bool {
        if self.uses.get(&credential).is_some_and(|last| last.at.seconds() >= now.seconds()) {
            return false;
        }
        self.uses.insert(credential, LastUse { at: now, by });
        self.unsaved.insert(credential);
        let credentials = instance.token_count() + instance.app_registration_count();
        if self.uses.len() > 2 * credentials + SPARE {
            self.drop_gone(instance);
        }
        true
    }

    /// Drops what is kept of those that are no more: so rarely that in the mean a use costs no more for it.
    fn drop_gone(&mut self, instance: &Instance) {
        let Self { uses, unsaved } = self;
        uses.retain(|credential, _| {
            let stands = credential.stands(instance);
            if !stands {
                unsaved.insert(*credential);
            }
            stands
        });
    }
}

/// Writes uses to the store soon after them, until `stop` says true, when what is left is written.
pub(crate) async fn keep(tokens: Arc<AccessTokens>, mut stop: watch::Receiver<bool>) {
    let mut works = true;
    loop {
        let due = async {
            tokens.uses.changed.notified().await;
            tokio::time::sleep(WRITE_AFTER).await;
        };
        tokio::select! {
            biased;
            stopped = async { stop.wait_for(|stop| *stop).await.is_ok() } => {
                if stopped {
                    save(&tokens, works).await;
                }
                return;
            }
            () = due => {}
        }
        works = save(&tokens, works).await;
        if !works {
            tokens.uses.changed.notify_one();
        }
    }
}

/// Whether it could be written. `worked` before: only then is it worth a word that it cannot.
async fn save(tokens: &AccessTokens, worked: bool) -> bool {
    let unsaved = tokens.uses.take_unsaved();
    if unsaved.is_empty() {
        return true;
    }
    let (credentials, rows): (Vec<_>, Vec<_>) = unsaved.into_iter().unzip();
    let saved: Result<(), StoreError> = tokens.store.save_side(rows).await;
    if let Err(error) = &saved {
        tokens.uses.put_back(credentials);
        if worked {
            tracing::warn!(%error, "when tokens and app registrations were used is not kept");
        }
    }
    saved.is_ok()
}

#[cfg(test)]
mod tests {
    use domain::{Areas, Owner, Role, SiteId, TagName, TokenFields, TokenHash, TokenId};
    use site::instance::commands::{AddSite, CreateToken, RevokeToken};
    use site::{Command, Context, State};

    use super::*;

    fn run(instance: &mut Instance, mut command: impl Command<Instance>) {
        let (actor, now) = (Owner::new("ann").unwrap(), Timestamp::from_seconds(1_800_000_000));
        let context = Context { actor, now, request_id: "r".into() };
        let changes = command.decide(instance, &context).unwrap();
        instance.apply(&context, changes, None);
    }

    #[test]
    fn what_is_held_of_tokens_that_are_gone_is_bounded_and_its_rows_are_cleared() {
        let mut instance = Instance::default();
        run(&mut instance, AddSite { name: TagName::new("default").unwrap(), administrator: None });
        let uses = LastUses::new(HashMap::new(), HashSet::new());
        let site = SiteId(1);
        for number in 1..=1000 {
            let fields = TokenFields {
                name: TagName::new("short").unwrap(),
                owner: Owner::new("ann").unwrap(),
                role: Role::User,
                areas: Areas::default(),
                global: false,
                expires_at: None,
            };
            let hash = TokenHash::of(&number.to_string());
            run(&mut instance, CreateToken { site, hash, fields, by_global: false });
            let (id, now) = (TokenId(number), Timestamp::from_seconds(1_800_000_000));
            uses.note(Credential::Token(id), now, UsedBy::default(), &instance);
            assert!(uses.of(Credential::Token(id)).is_some(), "the one in use is held");
            if number > 1 {
                run(&mut instance, RevokeToken { site, id, by_global: false });
            }
            let held = uses.kept().uses.len();
            assert!(held <= 2 * 2 + SPARE, "{held} are held of 2");
        }
        assert!(uses.of(Credential::Token(TokenId(1))).is_some(), "it was never revoked");
        let rows = uses.take_unsaved();
        assert!(!rows[&Credential::Token(TokenId(1))].value.is_empty());
        assert!(rows[&Credential::Token(TokenId(2))].value.is_empty());
        assert!(uses.take_unsaved().is_empty());
        uses.put_back(rows.into_keys());
        assert_eq!(uses.take_unsaved().len(), 1000);
    }
}
