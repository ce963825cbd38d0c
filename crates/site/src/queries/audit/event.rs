//! One event of the audit trail.

use domain::{Change, ClassificationId, DeviceNumber, InstanceChange, Owner, TagId, Timestamp};
use uuid::Uuid;

use super::SERVER;
use crate::{Instance, InstanceRecord, Record, RecordOf, Site, SiteRecord, State};

/// The `type` of every event (netskope-v2 §10).
pub const AUDIT_TYPE: &str = "admin_audit_logs";
/// Most names that one event lists; a further value then says how many more there were.
pub const AUDIT_VALUES_MAX: usize = 20;

/// What a change was, told as an event. Names are looked up only when they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Event<'r> {
    /// The same at every look.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub user: &'r Owner,
    /// What was done, as `Create Device Tag`.
    pub name: &'static str,
    subject: Subject<'r>,
}

/// What it was done to.
#[derive(Clone, Copy, Debug)]
enum Subject<'r> {
    Site(&'r Change),
    Instance(&'r InstanceChange),
}

impl<'r> Event<'r> {
    pub(super) fn of_change(
        id: Uuid,
        record: &'r SiteRecord,
        change: &'r Change,
        name: &'static str,
    ) -> Self {
        Self::new::<Site>(id, record, name, Subject::Site(change))
    }

    pub(super) fn of_instance_change(
        id: Uuid,
        record: &'r InstanceRecord,
        change: &'r InstanceChange,
        name: &'static str,
    ) -> Self {
        Self::new::<Instance>(id, record, name, Subject::Instance(change))
    }

    fn new<S: State>(id: Uuid, record: &'r RecordOf<S>, name: &'static str, subject: Subject<'r>) -> Self {
        let Record { time, actor, .. } = record;
        Self { id, at: *time, user: actor, name, subject }
    }

    /// The kind of what `data_values` names.
    #[must_use]
    pub fn data_type(&self) -> &'static str {
        match self.subject {
            Subject::Instance(change) => match change {
                InstanceChange::SiteAdded { .. } | InstanceChange::SiteChanged { .. } => "site",
                InstanceChange::MaintenanceChanged { .. } => "server",
                InstanceChange::TokenAdded { .. }
                | InstanceChange::TokenChanged { .. }
                | InstanceChange::TokenRevoked { .. } => "token",
                InstanceChange::AppRegistrationAdded { .. }
                | InstanceChange::AppRegistrationChanged { .. }
                | InstanceChange::AppRegistrationRemoved { .. } => "app_registration",
            },
            Subject::Site(change) => match change {
                Change::Founded { .. } => "site",
                Change::ClassificationAdded { .. }
                | Change::ClassificationChanged { .. }
                | Change::ClassificationMoved { .. }
                | Change::ClassificationRemoved { .. } => "classification",
                Change::RuleAdded { .. } | Change::RuleChanged { .. } | Change::RuleRemoved { .. } => "rule",
                Change::TagAdded { .. } | Change::TagChanged { .. } => "device_tag",
                Change::TagRemoved { devices, .. } if devices.is_empty() => "device_tag",
                Change::SegmentAdded { .. }
                | Change::SegmentChanged { .. }
                | Change::SegmentRemoved { .. } => "segment",
                Change::DeviceAdded { .. }
                | Change::DeviceRemoved { .. }
                | Change::DeviceEntered { .. }
                | Change::CheckedIn { .. } => "device",
                Change::TagRemoved { .. } | Change::Tagged { .. } | Change::ExpiryChanged { .. } => {
                    "device_tag,device"
                }
                Change::FactsWentStale { .. } | Change::Reclassified { .. } => "device",
            },
        }
    }

    /// Names of what it was done to: of something renamed the old name and the new one, of tags put on devices or
    /// taken off them the tags and then the devices. What has no name of its own in the record has the one of `site`, or else its id.
    #[must_use]
    pub fn data_values(&self, instance: &Instance, site: &Site) -> Vec<String> {
        match self.subject {
            Subject::Site(change) => of_change(site, change),
            Subject::Instance(change) => of_instance_change(instance, change),
        }
    }
}

