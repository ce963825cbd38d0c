//! The audit trail (netskope-v2 §10): what people and integrations did, out of the records of a site and of the
//! instance. What devices report of themselves is no event of it.

mod event;
mod field;
mod name;
#[cfg(test)]
mod tests;

use domain::{Change, InstanceChange, SiteId, Version};

pub use self::event::{AUDIT_TYPE, AUDIT_VALUES_MAX, Event};
pub use self::field::Field;
use crate::{Instance, InstanceRecord, Site, SiteRecord};

/// Most events of one page.
pub const AUDIT_EVENTS_MAX: usize = 10_000;

/// What the whole server is called where a name is told.
pub(super) const SERVER: &str = "server";

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
    let changes =
        places(&record.changes).filter(move |(_, change)| concerns(instance, record.version, change, id));
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

/// The sites that a change of the instance is about, by what the instance has come to: the change came with `version`.
pub fn sites_of<'i>(
    instance: &'i Instance,
    version: Version,
    change: &InstanceChange,
) -> impl Iterator<Item = SiteId> + use<'i> {
    let one = match change {
        InstanceChange::SiteAdded { id, .. } => Some(*id),
        InstanceChange::SiteChanged { site, .. }
        | InstanceChange::TokenAdded { site, .. }
        | InstanceChange::AppRegistrationAdded { site, .. } => Some(*site),
        InstanceChange::TokenChanged { id, .. } | InstanceChange::TokenRevoked { id, .. } => {
            instance.site_of_token(*id)
        }
        InstanceChange::AppRegistrationChanged { id, .. }
        | InstanceChange::AppRegistrationRemoved { id, .. } => instance.site_of_app_registration(*id),
        InstanceChange::MaintenanceChanged { .. } => None,
    };
    // The whole server's are all that there were.
    let is_of_all = matches!(change, InstanceChange::MaintenanceChanged { .. });
    let all = is_of_all.then(|| instance.sites().filter(move |site| site.added < version));
    one.into_iter().chain(all.into_iter().flatten().map(|site| site.id))
}

/// Whether it is about a site.
pub(super) fn concerns(instance: &Instance, version: Version, change: &InstanceChange, id: SiteId) -> bool {
    sites_of(instance, version, change).any(|site| site == id)
}
