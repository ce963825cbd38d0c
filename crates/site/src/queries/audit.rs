//! The audit trail (netskope-v2 §10): what people and integrations did, out of the records of a site and of the
//! instance. What devices report of themselves is no event of it.

mod event;
mod field;
mod name;
#[cfg(test)]
mod tests;

use domain::{Change, InstanceChange, SiteId};

pub use self::event::{AUDIT_TYPE, AUDIT_VALUES_MAX, Event};
pub use self::field::Field;
use crate::{Instance, InstanceRecord, Site, SiteRecord};

/// Most events of one page.
pub const AUDIT_EVENTS_MAX: usize = 10_000;

/// Whether a change belongs to the trail.
pub(crate) fn is_audited(change: &Change) -> bool {
    name::of_change(change).is_some()
}

/// The events of a site's record, the last first.
pub fn of_record<'r>(site: &Site, record: &'r SiteRecord) -> impl Iterator<Item = Event<'r>> {
    places(&record.changes).filter_map(|(place, change)| {
        let id = site.event_id(record.version, place);
        Some(Event::of_change(id, record, change, name::of_change(change)?))
    })
}

/// The events of an instance's record that are about one site, the last first; `site` is its snapshot.
pub fn of_instance_record<'r>(
    instance: &Instance,
    id: SiteId,
    site: &Site,
    record: &'r InstanceRecord,
) -> impl Iterator<Item = Event<'r>> {
    let changes = places(&record.changes).filter(move |(_, change)| site_of(instance, change) == Some(id));
    changes.map(|(place, change)| {
        let event = site.instance_event_id(record.version, place);
        Event::of_instance_change(event, record, change, name::of_instance_change(change))
    })
}

/// The changes of a record with their places, the last first. A command makes far fewer than there are places.
fn places<C>(changes: &[C]) -> impl Iterator<Item = (u16, &C)> {
    let changes = changes.iter().enumerate().rev();
    changes.filter_map(|(place, change)| Some((u16::try_from(place).ok()?, change)))
}

/// The site that a change of the instance is about.
#[must_use]
pub fn site_of(instance: &Instance, change: &InstanceChange) -> Option<SiteId> {
    match change {
        InstanceChange::SiteAdded { id, .. } => Some(*id),
        InstanceChange::SiteChanged { site, .. } | InstanceChange::TokenAdded { site, .. } => Some(*site),
        InstanceChange::TokenChanged { id, .. } | InstanceChange::TokenRevoked { id, .. } => {
            instance.site_of_token(*id)
        }
        InstanceChange::AppRegistrationAdded { site, .. } => Some(*site),
        InstanceChange::AppRegistrationChanged { id, .. }
        | InstanceChange::AppRegistrationRemoved { id, .. } => instance.site_of_app_registration(*id),
    }
}
