//! Tags on devices.

use std::collections::BTreeSet;

use domain::DeviceName;
use site::Context;
use site::commands::{Assignment, UnknownDevice};

use super::{Answer, Answered, Device, Model, Refusal, same};

impl Model {
    pub fn assign(
        &mut self,
        context: &Context,
        how: Assignment,
        tags: &[u32],
        names: &[DeviceName],
        limit: usize,
    ) -> Answered {
        if !tags.iter().all(|tag| self.tags.contains_key(tag)) {
            return Err(Refusal::because("unknown_tag"));
        }
        let mut wanted: Vec<u32> = tags.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let mut skipped_tags = Vec::new();
        if how == Assignment::Replace && wanted.len() > limit {
            wanted.sort_by_key(|tag| self.tags[tag].0.name.to_string());
            skipped_tags = wanted.split_off(limit);
        }
        let wanted: BTreeSet<u32> = wanted.into_iter().collect();
        let is_named = |device: &Device, name: &DeviceName| {
            let user = name.users.is_empty() || name.users.iter().any(|user| user.as_str() == device.userkey);
            same(&device.uid, name.uid.as_str()) && user
        };
        let mut affected = 0;
        let mut devices = self.devices.clone();
        for device in devices.values_mut() {
            if !names.iter().any(|name| is_named(device, name)) {
                continue;
            }
            let after: BTreeSet<u32> = match how {
                Assignment::Add => device.tags.union(&wanted).copied().collect(),
                Assignment::Remove => device.tags.difference(&wanted).copied().collect(),
                Assignment::Replace => wanted.clone(),
            };
            if after.len() > limit && !after.is_subset(&device.tags) {
                return Err(Refusal::because("too_many_tags"));
            }
            affected += after.symmetric_difference(&device.tags).count();
            device.tags = after;
        }
        let unknown = |name: &DeviceName| {
            let mut machine = self.devices.values().filter(|device| same(&device.uid, name.uid.as_str()));
            if name.users.is_empty() {
                return machine.next().is_none().then(Vec::new);
            }
            let known: BTreeSet<_> = machine.map(|device| device.userkey.as_str()).collect();
            let users = name.users.iter().filter(|user| !known.contains(user.as_str()));
            Some(users.cloned().collect::<Vec<_>>()).filter(|users| !users.is_empty())
        };
        let unknown_devices = (0..)
            .zip(names)
            .filter_map(|(place, name)| Some(UnknownDevice { place, users: unknown(name)? }))
            .collect();
        if affected > 0 {
            self.record(context);
            self.devices = devices;
        }
        Ok(Answer::Assigned { affected, unknown_devices, skipped_tags })
    }
}
