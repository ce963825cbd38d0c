//! One site: its catalogue and its fleet, and how records change them.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{Change, DeviceNumber, SegmentId, SiteSettings, TagId, Timestamp, Version};
use uuid::Uuid;

use crate::catalogue::{Catalogue, Classification, Segment, Stamp, Tag};
use crate::effects::Effects;
use crate::encoding::{self, DecodeError};
use crate::evaluate::{Dirty, Foreseen, SINGLY_MAX};
use crate::fleet::{DeviceRef, Fleet, Reason};
use crate::public_id::PublicIds;
use crate::queries::audit;
use crate::state::{Context, Due, Record, RecordOf, State};

/// A site's whole state, as of one version. A clone is cheap and shares what does not differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    version: Version,
    time: Timestamp,
    ids: PublicIds,
    /// The number of the evaluator by which its devices were judged.
    evaluator: u32,
    /// What its people define.
    pub catalogue: Catalogue,
    /// Its devices.
    pub fleet: Fleet,
}

impl Site {
    /// Whether its founding is on record; before that it takes no command.
    #[must_use]
    pub fn is_founded(&self) -> bool {
        self.version > Version::default()
    }

    /// The UUID by which clients know a device.
    #[must_use]
    pub fn device_id(&self, device: DeviceNumber) -> Uuid {
        self.ids.device(device)
    }

    /// The UUID by which clients know a device tag where it has one (alloyscan, Tags).
    #[must_use]
    pub fn tag_id(&self, tag: TagId) -> Uuid {
        self.ids.tag(tag)
    }

    /// The UUID by which clients know a segment.
    #[must_use]
    pub fn segment_id(&self, segment: SegmentId) -> Uuid {
        self.ids.segment(segment)
    }

    /// The segment that clients know by `id`, if it is one of this site and was not removed.
    #[must_use]
    pub fn segment(&self, id: Uuid) -> Option<&Segment> {
        self.catalogue.segments.get(self.ids.segment_number(id)?)
    }

    /// The tag that clients know by `id`, if it is one of this site; it may have been removed.
    #[must_use]
    pub fn tag_number(&self, id: Uuid) -> Option<TagId> {
        self.ids.tag_number(id)
    }

    /// The devices that carry a tag, in order of number.
    pub(crate) fn carriers(&self, tag: TagId) -> Vec<DeviceNumber> {
        match self.catalogue.tags.usage(tag) {
            0 => Vec::new(),
            usage => self.fleet.carriers(tag, usage as usize),
        }
    }

    /// The UUID of the event that a change is, by the record and the place in it.
    pub(crate) fn event_id(&self, version: Version, place: u16) -> Uuid {
        self.ids.event(version, place)
    }

    /// As [`Site::event_id`], of a record of the instance.
    pub(crate) fn instance_event_id(&self, version: Version, place: u16) -> Uuid {
        self.ids.instance_event(version, place)
    }

    /// The device that clients know by `id`, if it is one of this site.
    #[must_use]
    pub fn device_number(&self, id: Uuid) -> Option<DeviceNumber> {
        self.ids.device_number(id)
    }

