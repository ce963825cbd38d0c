//! Tags on devices.

use std::collections::BTreeSet;

use domain::{DeviceName, Source};
use site::catalogue::Stamp;
use site::commands::{Assignment, Terms, UnknownDevice};
use site::{Context, Reason};

use super::{Answer, Answered, Device, Model, Refusal, same};

impl Model {
    pub fn retag(
        &mut self,
        context: &Context,
        add: &[u32],
        remove: &[u32],
        names: &[DeviceName],
        terms: Terms,
    ) -> Answered {
        if terms.expiry.flatten().is_some_and(|end| end <= context.now) {
            return Err(Refusal::because("past"));
        }
        if !add.iter().chain(remove).all(|tag| self.tags.contains_key(tag)) {
            return Err(Refusal::because("unknown_tag"));
        }
        if add.iter().any(|tag| remove.contains(tag)) {
            return Err(Refusal::because("added_and_removed"));
        }
        let stamp = Stamp { by: context.actor.clone(), at: self.time.max(context.now) };
        let reason = Reason { expires_at: terms.expiry.flatten(), ..Self::reason(&stamp, terms.source) };
        let (mut total, mut failed, mut changed) = (0, 0, BTreeSet::new());
        for name in names {
            let machine = self.devices.iter_mut().filter(|(_, device)| same(&device.uid, name.uid.as_str()));
            let (mut found, users) = (0, &name.users);
            for (number, device) in machine {
                let times = users.iter().filter(|user| user.as_str() == device.userkey).count();
                found += if users.is_empty() { 1 } else { times };
                if !users.is_empty() && times == 0 {
                    continue;
                }
                let mut after = device.tags.clone();
                after.extend(add);
                after.retain(|tag| !remove.contains(tag));
                let before = (device.tags.clone(), device.reasons.clone());
                device.carry(after, &reason);
                if let Some(end) = terms.expiry {
                    let added = device.reasons.iter_mut().filter(|(tag, _)| add.contains(tag));
                    added.for_each(|(_, reason)| reason.expires_at = end);
                }
                if before != (device.tags.clone(), device.reasons.clone()) {
                    changed.insert(*number);
                }
            }
            let wanted = if users.is_empty() { found.max(1) } else { users.len() };
            total += wanted;
            failed += wanted - found;
        }
        if !changed.is_empty() {
            self.record(context);
        }
        Ok(Answer::Retagged { total, changed: changed.len(), failed })
    }

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
        let stamp = Stamp { by: context.actor.clone(), at: self.time.max(context.now) };
        let reason = Self::reason(&stamp, Source::Api);
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
            device.carry(after, &reason);
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
