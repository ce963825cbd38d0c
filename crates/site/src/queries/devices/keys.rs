//! What a device is compared by, as numbers as far as these tell.

use std::cmp::Ordering;

use domain::{Os, cmp_folded, fold};
use rules::block::Words;

use super::name;
use super::order::{DeviceKey, DeviceOrder};
use crate::fleet::{BLOCK, BlockRef, Ids, Shared};
use crate::{Site, Text};

/// The bytes of texts that are compared as numbers. Few names are longer.
const START_BYTES: usize = 32;

/// What devices are in the order of as far as it differs: the first bytes of a text without case, highest first, or all
/// there is to compare.
type Start = [u64; START_BYTES / 8];

/// A device among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// So that the lower comes first, also in a descending order.
    start: Start,
    pub(super) number: u32,
    pub(super) location: u32,
}

/// An order, made ready for the devices of a site.
pub(super) struct Keys<'a> {
    site: &'a Site,
    order: DeviceOrder,
    /// What the numbers of a column stand for in the order, where that is what is compared.
    ranks: Vec<u64>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(site: &'a Site, order: DeviceOrder) -> Self {
        let ranks = match order.by {
            DeviceKey::Type => ranks(site, Shared::Os, |id| {
                u8::try_from(id).ok().and_then(Os::from_number).map_or(0, |os| {
                    let comes_before =
                        |other: &Os| cmp_folded(other.display_name(), os.display_name()).is_lt();
                    1 + Os::ALL.iter().filter(|other| comes_before(other)).count() as u64
                })
            }),
            DeviceKey::Classification => ranks(site, Shared::Outcome, |id| {
                let classification = site.fleet.shared_outcome(id).and_then(|outcome| outcome.classification);
                let known = classification.and_then(|id| site.catalogue.classifications.get(id));
                known.map_or(u64::MAX, |(priority, _)| priority.into())
            }),
            _ => Vec::new(),
        };
        Self { site, order, ranks }
    }

    /// Tells `told` of the devices at some places of a block.
    pub(super) fn each(&self, block: BlockRef<'a>, places: Words, mut told: impl FnMut(Key)) {
        let mut tell = |place, start| {
            told(Key {
                start: self.directed(start),
                number: block.number(place),
                location: block.location(place),
            });
        };
        match self.order.by {
            DeviceKey::Name => block.each_hostname(&places, |place, name| match name {
                [] => tell(place, start_of(block.device(place).uid().as_bytes())),
                name => tell(place, start_of(name)),
            }),
            DeviceKey::SerialNumber => {
                block.each_serial_number(&places, |place, text| tell(place, start_of(text)));
            }
            DeviceKey::LastSeen => {
                places.iter().for_each(|place| tell(place, of_moment(block.seen(place))));
            }
            DeviceKey::IpAddress => {
                places.iter().for_each(|place| tell(place, of_address(block.address(place))));
            }
            DeviceKey::Type => self.each_shared(block, Shared::Os, places, tell),
            DeviceKey::Classification => self.each_shared(block, Shared::Outcome, places, tell),
        }
    }

    /// One device, as [`Self::each`] tells of it.
    pub(super) fn of(&self, block: BlockRef<'a>, place: usize) -> Key {
        let device = block.device(place);
        let start = match self.order.by {
            DeviceKey::Name => start_of(name(&device).as_bytes()),
            DeviceKey::SerialNumber => start_of(device.serial_number().unwrap_or_default().as_bytes()),
            DeviceKey::LastSeen => of_moment(block.seen(place)),
            DeviceKey::IpAddress => of_address(block.address(place)),
            DeviceKey::Type => self.of_rank(device.shared(Shared::Os)),
            DeviceKey::Classification => self.of_rank(device.shared(Shared::Outcome)),
        };
        Key { start: self.directed(start), number: block.number(place), location: block.location(place) }
    }

    /// Whether a device comes after another, as far as a glance tells: if so, it does.
    #[inline]
    pub(super) fn is_surely_after(one: &Key, other: &Key) -> bool {
        one.start[0] > other.start[0]
    }

    /// Which of two devices comes first.
    pub(super) fn compare(&self, one: &Key, other: &Key) -> Ordering {
        let by_start = one.start.cmp(&other.start);
        if by_start.is_ne() {
            return by_start;
        }
        self.by_text(one, other).then(one.number.cmp(&other.number))
    }

    /// Of two whose texts begin alike.
    fn by_text(&self, one: &Key, other: &Key) -> Ordering {
        let is_text = matches!(self.order.by, DeviceKey::Name | DeviceKey::SerialNumber);
        // Where the last byte is none, that was all of both.
        let [.., last] = self.directed(one.start);
        if !is_text || last & 0xFF == 0 {
            return Ordering::Equal;
        }
        let by_text = cmp_folded(&self.text(one), &self.text(other));
        if self.order.descending { by_text.reverse() } else { by_text }
    }

    fn text(&self, key: &Key) -> Text<'a> {
        let device = self.site.fleet.at(key.location);
        match self.order.by {
            DeviceKey::SerialNumber => device.and_then(|device| device.serial_number()),
            _ => device.map(|device| name(&device)),
        }
        .unwrap_or_default()
    }

    fn each_shared(
        &self,
        block: BlockRef<'a>,
        column: Shared,
        places: Words,
        mut tell: impl FnMut(usize, Start),
    ) {
        let room: &mut Ids = &mut [0; BLOCK];
        let ids = block.shared(column, room);
        places.iter().for_each(|place| tell(place, self.of_rank(ids.map_or(0, |ids| ids[place]))));
    }

    fn of_rank(&self, id: u32) -> Start {
        [self.ranks.get(id as usize).copied().unwrap_or_default(), 0, 0, 0]
    }

    fn directed(&self, start: Start) -> Start {
        if self.order.descending { start.map(|part| !part) } else { start }
    }
}

