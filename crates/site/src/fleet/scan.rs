//! Blocks as searches read them: a column of 1024 devices at a time.

use std::ops::RangeInclusive;

use domain::TagId;
use rules::block::Words;

use super::block::Block;
use super::column::{BLOCK, PackedTexts, Part, Texts};
use super::quantiles::ChosenLast;
use super::{DeviceRef, Fleet, Location, Shared, address};
use crate::prefetch::Prefetch;

/// One value of a shared column for each place of a block.
pub(crate) type Ids = [u32; BLOCK];

/// A block of a fleet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockRef<'a> {
    fleet: &'a Fleet,
    block: &'a Block,
    index: usize,
}

/// A text column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextColumn {
    Uid,
    Userkey,
    Username,
    /// None where the name is the user's key.
    OtherUsername,
    Hostname,
    SerialNumber,
    /// Several addresses, separated by line feeds.
    MacAddresses,
    IpAddress,
}

impl Fleet {
    /// Every block.
    pub(crate) fn blocks(&self) -> impl ExactSizeIterator<Item = BlockRef<'_>> {
        self.blocks.iter().enumerate().map(|(index, block)| BlockRef { fleet: self, block, index })
    }

    /// The quantiles of what the devices are called.
    pub(crate) fn name_quantiles(&self) -> &ChosenLast {
        &self.chosen.0.names
    }

    /// Those of their serial numbers.
    pub(crate) fn serial_number_quantiles(&self) -> &ChosenLast {
        &self.chosen.0.serial_numbers
    }

    /// The device at a place as [`BlockRef::location`] gives it.
    pub(crate) fn at(&self, location: u32) -> Option<DeviceRef<'_>> {
        self.device(Location(location))
    }
}

impl<'a> BlockRef<'a> {
    /// No device of the block checked in later, in Unix milliseconds.
    pub(crate) fn newest(&self) -> i64 {
        self.block.seen.newest()
    }

    /// The places of devices that last checked in between two moments, in Unix milliseconds.
    pub(crate) fn seen_between(&self, moments: &RangeInclusive<i64>) -> Words {
        // A vacant place has no moment.
        let set = self.block.seen.between(moments);
        // A device that never did was last seen at the epoch.
        if moments.contains(&0) && !(!set).is_empty() { set | self.never_seen() } else { set }
    }

    /// The places on which devices stand.
    pub(crate) fn devices(&self) -> Words {
        let numbers = &mut [0; BLOCK];
        let numbers = self.block.number.all(numbers);
        numbers.map_or_else(Words::default, |numbers| Words::of(numbers, |number| number != 0))
    }

    fn never_seen(&self) -> Words {
        let unset = !self.block.seen.set_places();
        unset.filter(|place| self.number(place) != 0)
    }

    /// Its number among the blocks of its fleet.
    pub(crate) fn index(&self) -> usize {
        self.index
    }

    /// The address of the device at a place, as [`domain::address_number`] gives it.
    pub(crate) fn address(&self, place: usize) -> Option<u128> {
        address::number(self.block.ip_address.get(place))
    }

    /// The places of devices with an address of version 4, whose numbers are put into `numbers`.
    pub(crate) fn v4_addresses(&self, numbers: &mut Ids) -> Words {
        address::fill_v4(&self.block.ip_address, numbers)
    }

    /// Of the places `within` those of whose tags `holds`. Where a block has no tag that is `named`, it holds of all
    /// places or of none, as `of_others` says.
    pub(crate) fn carrying(
        &self,
        within: Words,
        named: impl Fn(&[TagId]) -> bool,
        of_others: bool,
        holds: impl Fn(&[TagId]) -> bool,
    ) -> Words {
        let tags = &self.block.tags;
        if within.is_empty() || !named(tags.values()) {
            return if of_others { within } else { Words::NONE };
        }
        within.filter(|place| holds(tags.get(place)))
    }

    /// Where a place is in the fleet; other snapshots may have another device there.
    pub(crate) fn location(&self, place: usize) -> u32 {
        u32::try_from(self.index * BLOCK + place).expect("a site's places are counted in 32 bits")
    }

