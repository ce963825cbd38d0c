//! A device's history: what each record that concerns it did to it.

use domain::{
    Change, ClassificationId, DeviceNumber, DeviceUid, Label, Outcome, Report, Source, TagId, Timestamp,
    UserKey,
};
use uuid::Uuid;

use super::changes::{Kind, Object, of_change};
use crate::{DecodeError, Site, SiteRecord, encoding};

/// What happened to a device: of all that a record did, the first of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the product")]
pub enum Event {
    Added,
    Removed,
    CheckedIn,
    Tagged,
    Reclassified,
}

impl Event {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Added, Self::Removed, Self::CheckedIn, Self::Tagged, Self::Reclassified];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "Added",
            Self::Removed => "Removed",
            Self::CheckedIn => "CheckedIn",
            Self::Tagged => "Tagged",
            Self::Reclassified => "Reclassified",
        }
    }
}

/// What one record did to a device.
#[derive(Clone, Debug)]
pub struct Item<'r> {
    /// The same at every look.
    pub id: Uuid,
    /// The record.
    pub record: &'r SiteRecord,
    /// What happened, in a word.
    pub event: Event,
    /// By which names it was added.
    pub added: Option<(&'r DeviceUid, &'r UserKey)>,
    /// What it reported that was not known, a report each time it checked in.
    pub reports: Vec<&'r Report>,
    /// Tags that were put on it.
    pub tags_added: Vec<TagAdded>,
    /// Tags that were taken off it; without a source those that were deleted.
    pub tags_removed: Vec<(TagId, Option<Source>)>,
    /// Tags of it that come off at another moment than before.
    pub expiries: Vec<NewExpiry>,
    /// What it left.
    pub removed: Option<Removed<'r>>,
    /// Its outcome before, where that is another now; none of a device that was not there.
    pub before: Option<Outcome>,
    /// Its outcome now, likewise.
    pub after: Option<Outcome>,
    /// Changes of the record that are about something else than devices: what it was moved by.
    pub causes: Vec<(Kind, &'r Change)>,
}

/// A tag that was put on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagAdded {
    /// The tag.
    pub tag: TagId,
    /// By what way.
    pub source: Source,
    /// When it comes off again; `None`: never.
    pub expires_at: Option<Timestamp>,
}

/// Another moment at which a tag comes off a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewExpiry {
    /// The tag.
    pub tag: TagId,
    /// The moment before; `None`: never.
    pub before: Option<Timestamp>,
    /// The moment now.
    pub after: Option<Timestamp>,
}

/// What a device left that was removed.
#[derive(Clone, Copy, Debug)]
pub struct Removed<'r> {
    /// The machine.
    pub uid: &'r DeviceUid,
    /// Its user.
    pub userkey: &'r UserKey,
    /// The machine's name, if it ever said one.
    pub hostname: Option<&'r Label>,
    /// When it last checked in.
    pub seen_at: Timestamp,
    /// What it carried, in order of id.
    pub tags: &'r [TagId],
}

/// A record from the store, of which only what it did to one device is looked at: where it is about very many, the others
/// are left out, which is quicker.
///
/// # Errors
/// When it is damaged or of a format or kind that this program does not know.
pub fn decode(bytes: &[u8], device: DeviceNumber) -> Result<SiteRecord, DecodeError> {
    encoding::decode_site_of(bytes, device)
}

/// What a record did to a device of this site; `None` when it does not concern it.
#[must_use]
pub fn of_record<'r>(site: &Site, record: &'r SiteRecord, device: DeviceNumber) -> Option<Item<'r>> {
    let mut item = Item {
        id: Uuid::nil(),
        record,
        event: Event::Reclassified,
        added: None,
        reports: Vec::new(),
        tags_added: Vec::new(),
        tags_removed: Vec::new(),
        expiries: Vec::new(),
        removed: None,
        before: None,
        after: None,
        causes: Vec::new(),
    };
    let mut first = None;
    for (place, change) in record.changes.iter().enumerate() {
        if item.take(change, device) {
            first.get_or_insert(place);
        }
    }
    let moved = record.effects.moves.iter().find(|one| one.devices.contains(device.0));
    if moved.is_none() && first.is_none() {
        return None;
    }
    if let Some(moved) = moved {
        (item.before, item.after) = (Some(moved.from.clone()), Some(moved.to.clone()));
    }
    if item.added.is_some() {
        item.before = None;
        item.after.get_or_insert_default();
    }
    item.event = item.told();
    let place = u16::try_from(first.unwrap_or_default()).unwrap_or(u16::MAX);
    item.id = site.event_id(record.version, place);
    Some(item)
}

