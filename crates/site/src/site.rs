//! One site: its catalogue and its fleet, and how records change them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{Change, DeviceNumber, Outcome, Owner, TagId, Timestamp, Version};
use roaring::RoaringBitmap;
use rules::block::{Revision, Words};
use uuid::Uuid;

use crate::catalogue::{Catalogue, Classification, Rulebook, Stamp, Tag};
use crate::effects::{Effects, Move};
use crate::encoding::{self, DecodeError};
use crate::fleet::judge::Verdicts;
use crate::fleet::{DeviceRef, Fleet};
use crate::public_id::PublicIds;
use crate::queries::audit;
use crate::state::{Context, Record, RecordOf, State};

/// A site's whole state, as of one version. A clone is cheap and shares what does not differ.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Site {
    version: Version,
    time: Timestamp,
    ids: PublicIds,
    /// What its people define.
    pub catalogue: Catalogue,
    /// Its devices.
    pub fleet: Fleet,
}

/// What changes have put in doubt, to be evaluated once they are all made.
#[derive(Debug, Default)]
pub(crate) struct Dirty {
    /// Those of which something changed that rules ask about.
    devices: BTreeSet<DeviceNumber>,
    /// The rules by which all devices were judged, where others have taken their place.
    rules: Option<Arc<Rulebook>>,
}

/// What would follow from changes of rules, worked out on one version of a site.
#[derive(Debug)]
pub struct Foreseen {
    site: PublicIds,
    version: Version,
    rules: Arc<Rulebook>,
    verdicts: Verdicts,
}

