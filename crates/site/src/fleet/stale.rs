//! Groups of facts that nobody has spoken of for too long: they are unknown until the device speaks of them again.

use domain::{DeviceNumber, FactGroup, FactGroups, Timestamp};
use rules::block::Words;

use super::block::{Block, Dictionaries, Lasting};
use super::column::BLOCK;
use super::remove::forget;
use super::report::whole_seconds;
use super::{Fleet, Location};

impl Fleet {
    /// When the group was last spoken of whose facts are the oldest of those that have not gone stale.
    pub(crate) fn oldest_facts(&self) -> Option<Timestamp> {
        let mut oldest = u32::MAX;
        for block in &*self.blocks {
            block.ages(|_, _, age| {
                if age >= self.stale_before {
                    oldest = oldest.min(age);
                }
            });
        }
        (oldest < u32::MAX).then(|| Timestamp::from_seconds(oldest.into()))
    }

    /// Facts of groups that were last spoken of before `cutoff` become unknown. Gives the devices.
    pub(crate) fn go_stale(&mut self, cutoff: Timestamp) -> Vec<DeviceNumber> {
        let stale = self.stale_before..whole_seconds(cutoff);
        self.stale_before = stale.end.max(stale.start);
        let version = self.version.0;
        let mut devices = Vec::new();
        for index in 0..self.blocks.len() {
            let mut groups = [FactGroups::default(); BLOCK];
            let mut places = Words::NONE;
            self.blocks[index].ages(|place, group, age| {
                if stale.contains(&age) {
                    groups[place] = groups[place].with(group);
                    places.insert(place);
                }
            });
            if places.is_empty() {
                continue;
            }
            let (block, ids) = self.block_mut(Location::first_of(index));
            let lasting = block.lasting_mut();
            for place in places.iter() {
                groups[place].iter().for_each(|group| lasting.forget_group(place, group, ids));
                devices.push(DeviceNumber(lasting.number.get(place)));
            }
            block.touch(&places, version);
        }
        devices
    }
}

impl Block {
    /// Tells of each group that was ever spoken of: the place, the group, and when that was last, in Unix seconds.
    fn ages(&self, mut told: impl FnMut(usize, FactGroup, u32)) {
        let seen = self.seen.all();
        let mut scratch = [0; BLOCK];
        let fresh = *self.fresh.all(&mut scratch).unwrap_or(&[0; BLOCK]);
        for group in FactGroup::ALL {
            let bit = FactGroups::default().with(group).bits();
            let mut scratch = [0; BLOCK];
            let older = self.older[group as usize].all(&mut scratch).unwrap_or(&[0; BLOCK]);
            for place in 0..BLOCK {
                let age = match fresh[place] & bit != 0 {
                    true => whole_seconds(Timestamp::from_millis(seen[place])),
                    false => older[place],
                };
                if age > 0 {
                    told(place, group, age);
                }
            }
        }
    }
}

impl Lasting {
    /// Makes the facts of a group unknown. Which operating system it is stays known: it decides which rules there are,
    /// and a device is not without rules because it has not spoken for a while.
    fn forget_group(&mut self, place: usize, group: FactGroup, ids: &mut Dictionaries) {
        match group {
            FactGroup::Os => {
                forget(&mut self.os_version, place, &mut ids.os_version);
                forget(&mut self.edition, place, &mut ids.edition);
                forget(&mut self.distribution, place, &mut ids.distribution);
            }
            FactGroup::Domain => forget(&mut self.domain, place, &mut ids.domain),
            FactGroup::Antivirus => forget(&mut self.antivirus, place, &mut ids.antivirus),
            FactGroup::Processes => self.processes.set(place, std::iter::empty(), &mut ids.processes),
            FactGroup::Files => self.files.set(place, std::iter::empty(), &mut ids.files),
            FactGroup::Registry => forget(&mut self.registry, place, &mut ids.registry),
            FactGroup::DiskEncryption => forget(&mut self.disk_encryption, place, &mut ids.disk_encryption),
            FactGroup::Certificates => {
                self.certificates.set(place, None, &mut ids.certificate_issuers);
            }
            FactGroup::Passcode => self.passcode.clear(place),
            FactGroup::Compromised => self.compromised.clear(place),
            FactGroup::StorageEncrypted => self.storage_encrypted.clear(place),
            FactGroup::Mdm => self.mdm.clear(place),
        }
    }
}
