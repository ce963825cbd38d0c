//! What becomes due on a site.

use domain::{Change, Period, SiteSettings, Source, Timestamp};

use crate::Site;
use crate::state::Due;

/// About as many assignments as end in one record: far fewer than fill it, however scattered they are.
const ENDED_MAX: usize = 200_000;
/// Facts go stale no more often than this, in milliseconds …
const STALE_STEP_MILLIS: i64 = 60_000;
/// … and no more often than so many times in the time that they may be old: a fleet that vanishes leaves that many
/// records at most.
const STALE_STEPS: i64 = 1000;

impl Site {
    /// Assignments that have ended; else, when it is time to look for them, facts that have gone stale.
    pub(crate) fn due_at(&self, settings: &SiteSettings, now: Timestamp, look_at: Timestamp) -> Due<Change> {
        let changes = self.ended(now);
        if !changes.is_empty() || now < look_at {
            return Due { changes, again: look_at };
        }
        settings.fact_max_age.map_or_else(Due::default, |max_age| self.gone_stale(max_age, now))
    }

    fn ended(&self, now: Timestamp) -> Vec<Change> {
        if self.fleet.next_expiry().is_none_or(|next| next > now) {
            return Vec::new();
        }
        let expired = self.fleet.expired(now, ENDED_MAX).into_iter().map(|(tags, devices)| Change::Tagged {
            source: Source::Expiry,
            expires_at: None,
            devices,
            added: Vec::new(),
            removed: tags.into_vec(),
        });
        expired.collect()
    }

    fn gone_stale(&self, max_age: Period, now: Timestamp) -> Due<Change> {
        // Ages are kept to the second.
        let cutoff = Timestamp::from_seconds(max_age.before(now).seconds());
        let step = STALE_STEP_MILLIS.max((now.millis() - cutoff.millis()) / STALE_STEPS);
        let next = now.plus_millis(step);
        match self.fleet.oldest_facts() {
            Some(oldest) if oldest < cutoff => {
                Due { changes: vec![Change::FactsWentStale { cutoff }], again: next }
            }
            Some(oldest) => Due { changes: Vec::new(), again: next.max(max_age.after(oldest)) },
            // What is reported from now on is no older by then.
            None => Due { changes: Vec::new(), again: next.max(max_age.after(now)) },
        }
    }
}
