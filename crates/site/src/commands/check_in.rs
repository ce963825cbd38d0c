//! Devices report about themselves (DESIGN §5).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::{
    AgentTag, Change, ClassificationName, DeviceNumber, DeviceUid, Error, Limits, Report, Status, TagId,
    TagName, UserKey, fold,
};
use rules::{Device, Probes};
use uuid::Uuid;

use super::auto_tag::AutoTags;
use crate::Site;
use crate::fleet::{DEVICE_NUMBERS_MAX, DEVICES_MAX, DeviceRef};
use crate::state::{Command, Context};

/// Most check-ins of one call.
pub const CHECK_INS_MAX: usize = 1000;

/// One report.
#[derive(Clone, Debug)]
pub struct CheckIn {
    /// The machine.
    pub uid: DeviceUid,
    /// Its user: a key like any other here, also when it is empty or the uid.
    pub userkey: UserKey,
    /// What it says. In a box: it is handed on several times.
    pub report: Box<Report>,
}

/// Takes in what devices report; a device that was not known is added.
#[derive(Debug)]
pub struct CheckIns {
    items: Vec<CheckIn>,
    agent_tag: Option<AgentTag>,
    limits: Limits,
    devices: Vec<DeviceNumber>,
}

/// What the rules make of a device that checked in.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The UUID by which clients know it.
    pub id: Uuid,
    /// The status word.
    pub status: Status,
    /// Name of its classification.
    pub classification: Option<ClassificationName>,
    /// Names of stronger classifications that could not be decided.
    pub undetermined: Vec<ClassificationName>,
    /// Its tags with their names.
    pub tags: Vec<(TagId, TagName)>,
    /// What the rules of its operating system need looked up; `None` while that is unknown.
    pub probes: Option<Arc<Probes>>,
}

impl CheckIns {
    /// To take in `items`.
    #[must_use]
    pub fn new(items: Vec<CheckIn>) -> Self {
        Self { items, agent_tag: None, limits: Limits::default(), devices: Vec::new() }
    }

    /// The same where agents put a tag on devices.
    #[must_use]
    pub fn with_agent_tag(self, agent_tag: Option<AgentTag>) -> Self {
        Self { agent_tag, ..self }
    }

    /// The same where the site has these limits.
    #[must_use]
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

impl Command<Site> for CheckIns {
    /// In the order of the items.
    type Outcome = Vec<Judged>;

    fn decide(&mut self, site: &Site, _: &Context) -> Result<Vec<Change>, Error> {
        self.devices.clear();
        let mut changes = Vec::with_capacity(self.items.len());
        let mut added: HashMap<(String, &str), DeviceNumber> = HashMap::new();
        // Of one check-in, as most calls have, none was said before.
        let (is_one, mut seen) = (self.items.len() == 1, HashSet::new());
        let mut next = site.fleet.next_number();
        let mut auto_tags = AutoTags::of(site, self.agent_tag, self.limits);
        for item in &self.items {
            let reported = item.report.groups();
            let known = site.fleet.find(item.uid.as_str(), item.userkey.as_str());
            let (device, report) = match &known {
                // Said twice in one call: the later one counts whole, whatever the earlier one changed.
                Some(device) if !is_one && !seen.insert(device.number()) => {
                    (device.number(), item.report.clone())
                }
                Some(device) => (device.number(), Box::new(device.differing(&item.report))),
                None => {
                    let key = (fold(item.uid.as_str()), item.userkey.as_str());
                    let device = *added.entry(key).or_insert_with(|| {
                        let (uid, userkey) = (item.uid.clone(), item.userkey.clone());
                        changes.push(Change::DeviceAdded { device: next, uid, userkey });
                        next.0 += 1;
                        DeviceNumber(next.0 - 1)
                    });
                    (device, item.report.clone())
                }
            };
            if let Some(auto_tags) = &mut auto_tags {
                auto_tags.heard(device, known.as_ref(), &item.report);
            }
            self.devices.push(device);
            changes.push(Change::CheckedIn { device, reported, report });
        }
        may_add(site, added.len())?;
        changes.extend(auto_tags.into_iter().flat_map(AutoTags::changes));
        Ok(changes)
    }

    fn outcome(&mut self, site: &Site) -> Vec<Judged> {
        self.devices
            .iter()
            .filter_map(|device| site.fleet.get(*device))
            .map(|device| judged(site, &device))
            .collect()
    }
}

/// Whether so many devices more may be added to a site.
pub(super) fn may_add(site: &Site, added: usize) -> Result<(), Error> {
    if site.fleet.len() as usize + added > DEVICES_MAX as usize {
        let message = format!("a site holds at most {DEVICES_MAX} devices; remove some first");
        return Err(Error::LimitReached { limit: "devices", message });
    }
    let last = site.fleet.next_number().0 as usize - 1 + added;
    if last > DEVICE_NUMBERS_MAX as usize {
        let message = format!(
            "a site numbers at most {DEVICE_NUMBERS_MAX} devices in its life, removed ones included; add a site"
        );
        return Err(Error::LimitReached { limit: "device_numbers", message });
    }
    Ok(())
}

fn judged(site: &Site, device: &DeviceRef<'_>) -> Judged {
    let catalogue = &site.catalogue;
    let outcome = device.outcome();
    let name = |id| catalogue.classifications.get(id).map(|(_, found)| found.fields.name.clone());
    let tags = device.tags().iter().filter_map(|tag| catalogue.tags.get(*tag));
    Judged {
        id: site.device_id(device.number()),
        status: outcome.status,
        classification: outcome.classification.and_then(name),
        undetermined: outcome.undetermined.iter().copied().filter_map(name).collect(),
        tags: tags.map(|tag| (tag.id, tag.fields.name.clone())).collect(),
        probes: device.os().map(|os| Arc::clone(catalogue.rulebook().probes(os))),
    }
}