impl<'r> Item<'r> {
    /// Takes note of a change; whether it names the device.
    fn take(&mut self, change: &'r Change, device: DeviceNumber) -> bool {
        match change {
            Change::DeviceAdded { device: of, uid, userkey } if *of == device => {
                self.added = Some((uid, userkey));
            }
            Change::CheckedIn { device: of, report, .. } if *of == device && of_change(change).is_some() => {
                self.reports.push(report);
            }
            Change::DeviceEntered { device: of, report } if *of == device => self.reports.push(report),
            Change::Tagged { source, expires_at, devices, added, removed } if has(devices, device) => {
                let (source, expires_at) = (*source, *expires_at);
                self.tags_added.extend(added.iter().map(|tag| TagAdded { tag: *tag, source, expires_at }));
                self.tags_removed.extend(removed.iter().map(|tag| (*tag, Some(source))));
            }
            Change::ExpiryChanged { tag, devices, before, after } if has(devices, device) => {
                self.expiries.push(NewExpiry { tag: *tag, before: *before, after: *after });
            }
            Change::TagRemoved { id, devices, .. } if has(devices, device) => {
                self.tags_removed.push((*id, None));
                self.causes.extend(of_change(change).map(|kind| (kind, change)));
            }
            Change::DeviceRemoved { device: of, uid, userkey, hostname, seen_at, tags, outcome }
                if *of == device =>
            {
                let (hostname, seen_at) = (hostname.as_ref(), *seen_at);
                self.removed = Some(Removed { uid, userkey, hostname, seen_at, tags });
                self.before = Some(outcome.clone());
            }
            _ => {
                let kind = of_change(change).filter(|kind| kind.object != Object::Device);
                let kind = kind.filter(|_| !matches!(change, Change::TagRemoved { .. }));
                self.causes.extend(kind.map(|kind| (kind, change)));
                return false;
            }
        }
        true
    }

    fn told(&self) -> Event {
        if self.added.is_some() {
            Event::Added
        } else if self.removed.is_some() {
            Event::Removed
        } else if !self.reports.is_empty() {
            Event::CheckedIn
        } else if !(self.tags_added.is_empty() && self.tags_removed.is_empty() && self.expiries.is_empty()) {
            Event::Tagged
        } else {
            Event::Reclassified
        }
    }

    /// The tags that it names.
    pub fn tags(&self) -> impl Iterator<Item = TagId> + '_ {
        let left = self.removed.iter().flat_map(|removed| removed.tags).copied();
        let added = self.tags_added.iter().map(|added| added.tag);
        let removed = self.tags_removed.iter().map(|(tag, _)| *tag);
        added.chain(removed).chain(self.expiries.iter().map(|expiry| expiry.tag)).chain(left)
    }

    /// The classifications that it names.
    pub fn classifications(&self) -> impl Iterator<Item = ClassificationId> + '_ {
        let outcomes = self.before.iter().chain(&self.after);
        let of_outcomes =
            outcomes.flat_map(|outcome| outcome.classification.iter().chain(&outcome.undetermined));
        let moved = self.causes.iter().filter_map(|(_, change)| match change {
            Change::ClassificationMoved { id, .. } => Some(*id),
            _ => None,
        });
        of_outcomes.copied().chain(moved)
    }
}

/// Whether a list of devices has one. Long lists are in order, as a rule.
fn has(devices: &[DeviceNumber], device: DeviceNumber) -> bool {
    devices.binary_search(&device).is_ok() || devices.contains(&device)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::State as _;
    use crate::encoding::{golden, strategies};

    /// What the record did to the device, as the whole record and the one of this device alone say it.
    fn told(record: &SiteRecord, device: u32) -> [Option<String>; 2] {
        let (device, bytes) = (DeviceNumber(device), Site::encode(record));
        [Site::decode(&bytes).unwrap(), decode(&bytes, device).unwrap()].map(|record| {
            let item = of_record(&Site::default(), &record, device)?;
            let (tags, causes) = (
                (&item.tags_added, &item.tags_removed, &item.expiries),
                item.causes.iter().map(|(kind, _)| kind),
            );
            let outcomes = (&item.before, &item.after);
            let (did, causes) =
                ((item.id, item.event, item.added, &item.reports), causes.collect::<Vec<_>>());
            Some(format!("{did:?} {tags:?} {outcomes:?} {causes:?} {:?}", item.removed))
        })
    }

    proptest! {
        #[test]
        fn a_record_of_one_device_alone_says_of_it_what_the_whole_one_says(record in strategies::site_record()) {
            let moved = record.effects.moves.iter().flat_map(|one| one.devices.iter().take(3));
            for device in moved.chain([0, 1, 7, 70_000]) {
                let [whole, alone] = told(&record, device);
                prop_assert_eq!(whole, alone);
            }
        }
    }

    #[test]
    fn a_record_about_very_many_devices_is_cut_to_one() {
        let record = golden::untagged_record();
        for (device, concerned) in [(7, true), (8, false), (70_000, true), (1 << 20, true), (75_000, false)] {
            let [whole, alone] = told(&record, device);
            assert_eq!((whole.is_some(), &whole), (concerned, &alone), "{device}");
            let cut = decode(&Site::encode(&record), DeviceNumber(device)).unwrap();
            let Change::TagRemoved { devices, .. } = &cut.changes[1] else { panic!("it is another change") };
            assert!(devices.len() <= 1);
        }
    }
}
