//! Putting tags on devices and taking tags off them, each device judged alone.

use std::collections::BTreeMap;

use domain::{Change, DeviceName, DeviceNumber, Error, Limits, TagId, UserKey, Violation};
use roaring::RoaringBitmap;
use smallvec::SmallVec;
use uuid::Uuid;

use super::tag_ref::TagRef;
use super::terms::{Extended, Terms};
use crate::state::{Command, Context};
use crate::{DeviceRef, Site};

/// Most devices whose outcomes are told; of more, those that were refused before all others.
pub const RETAGGED_MAX: usize = 1000;

/// Whose tags are to change.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Those named, in this order.
    Named(Vec<WantedDevice>),
    /// Those of these numbers, as a search found them; one that was removed meanwhile is passed over.
    Found(Vec<DeviceNumber>),
}

/// A device as clients name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedDevice {
    /// By its UUID.
    Id(Uuid),
    /// By its machine, and its users or all of them.
    Name(DeviceName),
}

/// Puts tags on devices and takes tags off them, in one record. What stands against one device does not hinder the
/// others.
#[derive(Clone, Debug)]
pub struct Retag {
    add: Vec<TagRef>,
    remove: Vec<TagRef>,
    wanted: Wanted,
    terms: Terms,
    limits: Limits,
    outcome: Retagged,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Retagged {
    /// How many devices were looked at, those named that there are not among them.
    pub total: usize,
    /// How many gained or lost a tag, or keep one until another moment than before.
    pub changed: usize,
    /// How many were refused.
    pub failed: usize,
    /// The outcome of each, in the order named or found; at most [`RETAGGED_MAX`].
    pub devices: Vec<RetaggedDevice>,
}

/// What came of it for one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetaggedDevice {
    /// It gained and lost these; none, when it was as asked for.
    Done {
        /// Which.
        device: DeviceNumber,
        /// Put on.
        added: SmallVec<[TagId; 8]>,
        /// Taken off.
        removed: SmallVec<[TagId; 8]>,
    },
    /// It would carry more tags than a device may.
    Full {
        /// Which.
        device: DeviceNumber,
        /// How many it would carry.
        tags: usize,
        /// How many it may carry.
        limit: u32,
    },
    /// The site has no such device.
    Unknown {
        /// Its place among those named.
        place: usize,
        /// The user that has no device there, where users were named.
        user: Option<UserKey>,
    },
}

impl Retag {
    /// To put `add` on each device `wanted`, and take `remove` off it.
    #[must_use]
    pub fn new(add: Vec<TagRef>, remove: Vec<TagRef>, wanted: Wanted) -> Self {
        let (terms, limits) = (Terms::default(), Limits::default());
        Self { add, remove, wanted, terms, limits, outcome: Retagged::default() }
    }

    /// The same on these terms; their source is also that of what is taken off.
    #[must_use]
    pub fn on(self, terms: Terms) -> Self {
        Self { terms, ..self }
    }

    /// The same where the site has these limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The tags asked for, each once.
    fn tags(&self, site: &Site) -> Result<(Vec<TagId>, Vec<TagId>), Error> {
        let mut wrong = Vec::new();
        let mut known = |member: &str, named: &[TagRef]| {
            let mut ids = Vec::with_capacity(named.len());
            for (place, tag) in named.iter().enumerate() {
                match tag.find(site) {
                    Some(tag) => ids.push(tag.id),
                    None => wrong.push(tag.unknown(&format!("{member}[{place}]."))),
                }
            }
            ids
        };
        let (mut add, mut remove) = (known("add", &self.add), known("remove", &self.remove));
        for (place, id) in remove.iter().enumerate().filter(|(_, id)| add.contains(id)) {
            let field = format!("remove[{place}]");
            let name = site.catalogue.tags.get(*id).map(|tag| tag.fields.name.as_str()).unwrap_or_default();
            let message = format!("{field} is \"{name}\", which is to be added as well");
            wrong.push(Violation::new(field, "added_and_removed", message));
        }
        if !wrong.is_empty() {
            return Err(Error::Invalid(wrong));
        }
        for ids in [&mut add, &mut remove] {
            ids.sort_unstable();
            ids.dedup();
        }
        Ok((add, remove))
    }

