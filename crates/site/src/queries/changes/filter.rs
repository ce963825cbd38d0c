//! Which entries of the change log are asked for.

use domain::{Timestamp, fold};

use super::kind::{Action, Kind, Object, of_change};
use crate::SiteRecord;

/// What entries must be like; what is absent takes every entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeFilter {
    /// What they are about.
    pub object: Option<Object>,
    /// What was done to it.
    pub action: Option<Action>,
    /// By whom: the whole name, without case.
    pub user: Option<String>,
    /// Not before this moment.
    pub since: Option<Timestamp>,
    /// Not after this moment.
    pub until: Option<Timestamp>,
}

impl ChangeFilter {
    /// Whether it takes entries of this kind.
    #[must_use]
    pub fn takes_kind(&self, kind: Kind) -> bool {
        self.object.is_none_or(|object| object == kind.object)
            && self.action.is_none_or(|action| action == kind.action)
    }

    /// Whether it takes entries of this moment.
    #[must_use]
    pub fn takes_time(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= time) && self.until.is_none_or(|until| time <= until)
    }

    /// Whether it takes entries of this author.
    #[must_use]
    pub fn takes_user(&self, user: &str) -> bool {
        self.user.as_ref().is_none_or(|wanted| fold(wanted) == fold(user))
    }

    /// Whether it takes entries of this record, as far as all of them have that in common.
    #[must_use]
    pub fn takes_record(&self, record: &SiteRecord) -> bool {
        self.takes_time(record.time) && self.takes_user(record.actor.as_str())
    }
}

/// The places of a record's changes whose entries a filter takes, each with the kind, the last first.
pub fn entries<'r>(
    filter: &'r ChangeFilter,
    record: &'r SiteRecord,
) -> impl Iterator<Item = (usize, Kind)> + 'r {
    let changes = if filter.takes_record(record) { record.changes.as_slice() } else { &[] };
    let kinds =
        changes.iter().enumerate().rev().filter_map(|(place, change)| Some((place, of_change(change)?)));
    kinds.filter(|(_, kind)| filter.takes_kind(*kind))
}
