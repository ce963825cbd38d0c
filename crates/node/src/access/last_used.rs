//! When app registrations were last used.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::{AppRegistrationId, Timestamp};
use store::StoreError;
use tokio::sync::{Notify, watch};

use super::{AccessTokens, row};

/// How long a use waits for others before it is written: so often the store is written to at most.
const WRITE_AFTER: Duration = Duration::from_secs(1);

/// The last use of each registration that was ever used.
#[derive(Debug)]
pub(super) struct LastUsed {
    moments: RwLock<HashMap<AppRegistrationId, Moment>>,
    changed: Notify,
}

/// Unix milliseconds.
#[derive(Debug)]
struct Moment {
    at: AtomicI64,
    /// What the store has.
    saved: AtomicI64,
}

impl LastUsed {
    /// As the store has it.
    pub(super) fn new(saved: HashMap<AppRegistrationId, Timestamp>) -> Self {
        let moment = |at: Timestamp| Moment { at: at.millis().into(), saved: at.millis().into() };
        let moments = saved.into_iter().map(|(registration, at)| (registration, moment(at))).collect();
        Self { moments: RwLock::new(moments), changed: Notify::new() }
    }

    /// It was used at that moment.
    pub(super) fn mark(&self, registration: AppRegistrationId, now: Timestamp) {
        let mark = |moment: &Moment| moment.at.fetch_max(now.millis(), Ordering::Relaxed) < now.millis();
        let known = self.moments.read().unwrap_or_else(PoisonError::into_inner).get(&registration).map(mark);
        let is_later = known.unwrap_or_else(|| {
            let mut moments = self.moments.write().unwrap_or_else(PoisonError::into_inner);
            mark(
                moments.entry(registration).or_insert_with(|| Moment { at: (-1).into(), saved: (-1).into() }),
            )
        });
        if is_later {
            self.changed.notify_one();
        }
    }

    /// When it was last used.
    pub(super) fn at(&self, registration: AppRegistrationId) -> Option<Timestamp> {
        let moments = self.moments.read().unwrap_or_else(PoisonError::into_inner);
        Some(Timestamp::from_millis(moments.get(&registration)?.at.load(Ordering::Relaxed)))
    }

    /// What the store does not have yet.
    fn unsaved(&self) -> Vec<(AppRegistrationId, i64)> {
        let moments = self.moments.read().unwrap_or_else(PoisonError::into_inner);
        let of = |(registration, moment): (&AppRegistrationId, &Moment)| {
            let at = moment.at.load(Ordering::Relaxed);
            (at != moment.saved.load(Ordering::Relaxed)).then_some((*registration, at))
        };
        moments.iter().filter_map(of).collect()
    }

    fn note_saved(&self, saved: &[(AppRegistrationId, i64)]) {
        let moments = self.moments.read().unwrap_or_else(PoisonError::into_inner);
        for (registration, at) in saved {
            if let Some(moment) = moments.get(registration) {
                moment.saved.store(*at, Ordering::Relaxed);
            }
        }
    }
}

/// Writes uses to the store soon after them, until `stop` says true, when what is left is written.
pub(crate) async fn keep(tokens: Arc<AccessTokens>, mut stop: watch::Receiver<bool>) {
    let mut works = true;
    loop {
        let due = async {
            tokens.used.changed.notified().await;
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
            tokens.used.changed.notify_one();
        }
    }
}

/// Whether it could be written. `worked` before: only then is it worth a word that it cannot.
async fn save(tokens: &AccessTokens, worked: bool) -> bool {
    let unsaved = tokens.used.unsaved();
    if unsaved.is_empty() {
        return true;
    }
    let rows = unsaved.iter().map(|(id, at)| row::used(*id, Timestamp::from_millis(*at))).collect();
    let saved: Result<(), StoreError> = tokens.store.save_side(rows).await;
    match saved {
        Ok(()) => tokens.used.note_saved(&unsaved),
        Err(ref error) if worked => tracing::warn!(%error, "when app registrations were used is not kept"),
        Err(_) => {}
    }
    saved.is_ok()
}