fn ranks(site: &Site, column: Shared, rank: impl Fn(u32) -> u64) -> Vec<u64> {
    (0..site.fleet.shared_end(column)).map(rank).collect()
}

fn of_moment(millis: i64) -> Start {
    [millis.cast_unsigned() ^ 1 << 63, 0, 0, 0]
}

fn of_address(address: Option<u128>) -> Start {
    let Some(address) = address else { return Start::default() };
    let bytes = address.to_be_bytes();
    let (parts, _) = bytes.as_chunks::<8>();
    [1, u64::from_be_bytes(parts[0]), u64::from_be_bytes(parts[1]), 0]
}

/// The first bytes of a text without case.
fn start_of(text: &[u8]) -> Start {
    if !text.is_ascii() {
        let folded = fold(std::str::from_utf8(text).unwrap_or_default());
        return parts(folded.as_bytes());
    }
    parts(text).map(lower)
}

/// Eight bytes of ASCII at once, capitals made small.
fn lower(bytes: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // The highest bit of each byte, which ASCII leaves free, says whether it is at least so high.
    let at_least = |letter: u8| bytes + ONES * (128 - u64::from(letter));
    let capitals = (at_least(b'A') & !at_least(b'Z' + 1)) & (ONES << 7);
    bytes | capitals >> 2
}

fn parts(text: &[u8]) -> Start {
    let mut bytes = [0; START_BYTES];
    let length = text.len().min(START_BYTES);
    bytes[..length].copy_from_slice(&text[..length]);
    let (parts, _) = bytes.as_chunks::<8>();
    std::array::from_fn(|part| u64::from_be_bytes(parts[part]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_are_in_the_order_of_their_starts(
            a in "[aAbBzZ@\\[`{éİΣ~]{0,3}x{0,33}[abÉ]?",
            b in "[aAbBzZ@\\[`{éİΣ~]{0,3}x{0,33}[abÉ]?",
        ) {
            let by_start = start_of(a.as_bytes()).cmp(&start_of(b.as_bytes()));
            let by_text = fold(&a).cmp(&fold(&b));
            prop_assert!(by_start == by_text || by_start.is_eq());
            prop_assert!(by_start == by_text || fold(&a).len().max(fold(&b).len()) >= START_BYTES);
        }
    }
}
