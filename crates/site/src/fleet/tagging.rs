//! Tags on devices, and why each is there: how they change.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::{DeviceNumber, TagId, Timestamp};
use hashbrown::HashMap;
use rules::block::Words;
use smallvec::SmallVec;

use super::block::{Block, Dictionaries};
use super::column::{BLOCK, Lists};
use super::reasons::{Reason, ReasonIds, Released};
use super::{Fleet, Location};

/// The tags of a device with the ids of their reasons, in order of tag.
type Assignments = SmallVec<[(TagId, u32); 8]>;

/// Assignments that a device gains and loses, and what comes of that for reasons.
struct Retagging<'a> {
    added: &'a [TagId],
    removed: &'a [TagId],
    reason: u32,
    gained: u32,
    released: Released,
}

impl Fleet {
    /// Puts tags on devices, for a reason, and takes tags off them: of each device at a time.
    pub(crate) fn tag_singly(
        &mut self,
        devices: &[DeviceNumber],
        added: &[TagId],
        removed: &[TagId],
        reason: &Reason,
    ) {
        self.retagging(added, removed, reason, |fleet, retagging| {
            for device in devices {
                let Some(location) = fleet.location(*device) else { continue };
                let version = fleet.version.0;
                let (block, _) = fleet.block_mut(location);
                block.change_assignments(location.place(), |assignments| retagging.take(assignments));
                block.touch_one(location.place(), version);
            }
        });
    }

    /// As [`Self::tag_singly`], of many devices: the lists of a block are written anew once.
    pub(crate) fn tag_all(
        &mut self,
        devices: &[DeviceNumber],
        added: &[TagId],
        removed: &[TagId],
        reason: &Reason,
    ) {
        self.retagging(added, removed, reason, |fleet, retagging| {
            let version = fleet.version.0;
            for (block, places) in fleet.places_of(devices.iter().copied()) {
                let (block, _) = fleet.block_mut(Location::first_of(block));
                block.change_all_assignments(&places, |assignments| retagging.take(assignments));
                block.touch(&places, version);
            }
        });
    }

    /// Takes a tag off every device.
    pub(crate) fn untag_all(&mut self, tag: TagId) {
        let mut released = Released::default();
        for number in 0..self.blocks.len() {
            if self.blocks[number].tags.values().contains(&tag) {
                let version = self.version.0;
                let block = self.block_mut(Location::first_of(number)).0;
                let places = block.untag(tag, &mut released);
                block.touch(&places, version);
            }
        }
        self.dictionaries.reasons.release_all(released);
    }

    /// Gives the assignments of a tag another end.
    pub(crate) fn set_expiry(&mut self, tag: TagId, devices: &[DeviceNumber], expires_at: Option<Timestamp>) {
        // By the reasons they had: the ones they have now, with the number of assignments.
        let mut anew = HashMap::<u32, (u32, u32)>::new();
        for device in devices {
            let Some(location) = self.location(*device) else { continue };
            let (block, ids) = self.block_mut(location);
            let Some(place) = block.tags.get(location.place()).binary_search(&tag).ok() else { continue };
            let index = block.tags.range(location.place()).start + place;
            let before = block.reasons.get(index);
            let Some(reason) = ids.reasons.get(before).cloned() else { continue };
            let take = || (ids.reasons.take(&Reason { expires_at, ..reason }, 1), 0);
            let (after, count) = anew.entry(before).or_insert_with(take);
            *count += 1;
            block.reasons.splice(index..index + 1, &[*after]);
        }
        let reasons = &mut self.dictionaries.reasons;
        let mut anew: Vec<_> = anew.into_iter().collect();
        anew.sort_unstable();
        for (before, (after, count)) in anew {
            reasons.take_more(after, count);
            reasons.release(before, count);
            reasons.release(after, 1);
        }
    }

    /// When the first assignment ends.
    pub(crate) fn next_expiry(&self) -> Option<Timestamp> {
        self.dictionaries.reasons.next_expiry()
    }

    /// The assignments that have ended by then, and some more once there are `enough`: the devices, in order of
    /// number, by the tags that come off them.
    pub(crate) fn expired(
        &self,
        now: Timestamp,
        enough: usize,
    ) -> BTreeMap<SmallVec<[TagId; 8]>, Vec<DeviceNumber>> {
        let ended = self.dictionaries.reasons.ended(now);
        let (mut expired, mut count) = (BTreeMap::<_, Vec<_>>::new(), 0);
        for block in self.blocks.iter().filter(|block| block.reasons.may_have(&ended)) {
            for place in 0..block.tags.count() {
                let assignments = block.tags.get(place).iter().zip(block.tags.range(place));
                let has_ended = |index: usize| ended.binary_search(&block.reasons.get(index)).is_ok();
                let tags: SmallVec<[TagId; 8]> =
                    assignments.filter(|(_, index)| has_ended(*index)).map(|(tag, _)| *tag).collect();
                if !tags.is_empty() {
                    count += tags.len();
                    expired.entry(tags).or_default().push(DeviceNumber(block.number.get(place)));
                }
            }
            if count >= enough {
                break;
            }
        }
        expired.values_mut().for_each(|devices| devices.sort_unstable());
        expired
    }