    /// The device at a place on which one stands.
    pub(crate) fn device(&self, place: usize) -> DeviceRef<'a> {
        DeviceRef::new(self.fleet, self.block, Location(self.location(place)))
    }

    /// The number of the device at a place, 0 where none stands.
    pub(crate) fn number(&self, place: usize) -> u32 {
        self.block.number.get(place)
    }

    /// The numbers of the devices at all places, 0 where none stands.
    pub(crate) fn numbers<'s>(&self, room: &'s mut Ids) -> &'s Ids {
        self.block.number.fill(room)
    }

    /// In Unix milliseconds, when the device at a place last checked in.
    pub(crate) fn seen(&self, place: usize) -> i64 {
        self.block.seen.get(place)
    }

    /// What [`Self::seen`] is at all places.
    pub(crate) fn all_seen(&self) -> [i64; BLOCK] {
        self.block.seen.all()
    }

    /// What [`Self::seen`] is at some places.
    pub(crate) fn sample_seen(&self) -> [i64; 4] {
        std::array::from_fn(|part| self.seen((self.index + part * BLOCK / 4) % BLOCK))
    }

    /// What [`DeviceRef::shared`] is for each place; none where it is 0 for all.
    pub(crate) fn shared<'s>(&self, column: Shared, room: &'s mut Ids) -> Option<&'s Ids>
    where
        'a: 's,
    {
        let block = self.block;
        let column = match column {
            Shared::Os => {
                for (id, os) in room.iter_mut().zip(block.os.all(&mut [0; BLOCK])?) {
                    *id = (*os).into();
                }
                return Some(room);
            }
            Shared::OsVersion => &block.os_version,
            Shared::ClientVersion => &block.client_version,
            Shared::DeviceMake => &block.device_make,
            Shared::DeviceModel => &block.device_model,
            Shared::Event => &block.event,
            Shared::Domain => &block.domain,
            Shared::Outcome => &block.outcome,
        };
        column.all(room)
    }

    /// What the devices are called by their platform.
    pub(crate) fn uids(&self) -> &'a Texts {
        &self.block.uid
    }

    /// The names of the machines, empty where none was said.
    pub(crate) fn hostnames(&self) -> &'a Texts {
        &self.block.hostname
    }

    /// Their serial numbers, likewise.
    pub(crate) fn serial_numbers(&self) -> &'a Texts {
        &self.block.serial_number
    }

    /// Of the places `within` those of which a text holds a part. One that goes beyond one of several texts may be found
    /// or not.
    pub(crate) fn holding(
        &self,
        column: TextColumn,
        part: &mut Part,
        within: Words,
        prefetch: Prefetch<'_>,
    ) -> Words {
        match self.kept(column) {
            Some(texts) => texts.holding(part, within, prefetch),
            None => part.places(&self.texts(column), within),
        }
    }

    /// What a search for a part looks at first of some columns, or else the addresses.
    pub(crate) fn first_looked_at(&self, columns: &[TextColumn], part: &Part) -> &'a [u8] {
        let texts = columns.iter().filter_map(|column| self.kept(*column));
        let mut looked_at = texts.filter(|texts| !texts.are_known_without(part));
        looked_at.next().map_or(self.block.ip_address.values(), Texts::kept)
    }

    /// The texts of a column that keeps some.
    fn kept(&self, column: TextColumn) -> Option<&'a Texts> {
        let block = self.block;
        match column {
            TextColumn::Uid => Some(&block.uid),
            TextColumn::Userkey => Some(&block.userkey),
            TextColumn::OtherUsername => Some(&block.username),
            TextColumn::Hostname => Some(&block.hostname),
            TextColumn::SerialNumber => Some(&block.serial_number),
            TextColumn::MacAddresses => Some(&block.mac_addresses),
            TextColumn::Username | TextColumn::IpAddress => None,
        }
    }

    /// The texts of all places.
    pub(crate) fn texts(&self, column: TextColumn) -> PackedTexts<'a> {
        let block = self.block;
        match column {
            TextColumn::Uid => block.uid.packed(),
            TextColumn::Userkey => block.userkey.packed(),
            TextColumn::Username => block.usernames(),
            TextColumn::OtherUsername => block.username.packed(),
            TextColumn::Hostname => block.hostname.packed(),
            TextColumn::SerialNumber => block.serial_number.packed(),
            TextColumn::MacAddresses => block.mac_addresses.packed(),
            TextColumn::IpAddress => block.ip_addresses(),
        }
    }
}