fn of_change(site: &Site, change: &Change) -> Vec<String> {
    match change {
        Change::Founded { .. } | Change::FactsWentStale { .. } | Change::Reclassified { .. } => Vec::new(),
        Change::ClassificationAdded { after, .. } => vec![after.name.to_string()],
        Change::ClassificationChanged { before, after, .. } => both(&before.name, &after.name),
        Change::ClassificationMoved { id, .. } => vec![classification(site, *id)],
        Change::ClassificationRemoved { before, .. } => vec![before.name.to_string()],
        Change::RuleAdded { after, .. } => vec![after.name.to_string()],
        Change::RuleChanged { before, after, .. } => both(&before.name, &after.name),
        Change::RuleRemoved { before, .. } => vec![before.name.to_string()],
        Change::TagAdded { after, .. } => vec![after.name.to_string()],
        Change::TagChanged { before, after, .. } => both(&before.name, &after.name),
        Change::TagRemoved { before, devices, .. } => {
            named(site, std::iter::once(before.name.to_string()), 1, devices)
        }
        Change::SegmentAdded { after, .. } => vec![after.name.to_string()],
        Change::SegmentChanged { before, after, .. } => both(&before.name, &after.name),
        Change::SegmentRemoved { before, .. } => vec![before.name.to_string()],
        Change::DeviceRemoved { uid, hostname, .. } => {
            vec![hostname.as_ref().map_or_else(|| uid.to_string(), ToString::to_string)]
        }
        Change::DeviceAdded { device: number, .. }
        | Change::DeviceEntered { device: number, .. }
        | Change::CheckedIn { device: number, .. } => {
            vec![device(site, *number)]
        }
        Change::Tagged { devices, added, removed, .. } => {
            let tags = added.iter().chain(removed).map(|id| tag(site, *id));
            named(site, tags, added.len() + removed.len(), devices)
        }
        Change::ExpiryChanged { tag: id, devices, .. } => {
            named(site, std::iter::once(tag(site, *id)), 1, devices)
        }
    }
}

/// So many tags and then the devices, as far as one event lists them.
fn named(
    site: &Site,
    tags: impl Iterator<Item = String>,
    count: usize,
    devices: &[DeviceNumber],
) -> Vec<String> {
    let carriers = devices.iter().map(|number| device(site, *number));
    let mut values: Vec<_> = tags.chain(carriers).take(AUDIT_VALUES_MAX).collect();
    let all = count + devices.len();
    if all > values.len() {
        values.push(format!("and {} more", all - values.len()));
    }
    values
}

fn of_instance_change(instance: &Instance, change: &InstanceChange) -> Vec<String> {
    match change {
        InstanceChange::SiteAdded { name, .. } => vec![name.to_string()],
        InstanceChange::SiteChanged { site, .. } => {
            let known = instance.site(*site).map(|site| site.name.to_string());
            vec![known.unwrap_or_else(|| format!("site {site}"))]
        }
        InstanceChange::MaintenanceChanged { .. } => vec![SERVER.to_owned()],
        InstanceChange::TokenAdded { after, .. } => vec![after.name.to_string()],
        InstanceChange::TokenChanged { before, after, .. } => both(&before.name, &after.name),
        InstanceChange::TokenRevoked { before, .. } => vec![before.name.to_string()],
        InstanceChange::AppRegistrationAdded { after, .. } => vec![after.name.to_string()],
        InstanceChange::AppRegistrationChanged { before, after, .. } => both(&before.name, &after.name),
        InstanceChange::AppRegistrationRemoved { before, .. } => vec![before.name.to_string()],
    }
}

fn both<N: ToString + PartialEq>(before: &N, after: &N) -> Vec<String> {
    if before == after { vec![after.to_string()] } else { vec![before.to_string(), after.to_string()] }
}

fn classification(site: &Site, id: ClassificationId) -> String {
    let known = site.catalogue.classifications.get(id).map(|(_, known)| known.fields.name.to_string());
    known.unwrap_or_else(|| format!("classification {id}"))
}

fn tag(site: &Site, id: TagId) -> String {
    let known = site.catalogue.tags.get(id).map(|known| known.fields.name.to_string());
    known.unwrap_or_else(|| format!("device tag {id}"))
}

fn device(site: &Site, number: DeviceNumber) -> String {
    let known = site.fleet.get(number).map(|known| known.hostname().unwrap_or(known.uid()).to_string());
    known.unwrap_or_else(|| site.device_id(number).to_string())
}
