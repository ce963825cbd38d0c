//! The devices of a site: blocks of columns, dictionaries for what many have in common, and an index by uid.

mod address;
mod block;
mod certificates;
pub(crate) mod checkpoint;
#[cfg(test)]
mod churn;
mod column;
pub(crate) mod cow;
mod device;
mod dictionary;
mod first_seen;
mod footprint;
mod hash;
pub(crate) mod judge;
mod long_column;
mod machines;
mod moments;
mod not_compared;
mod probed;
mod quantiles;
mod reasons;
mod remove;
mod report;
mod rules_view;
mod scan;
mod shard;
mod shared;
mod stale;
mod systems;
mod tagging;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::{
    DeviceNumber, DeviceUid, FactGroups, Facts, Outcome, Report, Timestamp, UserKey, Version, fold,
};
use roaring::RoaringBitmap;
use rules::block::Words;
use smallvec::SmallVec;

use self::block::{Block, Dictionaries};
pub(crate) use self::column::{BLOCK, PackedTexts, Part, Ranks, STARTS_MAX, Texts, has_part};
pub use self::device::DeviceRef;
use self::first_seen::FirstSeen;
use self::judge::Keeper;
use self::long_column::LongColumn;
use self::machines::Machines;
use self::not_compared::NotCompared;
use self::quantiles::Chosen;
pub(crate) use self::quantiles::{ChosenLast, Quantiles};
pub use self::reasons::Reason;
pub(crate) use self::scan::{BlockRef, Ids, TextColumn};
pub(crate) use self::shared::Shared;
pub(crate) use self::systems::Systems;
pub use self::text::Text;

/// Most devices of a site.
pub const DEVICES_MAX: u32 = 50_000_000;
/// Most devices that a site may ever have had: each has a number of its own.
pub const DEVICE_NUMBERS_MAX: u32 = 4_000_000_000;

/// Where a device stands: its block, and its place in it. One process's private matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Location(u32);

impl Location {
    fn block(self) -> usize {
        self.0 as usize / BLOCK
    }

    fn place(self) -> usize {
        self.0 as usize % BLOCK
    }

    /// That of a block's first place.
    fn first_of(block: usize) -> Self {
        Self::at(block, 0)
    }

    fn at(block: usize, place: usize) -> Self {
        Self(u32::try_from(block * BLOCK + place).expect("a site's places are counted in 32 bits"))
    }
}

/// All devices of a site. A clone shares every column until one differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fleet {
    blocks: Arc<Vec<Arc<Block>>>,
    dictionaries: Dictionaries,
    /// By device number: its location, and one more, so that 0 is none.
    locations: LongColumn,
    machines: Machines,
    /// The counter that numbers come from: no device has a higher one, and none gets one that was used before.
    last: u32,
    first_seen: FirstSeen,
    /// The high-water mark of places: those from here on were never taken.
    places: u32,
    /// Places below the mark on which no device stands; the lowest is taken first. They are those where `number` is
    /// 0, so they need not be kept anywhere.
    vacant: Arc<RoaringBitmap>,
    /// Facts of groups that were last spoken of before this have gone stale, in Unix seconds: they are not here any
    /// more, only when that was.
    stale_before: u32,
    /// The version of the site that is being made.
    version: NotCompared<u64>,
    /// What a judging that may soon be repeated has found out. It makes the next one quicker, never different.
    keeper: NotCompared<Keeper>,
    /// What lists are ordered by, divided.
    chosen: NotCompared<Chosen>,
}

impl Fleet {
    /// How many devices there are.
    #[must_use]
    pub fn len(&self) -> u32 {
        // At most as many places are vacant as there are.
        self.places - u32::try_from(self.vacant.len()).unwrap_or(self.places)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number that the next new device gets.
    #[must_use]
    pub fn next_number(&self) -> DeviceNumber {
        DeviceNumber(self.last + 1)
    }

    /// The device of that number.
    #[must_use]
    pub fn get(&self, number: DeviceNumber) -> Option<DeviceRef<'_>> {
        self.device(self.location(number)?)
    }

