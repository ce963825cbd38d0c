//! Putting tags on devices and taking them off, many at once (netskope-v2 §8).

use std::collections::{BTreeMap, BTreeSet};

use domain::{Change, DeviceName, DeviceNumber, Error, Noun, Source, TagId, UserKey, Violation};
use smallvec::SmallVec;

use crate::Site;
use crate::fleet::DeviceRef;
use crate::state::{Command, Context};

/// Most devices that one call names.
pub const BULK_DEVICES_MAX: usize = 1000;

/// What a device's tags are to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignment {
    /// Those it has, and these.
    Add,
    /// Those it has, without these.
    Remove,
    /// Exactly these.
    Replace,
}

/// Assigns tags to devices, all in one record or none.
#[derive(Debug)]
pub struct Assign {
    assignment: Assignment,
    tags: Vec<TagId>,
    devices: Vec<DeviceName>,
    limit: usize,
    outcome: Assigned,
}

/// What came of an assignment.
#[derive(Debug, Default)]
pub struct Assigned {
    /// Assignments added and removed.
    pub affected: usize,
    /// What was named and the site does not know, in the order named.
    pub unknown_devices: Vec<UnknownDevice>,
    /// Tags beyond the limit that a replacement left out, in order of name.
    pub skipped_tags: Vec<TagId>,
}

/// Something named that is no device of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownDevice {
    /// Its place among the devices named.
    pub place: usize,
    /// Those of its users that have no device there; empty when the machine was named as a whole.
    pub users: Vec<UserKey>,
}

impl Assign {
    /// To assign `tags` to `devices`, so that each device that gains one has at most `limit`.
    #[must_use]
    pub fn new(assignment: Assignment, tags: Vec<TagId>, devices: Vec<DeviceName>, limit: usize) -> Self {
        Self { assignment, tags, devices, limit, outcome: Assigned::default() }
    }

    /// The tags asked for, in order of id; of a replacement only the first by name that the limit leaves room for.
    fn wanted(&mut self, site: &Site) -> Result<Vec<TagId>, Error> {
        let unknown: Vec<_> = (0..)
            .zip(&self.tags)
            .filter(|(_, tag)| site.catalogue.tags.get(**tag).is_none())
            .map(|(index, tag): (usize, _)| {
                let message = format!("tag {tag} does not exist; gettags lists the device tags there are");
                Violation::new(format!("tags[{index}]"), "unknown_tag", message)
            })
            .collect();
        if !unknown.is_empty() {
            return Err(Error::Invalid(unknown));
        }
        let wanted: BTreeSet<_> = self.tags.iter().copied().collect();
        if self.assignment != Assignment::Replace || wanted.len() <= self.limit {
            return Ok(wanted.into_iter().collect());
        }
        let mut by_name: Vec<_> = wanted.into_iter().collect();
        by_name.sort_by_key(|tag| site.catalogue.tags.get(*tag).map(|tag| tag.fields.name.clone()));
        self.outcome.skipped_tags = by_name.split_off(self.limit);
        by_name.sort_unstable();
        Ok(by_name)
    }

    /// The devices named that exist, each once, in order of number.
    fn named<'a>(&mut self, site: &'a Site) -> Vec<DeviceRef<'a>> {
        let mut found = Vec::with_capacity(self.devices.len());
        for (place, name) in self.devices.iter().enumerate() {
            let before = found.len();
            let mut users = Vec::new();
            if name.users.is_empty() {
                found.extend(site.fleet.of_machine(name.uid.as_str()));
            }
            for user in &name.users {
                match site.fleet.find(name.uid.as_str(), user.as_str()) {
                    Some(device) => found.push(device),
                    None => users.push(user.clone()),
                }
            }
            if found.len() == before || !users.is_empty() {
                self.outcome.unknown_devices.push(UnknownDevice { place, users });
            }
        }
        found.sort_unstable_by_key(DeviceRef::number);
        found.dedup_by_key(|device| device.number());
        found
    }
}

/// What a device gains and loses.
type Difference = (SmallVec<[TagId; 8]>, SmallVec<[TagId; 8]>);

impl Command<Site> for Assign {
    type Outcome = Assigned;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        self.outcome = Assigned::default();
        let wanted = self.wanted(site)?;
        let devices = self.named(site);
        let mut over = Vec::new();
        let mut alike: BTreeMap<Difference, Vec<DeviceNumber>> = BTreeMap::new();
        for device in devices {
            let has = device.tags();
            let lacking = || wanted.iter().copied().filter(|tag| !has.contains(tag));
            let (added, removed): Difference = match self.assignment {
                Assignment::Add => (lacking().collect(), SmallVec::new()),
                Assignment::Remove => {
                    (SmallVec::new(), has.iter().copied().filter(|tag| wanted.contains(tag)).collect())
                }
                Assignment::Replace => {
                    (lacking().collect(), has.iter().copied().filter(|tag| !wanted.contains(tag)).collect())
                }
            };
            if !added.is_empty() && has.len() + added.len() - removed.len() > self.limit {
                over.push(too_many(site, &device, added.len(), self.limit));
            }
            self.outcome.affected += added.len() + removed.len();
            if !(added.is_empty() && removed.is_empty()) {
                alike.entry((added, removed)).or_default().push(device.number());
            }
        }
        if !over.is_empty() {
            return Err(Error::Invalid(over));
        }
        let changes = alike.into_iter().map(|((added, removed), devices)| Change::Tagged {
            source: Source::Api,
            expires_at: None,
            devices,
            added: added.into_vec(),
            removed: removed.into_vec(),
        });
        Ok(changes.collect())
    }

    fn outcome(&mut self, _: &Site) -> Assigned {
        std::mem::take(&mut self.outcome)
    }
}

fn too_many(site: &Site, device: &DeviceRef<'_>, more: usize, limit: usize) -> Violation {
    let id = site.device_id(device.number());
    let (uid, user, has) = (device.uid(), device.userkey(), device.tags().len());
    let user = if user.is_empty() { String::new() } else { format!(" of {user}") };
    let message = format!(
        "{} {uid}{user} ({id}) carries {has} tags and would carry {}; at most {limit} are allowed",
        Noun::Device,
        has + more,
    );
    Violation::new("devices", "too_many_tags", message)
}
