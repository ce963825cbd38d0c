//! One entry of the change log: a change of a record, with what its reader is told of it.

use std::borrow::Cow;

use domain::{Change, DeviceNumber, InstanceChange, Owner, SiteId, Source, Timestamp, Version};
use uuid::Uuid;

use super::filter::ChangeFilter;
use super::kind::{Kind, of_change, of_instance_change};
use crate::queries::audit::{SERVER, concerns};
use crate::{Effects, Instance, InstanceRecord, Move, Site, SiteRecord};

/// A change, told. Names are looked up only when they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'r> {
    /// The same at every look, and the same as that of the audit trail's event.
    pub id: Uuid,
    /// The version of the log that holds it.
    pub version: Version,
    /// Where the change stands in its record.
    pub place: u16,
    /// When.
    pub at: Timestamp,
    /// What it is about, and what was done to it.
    pub kind: Kind,
    /// Who did it.
    pub user: &'r Owner,
    /// In answer to which request.
    pub request_id: &'r str,
    /// The change itself.
    pub subject: Subject<'r>,
}

/// A change of one of the two logs that an entry can come from.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'r> {
    /// The site's, with the effects of all changes of its record.
    Site(&'r Change, &'r Effects),
    /// The instance's.
    Instance(&'r InstanceChange),
}

impl<'r> Entry<'r> {
    /// The entry of the change at `place` in a record of `site`; none where that has none.
    #[must_use]
    pub fn of(site: &Site, record: &'r SiteRecord, place: u16) -> Option<Self> {
        let change = record.changes.get(usize::from(place))?;
        Some(Self {
            id: site.event_id(record.version, place),
            version: record.version,
            place,
            at: record.time,
            kind: of_change(change)?,
            user: &record.actor,
            request_id: &record.request_id,
            subject: Subject::Site(change, &record.effects),
        })
    }

    /// The entry of the change at `place` in a record of the instance, if it is about the site of that id and
    /// snapshot.
    #[must_use]
    pub fn of_instance(
        instance: &Instance,
        (id, site): (SiteId, &Site),
        record: &'r InstanceRecord,
        place: u16,
    ) -> Option<Self> {
        let change = record.changes.get(usize::from(place))?;
        if !concerns(instance, record.version, change, id) {
            return None;
        }
        Some(Self {
            id: site.instance_event_id(record.version, place),
            version: record.version,
            place,
            at: record.time,
            kind: of_instance_change(change),
            user: &record.actor,
            request_id: &record.request_id,
            subject: Subject::Instance(change),
        })
    }

    /// By what way tags were put on or taken off.
    #[must_use]
    pub fn source(&self) -> Option<Source> {
        match self.subject {
            Subject::Site(Change::Tagged { source, .. }, _) => Some(*source),
            _ => None,
        }
    }

    /// Whether a filter takes it.
    #[must_use]
    pub fn is_taken(&self, filter: &ChangeFilter) -> bool {
        filter.takes_kind(self.kind) && filter.takes_time(self.at) && filter.takes_user(self.user.as_str())
    }

    /// Of how many devices it tells, where it may tell of many.
    #[must_use]
    pub fn devices(&self) -> Option<usize> {
        match self.subject {
            Subject::Site(
                Change::TagRemoved { devices, .. }
                | Change::Tagged { devices, .. }
                | Change::ExpiryChanged { devices, .. },
                _,
            ) => Some(devices.len()),
            _ => None,
        }
    }

    /// The one device that it is about.
    fn device(&self) -> Option<DeviceNumber> {
        match self.subject {
            Subject::Site(
                Change::DeviceAdded { device, .. }
                | Change::DeviceRemoved { device, .. }
                | Change::DeviceEntered { device, .. }
                | Change::CheckedIn { device, .. },
                _,
            ) => Some(*device),
            Subject::Site(Change::Tagged { devices, .. } | Change::ExpiryChanged { devices, .. }, _) => {
                match &devices[..] {
                    [device] => Some(*device),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What followed, largest first, each with the number of devices: for an entry about one device that device's own
    /// move, for any other all moves of its record, since the changes of a record are judged together.
    #[must_use]
    pub fn moves(&self) -> Vec<(&'r Move, u64)> {
        let Subject::Site(_, effects) = self.subject else { return Vec::new() };
        let moves = effects.moves.iter();
        if let Some(device) = self.device() {
            return moves.filter(|moved| moved.devices.contains(device.0)).map(|moved| (moved, 1)).collect();
        }
        let mut moves: Vec<_> = moves.map(|moved| (moved, moved.devices.len())).collect();
        moves.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        moves
    }

    /// The name of what it is about: as the record has it, else as of `site` and `instance`, else its id.
    #[must_use]
    pub fn entity(&self, instance: &Instance, id: SiteId, site: &Site) -> String {
        match self.subject {
            Subject::Site(change, _) => of_site(instance, id, site, change),
            Subject::Instance(change) => of_the_instance(instance, change),
        }
    }
}

/// The entries of a site's record, the first first.
pub fn of_record<'r>(site: &Site, record: &'r SiteRecord) -> impl Iterator<Item = Entry<'r>> {
    places(record.changes.len()).filter_map(move |place| Entry::of(site, record, place))
}

/// The entries of an instance's record that are about the site of that id and snapshot, the first first.
pub fn of_instance_record<'r>(
    instance: &Instance,
    site: (SiteId, &Site),
    record: &'r InstanceRecord,
) -> impl Iterator<Item = Entry<'r>> {
    places(record.changes.len()).filter_map(move |place| Entry::of_instance(instance, site, record, place))
}