    /// Every device, in no order that a client may rely on.
    pub fn iter(&self) -> impl Iterator<Item = DeviceRef<'_>> {
        let places = self.blocks.iter().flat_map(|block| (0..BLOCK).map(move |place| (block, place)));
        (0..)
            .zip(places)
            .filter(|(_, (block, place))| block.number.get(*place) != 0)
            .map(|(location, (block, _))| DeviceRef::new(self, block, Location(location)))
    }

    /// Each outcome that a device has, with the number of such devices; those about which nothing is known are not
    /// among them.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Outcome, u32)> {
        self.dictionaries.outcome.iter()
    }

    pub(crate) fn insert(&mut self, number: DeviceNumber, at: Timestamp, uid: &DeviceUid, userkey: &UserKey) {
        let location = self.take_place();
        if number.0 > self.last {
            self.last = number.0;
            self.first_seen.add(number.0, at);
        }
        self.locations.set(number.0, location.0 + 1);
        self.join_machine(location, uid.as_str(), userkey.as_str());
        let version = self.version.0;
        let blocks = Arc::make_mut(&mut self.blocks);
        if blocks.len() <= location.block() {
            blocks.push(Arc::default());
        }
        let block = Arc::make_mut(&mut blocks[location.block()]);
        let lasting = block.lasting_mut();
        lasting.number.set(location.place(), number.0);
        lasting.uid.set(location.place(), uid.as_str());
        lasting.userkey.set(location.place(), userkey.as_str());
        block.touch_one(location.place(), version);
    }

    pub(crate) fn report(
        &mut self,
        number: DeviceNumber,
        at: Timestamp,
        reported: FactGroups,
        report: &Report,
    ) {
        let Some(location) = self.location(number) else { return };
        let version = self.version.0;
        let (block, ids) = self.block_mut(location);
        block.report(location.place(), at, reported, report, ids);
        if asked_about(report) {
            block.touch_one(location.place(), version);
        }
    }

    /// Sets what is known of a device that has not checked in.
    pub(crate) fn enter(&mut self, number: DeviceNumber, report: &Report) {
        let Some(location) = self.location(number) else { return };
        let version = self.version.0;
        let (block, ids) = self.block_mut(location);
        block.enter(location.place(), report, ids);
        block.touch_one(location.place(), version);
    }

    /// To be called before changes that make this version of the site.
    pub(crate) fn begin(&mut self, version: Version) {
        self.version.0 = version.0;
    }

    /// The places of devices, by the number of their block, ascending.
    pub(crate) fn places_of(&self, devices: impl Iterator<Item = DeviceNumber>) -> BTreeMap<usize, Words> {
        let mut places = BTreeMap::<usize, Words>::new();
        // Devices that follow each other mostly stand in one block.
        let (mut block, mut within) = (0, Words::NONE);
        for location in devices.filter_map(|device| self.location(device)) {
            if location.block() != block {
                add_places(&mut places, block, within);
                (block, within) = (location.block(), Words::NONE);
            }
            within.insert(location.place());
        }
        add_places(&mut places, block, within);
        places
    }

    /// The lowest vacant place, or else the next that was never taken.
    fn take_place(&mut self) -> Location {
        if let Some(lowest) = self.vacant.min() {
            Arc::make_mut(&mut self.vacant).remove(lowest);
            return Location(lowest);
        }
        self.places += 1;
        Location(self.places - 1)
    }

    fn location(&self, number: DeviceNumber) -> Option<Location> {
        self.locations.get(number.0).checked_sub(1).map(Location)
    }

    fn device(&self, location: Location) -> Option<DeviceRef<'_>> {
        let block = self.blocks.get(location.block())?;
        Some(DeviceRef::new(self, block, location))
    }

    fn block_mut(&mut self, location: Location) -> (&mut Block, &mut Dictionaries) {
        let block = &mut Arc::make_mut(&mut self.blocks)[location.block()];
        (Arc::make_mut(block), &mut self.dictionaries)
    }
}

/// Adds places of a block.
fn add_places(places: &mut BTreeMap<usize, Words>, block: usize, more: Words) {
    if !more.is_empty() {
        let known = places.entry(block).or_default();
        *known = *known | more;
    }
}

/// Whether a report sets anything that rules can ask about.
fn asked_about(report: &Report) -> bool {
    let Report { os, os_version, edition, distribution, facts, .. } = report;
    os.is_some()
        || os_version.is_some()
        || edition.is_some()
        || distribution.is_some()
        || *facts != Facts::default()
}

/// A uid in the form by which uids compare. It is short and nearly always ASCII: folded on the stack.
fn folded(uid: &str) -> SmallVec<[u8; 64]> {
    if uid.is_ascii() {
        let mut folded = SmallVec::from_slice(uid.as_bytes());
        folded.make_ascii_lowercase();
        folded
    } else {
        SmallVec::from_slice(fold(uid).as_bytes())
    }
}
