//! Finding devices by machine and user.

use domain::DeviceNumber;
use hashbrown::HashMap;
use roaring::RoaringBitmap;

use super::cow::CowTable;
use super::hash::hash_of;
use super::long_column::LongColumn;
use super::{DeviceRef, Fleet, Location, folded};

/// The devices of each machine, first to last: mostly there is one. A machine may have very many users, as one whose
/// image was copied, so all but the first are found by their users too.
#[derive(Clone, Debug, Default)]
pub(super) struct Machines {
    /// By uid without case: the location of the machine's first device.
    firsts: CowTable,
    /// By uid without case and user key: locations of all others.
    others: CowTable,
    /// By location: how far on the machine's next device stands, 0 for the last.
    nexts: LongColumn,
}

/// They follow from uids and user keys, but for the order of a machine's devices.
impl PartialEq for Machines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Machines {
    /// Those of a table of the first devices. The others of their machines join them.
    pub(super) fn of_firsts(firsts: CowTable) -> Self {
        Self { firsts, ..Self::default() }
    }

    fn next(&self, location: Location) -> Option<Location> {
        let far = self.nexts.get(location.0);
        (far != 0).then(|| Location(location.0.wrapping_add(far)))
    }

    fn set_next(&mut self, location: Location, next: Option<Location>) {
        self.nexts.set(location.0, next.map_or(0, |next| next.0.wrapping_sub(location.0)));
    }

    /// Puts a device behind the first of its machine, `uid` being without case.
    pub(super) fn join(&mut self, first: Location, location: Location, uid: &[u8], userkey: &str) {
        let second = self.next(first);
        self.set_next(location, second);
        self.set_next(first, Some(location));
        self.others.insert(hash_of(&(uid, userkey)), location.0);
    }

    /// Bytes of the two tables, and of the way from one device of a machine to the next.
    pub(super) fn heap_bytes(&self) -> usize {
        self.firsts.heap_bytes() + self.others.heap_bytes() + self.nexts.heap_bytes()
    }
}

impl Fleet {
    /// The devices of a machine, one a user.
    pub fn of_machine(&self, uid: &str) -> impl Iterator<Item = DeviceRef<'_>> + use<'_> {
        let first = self.first_of(uid, hash_of(&*folded(uid)));
        let next = |location: &Location| self.machines.next(*location);
        std::iter::successors(first, next).filter_map(|location| self.device(location))
    }

    /// The lowest number of the devices of a device's machine.
    pub(crate) fn lowest_of_machine(&self, device: &DeviceRef<'_>) -> DeviceNumber {
        let lowest = self.of_machine(&device.uid()).map(|user| user.number()).min();
        lowest.unwrap_or(device.number())
    }

    /// Of each device that is not alone on its machine, by location: the lowest number of that machine's devices. For
    /// all machines at once this is much quicker than to look each up: hardly one has several devices.
    pub(crate) fn lowest_of_shared_machines(&self) -> HashMap<u32, DeviceNumber> {
        let (mut others, mut firsts) = (RoaringBitmap::new(), Vec::new());
        self.machines.nexts.each_set(|location, far| {
            others.insert(location.wrapping_add(far));
            firsts.push(location);
        });
        let mut lowest = HashMap::new();
        for first in firsts.into_iter().filter(|location| !others.contains(*location)) {
            let all = || std::iter::successors(Some(Location(first)), |last| self.machines.next(*last));
            let numbers = all().filter_map(|location| self.device(location)).map(|user| user.number());
            if let Some(number) = numbers.min() {
                lowest.extend(all().map(|location| (location.0, number)));
            }
        }
        lowest
    }