/// Devices that are judged one by one: beyond, blocks are quicker.
const SINGLY_MAX: usize = 4096;

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
        catalogue: Catalogue,
        fleet: Fleet,
    ) -> Self {
        Self { version, time, ids, catalogue, fleet }
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
            Change::DeviceAdded { device, uid, userkey } => {
                self.fleet.insert(*device, uid, userkey);
                dirty.devices.insert(*device);
            }
            Change::DeviceRemoved { device, tags, .. } => {
                self.fleet.remove(*device);
                for tag in tags {
                    self.catalogue.tags.count(*tag, 0, 1);
                }
            }
            Change::CheckedIn { device, reported, report } => {
                self.fleet.report(*device, stamp.at, *reported, report);
                dirty.devices.insert(*device);
            }
            Change::Tagged { devices, added, removed, .. } => self.tag(devices, added, removed, dirty),
        }
    }

    fn tag(&mut self, devices: &[DeviceNumber], added: &[TagId], removed: &[TagId], dirty: &mut Dirty) {
        for device in devices {
            self.fleet.tag(*device, added, removed);
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
            dirty.devices.extend(devices);
        }
    }

    /// Takes a tag off every device. No rule asks about it, so no outcome can move.
    fn detach(&mut self, tag: TagId) {
        if self.catalogue.tags.usage(tag) > 0 {
            self.fleet.untag_all(tag);
        }
    }

    /// Evaluates what is in doubt and sets what comes out of it; `None` once `stop` is true.
    ///
    /// Where rules have changed, the outcomes that devices have are taken for what the rules before made of them.
    pub(crate) fn evaluate(
        &mut self,
        dirty: &Dirty,
        foreseen: Option<&Foreseen>,
        stop: &AtomicBool,
    ) -> Option<Effects> {
        match self.revision(dirty) {
            None if dirty.devices.len() <= SINGLY_MAX => Some(self.evaluate_singly(&dirty.devices)),
            revision => {
                let verdicts = self.verdicts(dirty, revision.as_ref(), foreseen, stop)?;
                Some(self.fleet.settle(&verdicts))
            }
        }
    }

    /// How many devices have another outcome than the rules now give them, judging all by all rules. There are none
    /// unless the outcomes are of a program that read the rules differently. `None` once `stop` is true.
    #[must_use]
    pub fn misjudged(&self, stop: &AtomicBool) -> Option<u64> {
        let revision = Revision::new(None, &self.catalogue.rulebook().program);
        let verdicts = self.fleet.judge(&revision, |_| Words::ALL, stop)?;
        let moves = verdicts.blocks.iter().flat_map(|(_, moves)| moves);
        Some(moves.map(|moved| u64::from(moved.places.len())).sum())
    }

    /// What differs between the rules of before and those of now, if any device can move by it.
    fn revision(&self, dirty: &Dirty) -> Option<Revision> {
        let before = dirty.rules.as_ref()?;
        let revision = Revision::new(Some(&before.program), &self.catalogue.rulebook().program);
        (!revision.is_empty()).then_some(revision)
    }

    /// Judges devices one by one.
    fn evaluate_singly(&mut self, devices: &BTreeSet<DeviceNumber>) -> Effects {
        let mut moves: BTreeMap<(Outcome, Outcome), RoaringBitmap> = BTreeMap::new();
        let program = &self.catalogue.rulebook().program;
        for device in devices.iter().filter_map(|number| self.fleet.get(*number)) {
            let to = program.classify(&device);
            if !device.has_outcome(&to) {
                moves.entry((device.outcome(), to)).or_default().insert(device.number().0);
            }
        }
        let moves = moves.into_iter().map(|((from, to), devices)| Move { from, to, devices }).collect();
        let effects = Effects { moves };
        self.fleet.set_outcomes(&effects);
        effects
    }

    /// Judges blocks of devices: those of which something changed by all rules, the others by what differs.
    fn verdicts(
        &self,
        dirty: &Dirty,
        revision: Option<&Revision>,
        foreseen: Option<&Foreseen>,
        stop: &AtomicBool,
    ) -> Option<Verdicts> {
        let doubtful = self.fleet.places_of(dirty.devices.iter().copied());
        let doubtful = |block: usize| doubtful.get(&block).copied().unwrap_or_default();
        let mut verdicts = Verdicts::default();
        if let Some(revision) = revision {
            let foreseen = foreseen.filter(|foreseen| self.is_foreseen(foreseen));
            let known = |block| match foreseen {
                None => Words::NONE,
                Some(foreseen) => !self.fleet.changed_since(foreseen.version, block),
            };
            let asked = |block| !(known(block) | doubtful(block));
            verdicts = self.fleet.judge(revision, asked, stop)?;
            if let Some(foreseen) = foreseen {
                verdicts.join(foreseen.verdicts.within(known));
            }
        }
        if !dirty.devices.is_empty() {
            let revision = Revision::new(None, &self.catalogue.rulebook().program);
            verdicts.join(self.fleet.judge(&revision, doubtful, stop)?);
        }
        Some(verdicts)
    }

    /// Whether that was worked out for these rules, on an earlier version of this site.
    fn is_foreseen(&self, foreseen: &Foreseen) -> bool {
        foreseen.site == self.ids
            && foreseen.version <= self.version
            && foreseen.rules.program == self.catalogue.rulebook().program
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

    fn version(&self) -> Version {
        self.version
    }

    fn time(&self) -> Timestamp {
        self.time
    }

    /// Changes of rules take long when there are many devices; whatever else changes is quick.
    fn foresee(&self, changes: &[Change], stop: &AtomicBool) -> Option<Foreseen> {
        if !changes.iter().any(alters_rules) {
            return None;
        }
        let mut after = self.clone();
        // Who acts when makes no difference to what follows.
        let stamp = Stamp { by: Owner::new("foresight").ok()?, at: self.time };
        let dirty = after.set_all(&stamp, changes);
        let revision = after.revision(&dirty)?;
        let verdicts = after.verdicts(&Dirty::default(), Some(&revision), None, stop)?;
        let rules = Arc::clone(after.catalogue.rulebook());
        Some(Foreseen { site: self.ids, version: self.version, rules, verdicts })
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
