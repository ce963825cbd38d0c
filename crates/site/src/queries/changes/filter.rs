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

    /// Whether it may take entries of a site's record of which nothing is known but that it was made between these
    /// moments; without the second, after the first.
    #[must_use]
    pub fn may_take(&self, from: Timestamp, to: Option<Timestamp>) -> bool {
        let is_early = self.since.zip(to).is_some_and(|(since, to)| to < since);
        let is_late = self.until.is_some_and(|until| until < from);
        let kinds = (0..Kind::COUNT).filter_map(Kind::from_number);
        !is_early && !is_late && kinds.filter(|kind| kind.is_of_site()).any(|kind| self.takes_kind(kind))
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