    /// The devices that carry a tag, in order of number; there are so many.
    pub(crate) fn carriers(&self, tag: TagId, count: usize) -> Vec<DeviceNumber> {
        let mut carriers = Vec::with_capacity(count);
        for block in &*self.blocks {
            carriers.extend(block.carriers(tag).iter().map(|place| DeviceNumber(block.number.get(place))));
        }
        // Devices stand in this order until one was removed and another has taken its place.
        carriers.sort_unstable();
        carriers
    }

    fn retagging(
        &mut self,
        added: &[TagId],
        removed: &[TagId],
        reason: &Reason,
        retag: impl FnOnce(&mut Self, &mut Retagging<'_>),
    ) {
        // Held by one use more until it is known how many there are.
        let id = if added.is_empty() { 0 } else { self.dictionaries.reasons.take(reason, 1) };
        let mut retagging =
            Retagging { added, removed, reason: id, gained: 0, released: Released::default() };
        retag(self, &mut retagging);
        let Retagging { gained, released, .. } = retagging;
        let reasons = &mut self.dictionaries.reasons;
        if id > 0 {
            reasons.take_more(id, gained);
            reasons.release(id, 1);
        }
        reasons.release_all(released);
    }
}

impl Retagging<'_> {
    fn take(&mut self, assignments: &mut Assignments) {
        let Self { removed, released, .. } = self;
        assignments.retain(|(tag, reason)| {
            let stays = !removed.contains(tag);
            if !stays {
                released.add(*reason);
            }
            stays
        });
        for tag in self.added {
            // One that is there stays as it is.
            if let Err(place) = assignments.binary_search_by_key(tag, |(tag, _)| *tag) {
                assignments.insert(place, (*tag, self.reason));
                self.gained += 1;
            }
        }
    }
}

impl Block {
    /// Takes all assignments off a device.
    pub(super) fn clear_assignments(&mut self, place: usize, ids: &mut Dictionaries) {
        let mut released = Released::default();
        self.tags.range(place).for_each(|index| released.add(self.reasons.get(index)));
        self.change_assignments(place, Assignments::clear);
        ids.reasons.release_all(released);
    }

    /// The reason of each of a device's tags.
    pub(super) fn reasons_of(&self, place: usize) -> impl Iterator<Item = u32> + '_ {
        self.tags.range(place).map(|index| self.reasons.get(index))
    }

    /// The places whose devices carry a tag.
    fn carriers(&self, tag: TagId) -> Words {
        let mut places = Words::NONE;
        if self.tags.values().contains(&tag) {
            for (place, tags) in self.tags.run(0..BLOCK).enumerate() {
                if tags.contains(&tag) {
                    places.insert(place);
                }
            }
        }
        places
    }

    /// Takes a tag off every device. Gives the places of those that had it.
    fn untag(&mut self, tag: TagId, released: &mut Released) -> Words {
        let all = self.tags.values();
        let (mut ends, mut tags) = (Vec::with_capacity(BLOCK), Vec::with_capacity(all.len()));
        let (mut places, mut gone, mut start) = (Words::NONE, Vec::with_capacity(BLOCK), 0);
        for (place, end) in self.tags.ends().enumerate() {
            let end = end as usize;
            for (index, carried) in (start..end).zip(&all[start..end]) {
                if *carried == tag {
                    places.insert(place);
                    gone.push(index);
                } else {
                    tags.push(*carried);
                }
            }
            start = end;
            ends.push(u32::try_from(tags.len()).expect("there are no more than before"));
        }
        gone.iter().for_each(|index| released.add(self.reasons.get(*index)));
        self.reasons.remove(&gone);
        self.tags = Lists::of(&ends, tags);
        places
    }

    fn change_assignments(&mut self, place: usize, change: impl FnOnce(&mut Assignments)) {
        let range = self.tags.range(place);
        let mut assignments = self.assignments(place, range.clone());
        change(&mut assignments);
        let (tags, reasons): (SmallVec<[_; 8]>, SmallVec<[_; 8]>) = assignments.into_iter().unzip();
        self.reasons.splice(range, &reasons);
        self.tags.set(place, &tags);
    }

    fn change_all_assignments(&mut self, places: &Words, mut change: impl FnMut(&mut Assignments)) {
        let count = places.iter().last().map_or(0, |last| last + 1).max(self.tags.count());
        let many = self.tags.values().len() + count;
        let (mut ends, mut tags, mut reasons) =
            (Vec::with_capacity(count), Vec::with_capacity(many), Vec::with_capacity(many));
        for place in 0..count {
            let mut assignments = self.assignments(place, self.tags.range(place));
            if places.has(place) {
                change(&mut assignments);
            }
            for (tag, reason) in assignments {
                tags.push(tag);
                reasons.push(reason);
            }
            ends.push(u32::try_from(tags.len()).expect("lists of a block are counted in 32 bits"));
        }
        self.tags = Lists::of(&ends, tags);
        self.reasons = ReasonIds::of(reasons);
    }

    fn assignments(&self, place: usize, range: Range<usize>) -> Assignments {
        let tags = self.tags.get(place).iter();
        tags.zip(range).map(|(tag, index)| (*tag, self.reasons.get(index))).collect()
    }
}
