//! What becomes due on a site.

use domain::{Change, SiteSettings, Source, Timestamp};

use crate::Site;
use crate::state::Due;

/// About as many assignments as end in one record: far fewer than fill it, however scattered they are.
const ENDED_MAX: usize = 200_000;

impl Site {
    /// Takes tags off devices whose assignments have ended.
    pub(crate) fn due_at(&self, _settings: &SiteSettings, now: Timestamp) -> Due<Change> {
        let expired = self.fleet.expired(now, ENDED_MAX).into_iter().map(|(tags, devices)| Change::Tagged {
            source: Source::Expiry,
            expires_at: None,
            devices,
            added: Vec::new(),
            removed: tags.into_vec(),
        });
        Due { changes: expired.collect(), again: None }
    }
}