/// A command makes far fewer changes than there are places.
fn places(changes: usize) -> std::ops::Range<u16> {
    0..u16::try_from(changes).unwrap_or(u16::MAX)
}

/// The name of a device now; its id when it is gone or has never been.
fn device_name(site: &Site, number: DeviceNumber) -> Cow<'_, str> {
    match site.fleet.get(number) {
        Some(device) => Cow::Owned(device.hostname().unwrap_or(device.uid()).to_string()),
        None => Cow::Owned(site.device_id(number).to_string()),
    }
}

fn of_site(instance: &Instance, id: SiteId, site: &Site, change: &Change) -> String {
    match change {
        Change::Founded { .. } | Change::Reclassified { .. } | Change::FactsWentStale { .. } => {
            instance.site(id).map_or_else(|| format!("site {id}"), |known| known.name.to_string())
        }
        Change::ClassificationAdded { after, .. } | Change::ClassificationChanged { after, .. } => {
            after.name.to_string()
        }
        Change::ClassificationMoved { id, .. } => {
            let known = site.catalogue.classifications.get(*id);
            known.map_or_else(|| format!("classification {id}"), |(_, known)| known.fields.name.to_string())
        }
        Change::ClassificationRemoved { before, .. } => before.name.to_string(),
        Change::RuleAdded { after, .. } | Change::RuleChanged { after, .. } => after.name.to_string(),
        Change::RuleRemoved { before, .. } => before.name.to_string(),
        Change::TagAdded { after, .. } | Change::TagChanged { after, .. } => after.name.to_string(),
        Change::TagRemoved { before, .. } => before.name.to_string(),
        Change::SegmentAdded { after, .. } | Change::SegmentChanged { after, .. } => after.name.to_string(),
        Change::SegmentRemoved { before, .. } => before.name.to_string(),
        Change::DeviceAdded { device, uid, .. } => match site.fleet.get(*device) {
            Some(_) => device_name(site, *device).into_owned(),
            None => uid.to_string(),
        },
        Change::DeviceRemoved { uid, hostname, .. } => {
            hostname.as_ref().map_or_else(|| uid.to_string(), ToString::to_string)
        }
        Change::DeviceEntered { device, report } | Change::CheckedIn { device, report, .. } => {
            match (&report.hostname, site.fleet.get(*device)) {
                (Some(hostname), None) => hostname.to_string(),
                _ => device_name(site, *device).into_owned(),
            }
        }
        Change::Tagged { devices, .. } | Change::ExpiryChanged { devices, .. } => match &devices[..] {
            [] => String::new(),
            [device] => device_name(site, *device).into_owned(),
            [first, others @ ..] => format!("{} and {} more", device_name(site, *first), others.len()),
        },
    }
}

fn of_the_instance(instance: &Instance, change: &InstanceChange) -> String {
    match change {
        InstanceChange::SiteAdded { name, .. } => name.to_string(),
        InstanceChange::SiteChanged { site, .. } => {
            instance.site(*site).map_or_else(|| format!("site {site}"), |known| known.name.to_string())
        }
        InstanceChange::MaintenanceChanged { .. } => SERVER.to_owned(),
        InstanceChange::TokenAdded { after, .. } | InstanceChange::TokenChanged { after, .. } => {
            after.name.to_string()
        }
        InstanceChange::TokenRevoked { before, .. } => before.name.to_string(),
        InstanceChange::AppRegistrationAdded { after, .. }
        | InstanceChange::AppRegistrationChanged { after, .. } => after.name.to_string(),
        InstanceChange::AppRegistrationRemoved { before, .. } => before.name.to_string(),
    }
}