    /// The device of a machine as one user uses it.
    #[must_use]
    pub fn find(&self, uid: &str, userkey: &str) -> Option<DeviceRef<'_>> {
        let folded = folded(uid);
        let location = self.first_of(uid, hash_of(&*folded))?;
        let first = self.device(location)?;
        if first.is_of_user(userkey) {
            return Some(first);
        }
        self.machines.next(location)?;
        let others = self.machines.others.candidates(hash_of(&(&*folded, userkey)));
        let mut others = others.filter_map(|location| self.device(Location(location)));
        others.find(|device| device.is_of_user(userkey) && device.is_of_machine(uid))
    }

    /// Makes a device one of its machine's, before its columns are set: the machine's first is found by them.
    pub(super) fn join_machine(&mut self, location: Location, uid: &str, userkey: &str) {
        let folded = folded(uid);
        let hash = hash_of(&*folded);
        match self.first_of(uid, hash) {
            Some(first) => self.machines.join(first, location, &folded, userkey),
            None => self.machines.firsts.insert(hash, location.0),
        }
    }

    /// Puts a device behind the first of its machine.
    pub(super) fn join_first(&mut self, first: Location, location: Location) {
        let Some(device) = self.device(location) else { return };
        let (uid, userkey) = (folded(&device.uid()), device.userkey().to_string());
        self.machines.join(first, location, &uid, &userkey);
    }

    /// Takes a device out of those of its machine, while it still stands there.
    pub(super) fn leave_machine(&mut self, location: Location) {
        let Some(device) = self.device(location) else { return };
        let (uid, userkey) = (folded(&device.uid()), device.userkey().to_string());
        let hash = hash_of(&*uid);
        let Some(first) = self.first_of(&device.uid(), hash) else { return };
        let next = self.machines.next(location);
        if first != location {
            let mut all = std::iter::successors(Some(first), |before| self.machines.next(*before));
            let before = all.find(|before| self.machines.next(*before) == Some(location));
            self.machines.others.remove(hash_of(&(&*uid, &*userkey)), location.0);
            if let Some(before) = before {
                self.machines.set_next(before, next);
            }
        } else {
            self.machines.firsts.remove(hash, location.0);
            if let Some(second) = next {
                let userkey = self.device(second).map(|second| second.userkey()).unwrap_or_default();
                let by_user = hash_of(&(&*uid, &*userkey));
                self.machines.others.remove(by_user, second.0);
                self.machines.firsts.insert(hash, second.0);
            }
        }
        self.machines.set_next(location, None);
    }

    /// Where the first device of a machine stands, whose uid has that hash.
    fn first_of(&self, uid: &str, hash: u64) -> Option<Location> {
        let mut found = self.machines.firsts.candidates(hash).map(Location);
        found.find(|location| self.device(*location).is_some_and(|device| device.is_of_machine(uid)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::{DeviceNumber, DeviceUid, Timestamp, UserKey};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn devices_are_found_by_machine_and_user(
            steps in proptest::collection::vec((any::<bool>(), 0_u8..3, 0_u8..4), 0..60)
        ) {
            let (mut fleet, mut naive) = (Fleet::default(), BTreeMap::new());
            let name = |machine: u8| ["PC-1", "pc-2", "büro"][usize::from(machine)];
            for (come, machine, user) in steps {
                let known = naive.get(&(machine, user)).copied();
                if come && known.is_none() {
                    let number = fleet.next_number();
                    let (uid, key) = (DeviceUid::new(name(machine)), UserKey::new(&format!("{user}")));
                    fleet.insert(number, Timestamp::EPOCH, &uid.unwrap(), &key.unwrap());
                    naive.insert((machine, user), number);
                } else if !come && let Some(number) = known {
                    fleet.remove(number);
                    naive.remove(&(machine, user));
                }
                for machine in 0..3 {
                    let uid = name(machine).to_uppercase();
                    let mut found: Vec<_> = fleet.of_machine(&uid).map(|device| device.number()).collect();
                    found.sort_unstable();
                    let mut expected: Vec<DeviceNumber> =
                        naive.range((machine, 0)..(machine, 4)).map(|(_, number)| *number).collect();
                    expected.sort_unstable();
                    prop_assert_eq!(&found, &expected);
                    for device in fleet.of_machine(&uid) {
                        let lowest = fleet.lowest_of_shared_machines();
                        let known = lowest.get(&device.location()).copied();
                        prop_assert_eq!(known, (expected.len() > 1).then(|| expected[0]));
                        prop_assert_eq!(fleet.lowest_of_machine(&device), expected[0]);
                    }
                    for user in 0..4 {
                        let found = fleet.find(&uid, &format!("{user}")).map(|device| device.number());
                        prop_assert_eq!(found, naive.get(&(machine, user)).copied());
                    }
                }
            }
        }
    }
}