    /// The device that clients know by `id`, if it is one of this site and was not removed.
    #[must_use]
    pub fn device(&self, id: Uuid) -> Option<DeviceRef<'_>> {
        self.fleet.get(self.device_number(id)?)
    }

    /// The site of a checkpoint.
    pub(crate) fn restored(
        version: Version,
        time: Timestamp,
        ids: PublicIds,
        evaluator: u32,
        catalogue: Catalogue,
        fleet: Fleet,
    ) -> Self {
        Self { version, time, ids, evaluator, catalogue, fleet }
    }

    /// The number of the evaluator by which its devices were judged ([`rules::EVALUATOR`] is this program's).
    pub(crate) fn evaluator(&self) -> u32 {
        self.evaluator
    }

    /// What makes its public ids.
    pub(crate) fn ids(&self) -> PublicIds {
        self.ids
    }

    fn set(&mut self, stamp: &Stamp, change: &Change, dirty: &mut Dirty) {
        let catalogue = &mut self.catalogue;
        match change {
            Change::Founded { salt } => self.ids = PublicIds::new(*salt),
            Change::ClassificationAdded { id, after } | Change::ClassificationChanged { id, after, .. } => {
                catalogue.used_id(id.0);
                let (fields, modified) = (after.clone(), stamp.clone());
                catalogue.classifications.set(Classification { id: *id, fields, modified });
            }
            Change::ClassificationMoved { id, to, .. } => {
                catalogue.classifications.move_to(*id, *to, stamp.clone());
            }
            Change::ClassificationRemoved { id, .. } => catalogue.classifications.remove(*id),
            Change::RuleAdded { id, after } | Change::RuleChanged { id, after, .. } => {
                catalogue.used_id(id.0);
                catalogue.rules.set(*id, after.clone(), stamp.clone());
            }
            Change::RuleRemoved { id, .. } => catalogue.rules.remove(*id),
            Change::TagAdded { id, after } | Change::TagChanged { id, after, .. } => {
                catalogue.used_id(id.0);
                catalogue.tags.set(Tag { id: *id, fields: after.clone(), modified: stamp.clone() });
            }
            Change::TagRemoved { id, .. } => {
                self.detach(*id);
                self.catalogue.tags.remove(*id);
            }
            Change::SegmentAdded { id, after } | Change::SegmentChanged { id, after, .. } => {
                catalogue.used_id(id.0);
                let (fields, modified) = (after.clone(), stamp.clone());
                catalogue.segments.set(Segment { id: *id, fields, modified });
            }
            Change::SegmentRemoved { id, .. } => catalogue.segments.remove(*id),
            Change::DeviceAdded { device, uid, userkey } => {
                self.fleet.insert(*device, stamp.at, uid, userkey);
                dirty.devices.insert(device.0);
            }
            Change::DeviceRemoved { device, tags, .. } => {
                self.fleet.remove(*device);
                for tag in tags {
                    self.catalogue.tags.count(*tag, 0, 1);
                }
            }
            Change::DeviceEntered { device, report } => {
                self.fleet.enter(*device, report);
                dirty.devices.insert(device.0);
            }
            Change::CheckedIn { device, reported, report } => {
                self.fleet.report(*device, stamp.at, *reported, report);
                dirty.devices.insert(device.0);
            }
            Change::Tagged { source, expires_at, devices, added, removed } => {
                let (source, author, expires_at) = (*source, stamp.by.clone(), *expires_at);
                let at = Timestamp::from_seconds(stamp.at.seconds());
                self.tag(devices, added, removed, &Reason { source, author, at, expires_at }, dirty);
            }
            Change::ExpiryChanged { tag, devices, after, .. } => self.fleet.set_expiry(*tag, devices, *after),
            Change::FactsWentStale { cutoff } => {
                let devices = self.fleet.go_stale(*cutoff);
                dirty.devices.extend(devices.iter().map(|device| device.0));
            }
            Change::Reclassified { evaluator } => {
                self.evaluator = *evaluator;
                dirty.all = true;
            }
        }
    }

    fn tag(
        &mut self,
        devices: &[DeviceNumber],
        added: &[TagId],
        removed: &[TagId],
        reason: &Reason,
        dirty: &mut Dirty,
    ) {
        if devices.len() > SINGLY_MAX {
            self.fleet.tag_all(devices, added, removed, reason);
        } else {
            self.fleet.tag_singly(devices, added, removed, reason);
        }
        let count = u32::try_from(devices.len()).unwrap_or(u32::MAX);
        for tag in added {
            self.catalogue.tags.count(*tag, count, 0);
        }
        for tag in removed {
            self.catalogue.tags.count(*tag, 0, count);
        }
        let asked = &self.catalogue.rulebook().tags;
        if added.iter().chain(removed).any(|tag| asked.contains(tag)) {
            dirty.devices.extend(devices.iter().map(|device| device.0));
        }
    }

    /// Takes a tag off every device. No rule asks about it, so no outcome can move.
    fn detach(&mut self, tag: TagId) {
        if self.catalogue.tags.usage(tag) > 0 {
            self.fleet.untag_all(tag);
        }
    }

    /// Makes changes without asking what follows for devices.
    pub(crate) fn set_all(&mut self, stamp: &Stamp, changes: &[Change]) -> Dirty {
        self.fleet.begin(self.version.next());
        let rules = Arc::clone(self.catalogue.rulebook());
        let mut dirty = Dirty::default();
        for change in changes {
            self.set(stamp, change, &mut dirty);
        }
        if changes.iter().any(alters_rules) {
            self.catalogue.bind();
            dirty.rules = Some(rules);
        }
        dirty
    }
}

/// Whether a change may make another program of the rules.
fn alters_rules(change: &Change) -> bool {
    matches!(
        change,
        Change::ClassificationAdded { .. }
            | Change::ClassificationMoved { .. }
            | Change::ClassificationRemoved { .. }
            | Change::RuleAdded { .. }
            | Change::RuleChanged { .. }
            | Change::RuleRemoved { .. }
    )
}

impl State for Site {
    type Change = Change;
    type Effects = Effects;
    type Foreseen = Foreseen;
    type Settings = SiteSettings;

    fn version(&self) -> Version {
        self.version
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    /// Changes of rules take long when there are many devices; whatever else changes is quick.
    fn foresee(&self, changes: &[Change], stop: &AtomicBool) -> Option<Foreseen> {
        changes.iter().any(alters_rules).then(|| self.foresee_rules(changes, stop))?
    }

    fn apply(
        &mut self,
        context: &Context,
        changes: Vec<Change>,
        foreseen: Option<&Foreseen>,
    ) -> RecordOf<Self> {
        let time = context.now.max(self.time);
        let stamp = Stamp { by: context.actor.clone(), at: time };
        let dirty = self.set_all(&stamp, &changes);
        let effects = self.evaluate(&dirty, foreseen, &AtomicBool::new(false));
        let effects = effects.expect("nobody stops it");
        self.version = self.version.next();
        self.time = time;
        Record {
            version: self.version,
            time,
            actor: context.actor.clone(),
            request_id: Arc::clone(&context.request_id),
            changes,
            effects,
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.fleet.next_expiry()
    }

    fn due(&self, settings: &SiteSettings, now: Timestamp, look_at: Timestamp) -> Due<Change> {
        self.due_at(settings, now, look_at)
    }

    fn replay(&mut self, record: &RecordOf<Self>) {
        let stamp = Stamp { by: record.actor.clone(), at: record.time };
        self.set_all(&stamp, &record.changes);
        self.fleet.set_outcomes(&record.effects);
        self.version = record.version;
        self.time = record.time;
    }

    fn is_audited(record: &RecordOf<Self>) -> bool {
        record.changes.iter().any(audit::is_audited)
    }

    fn encode(record: &RecordOf<Self>) -> Vec<u8> {
        encoding::encode_site(record)
    }

    fn decode(bytes: &[u8]) -> Result<RecordOf<Self>, DecodeError> {
        encoding::decode_site(bytes)
    }
}