    /// Calls `each` for every device wanted, and for every one that there is not.
    fn for_each<'a>(&self, site: &'a Site, mut each: impl FnMut(Result<DeviceRef<'a>, RetaggedDevice>)) {
        let unknown = |place, user| RetaggedDevice::Unknown { place, user };
        match &self.wanted {
            Wanted::Found(numbers) => {
                numbers
                    .iter()
                    .filter_map(|number| site.fleet.get(*number))
                    .for_each(|device| each(Ok(device)));
            }
            Wanted::Named(named) => {
                for (place, named) in named.iter().enumerate() {
                    match named {
                        WantedDevice::Id(id) => each(site.device(*id).ok_or(unknown(place, None))),
                        WantedDevice::Name(name) if name.users.is_empty() => {
                            let mut machine = site.fleet.of_machine(name.uid.as_str()).peekable();
                            if machine.peek().is_none() {
                                each(Err(unknown(place, None)));
                            }
                            machine.for_each(|device| each(Ok(device)));
                        }
                        WantedDevice::Name(name) => {
                            for user in &name.users {
                                let device = site.fleet.find(name.uid.as_str(), user.as_str());
                                each(device.ok_or_else(|| unknown(place, Some(user.clone()))));
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What a device gains and loses.
type Difference = (SmallVec<[TagId; 8]>, SmallVec<[TagId; 8]>);

impl Command<Site> for Retag {
    type Outcome = Retagged;

    fn decide(&mut self, site: &Site, context: &Context) -> Result<Vec<Change>, Error> {
        self.terms.check(context)?;
        let (add, remove) = self.tags(site)?;
        let (mut told, mut refused, mut count) = (Vec::new(), Vec::new(), Retagged::default());
        let mut alike: BTreeMap<Difference, Vec<DeviceNumber>> = BTreeMap::new();
        let (mut extended, mut changed) = (Extended::default(), RoaringBitmap::new());
        self.for_each(site, |wanted| {
            let outcome = match wanted {
                Err(unknown) => unknown,
                Ok(device) => {
                    let outcome = judged(&device, &add, &remove, &self.limits);
                    if let RetaggedDevice::Done { added, .. } = &outcome {
                        let kept = add.iter().copied().filter(|tag| !added.contains(tag));
                        for tag in kept.filter(|tag| self.terms.extend(&device, *tag)) {
                            extended.add(&device, tag);
                            changed.insert(device.number().0);
                        }
                    }
                    outcome
                }
            };
            count.total += 1;
            match &outcome {
                RetaggedDevice::Done { device, added, removed } => {
                    if !(added.is_empty() && removed.is_empty()) {
                        let difference = (added.clone(), removed.clone());
                        changed.insert(device.0);
                        alike.entry(difference).or_default().push(*device);
                    }
                    if told.len() < RETAGGED_MAX {
                        told.push((count.total, outcome));
                    }
                }
                _ => {
                    count.failed += 1;
                    if refused.len() < RETAGGED_MAX {
                        refused.push((count.total, outcome));
                    }
                }
            }
        });
        for devices in alike.values_mut() {
            devices.sort_unstable();
            devices.dedup();
        }
        count.changed = usize::try_from(changed.len()).unwrap_or(usize::MAX);
        told.truncate(RETAGGED_MAX - refused.len());
        refused.append(&mut told);
        refused.sort_unstable_by_key(|(order, _)| *order);
        count.devices = refused.into_iter().map(|(_, outcome)| outcome).collect();
        self.outcome = count;
        let Terms { source, .. } = self.terms;
        let expires_at = self.terms.expires_at();
        let changes = alike.into_iter().map(|((added, removed), devices)| Change::Tagged {
            source,
            expires_at: expires_at.filter(|_| !added.is_empty()),
            devices,
            added: added.into_vec(),
            removed: removed.into_vec(),
        });
        Ok(changes.chain(extended.changes(expires_at)).collect())
    }

    fn outcome(&mut self, _: &Site) -> Retagged {
        std::mem::take(&mut self.outcome)
    }
}

/// What comes of it for a device.
fn judged(device: &DeviceRef<'_>, add: &[TagId], remove: &[TagId], limits: &Limits) -> RetaggedDevice {
    let has = device.tags();
    let added: SmallVec<[TagId; 8]> = add.iter().copied().filter(|tag| !has.contains(tag)).collect();
    let removed: SmallVec<[TagId; 8]> = remove.iter().copied().filter(|tag| has.contains(tag)).collect();
    let (device, tags) = (device.number(), has.len() + added.len() - removed.len());
    let limit = limits.alloyscan_tags_per_device;
    if !added.is_empty() && !limit.allows(tags) {
        return RetaggedDevice::Full { device, tags, limit: limit.get() };
    }
    RetaggedDevice::Done { device, added, removed }
}
