//! What a device is compared by: a number as far as that tells, and what it stands for where it does not.

use std::cmp::Ordering;

use domain::{Os, cmp_folded, fold};
use rules::block::Words;
use smallvec::SmallVec;

use super::after_starts::AfterStarts;
use super::glance::{Glance, common};
use super::order::{DeviceKey, DeviceOrder};
use super::select::FEW_FOUND;
use super::span::Span;
use super::text;
use crate::fleet::{BLOCK, BlockRef, STARTS_MAX, Shared, Texts};
use crate::{DeviceRef, Site, Text};

/// So many texts of a block are looked at one by one sooner than all of the block together.
const FEW_OF_ALL: usize = 384;

/// So many texts tell how all of them begin.
const FEW_TOLD: usize = 128;

/// A number for each place of a block.
pub(super) type Glances = [u64; BLOCK];

/// A device among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// So that the lower comes first, also in a descending order: its upper half first of all, which is what
    /// [`Keys::fill`] gives.
    pub(super) glance: [u64; 2],
    number: u32,
    pub(super) location: u32,
}

impl Key {
    /// The device at a place, at which this is the glance.
    pub(super) fn seen(block: BlockRef<'_>, place: usize, glance: [u64; 2]) -> Self {
        Self { glance, number: block.number(place), location: block.location(place) }
    }
}

/// An order, made ready for the devices of a site.
#[derive(Clone)]
pub(super) struct Keys<'a> {
    site: &'a Site,
    order: DeviceOrder,
    /// What the numbers of a column stand for in the order, where that is what is compared.
    ranks: Vec<u32>,
    /// The bits of a glance that are turned round.
    turned: u64,
    /// How texts are looked at,
    texts: Glance,
    /// and addresses.
    addresses: Span,
}

impl<'a> Keys<'a> {
    pub(super) fn new(site: &'a Site, order: DeviceOrder) -> Self {
        let ranks = match order.by {
            DeviceKey::Type => ranks(site, Shared::Os, |id| {
                u8::try_from(id).ok().and_then(Os::from_number).map_or(0, |os| {
                    let comes_before =
                        |other: &&Os| cmp_folded(other.display_name(), os.display_name()).is_lt();
                    (1..).zip(Os::ALL.iter().filter(comes_before)).last().map_or(1, |(before, _)| before + 1)
                })
            }),
            DeviceKey::Classification => ranks(site, Shared::Outcome, |id| {
                let classification = site.fleet.shared_outcome(id).and_then(|outcome| outcome.classification);
                let known = classification.and_then(|id| site.catalogue.classifications.get(id));
                known.map_or(u32::MAX, |(priority, _)| priority)
            }),
            _ => Vec::new(),
        };
        let turned = match order {
            DeviceOrder { descending: false, .. } => 0,
            // The number of the device is among them.
            DeviceOrder { by: DeviceKey::Type | DeviceKey::Classification, .. } => u64::MAX << 32,
            _ => u64::MAX,
        };
        Self { site, order, ranks, turned, texts: Glance::default(), addresses: Span::default() }
    }

    /// Puts the glances at the devices at some places of a block into `glances`; those of other places may be any.
    pub(super) fn fill(&self, block: BlockRef<'a>, places: &Words, glances: &mut Glances) {
        if places.len() as usize <= FEW_FOUND {
            places.iter().for_each(|place| glances[place] = self.glance(&block.device(place))[0]);
            return;
        }
        match self.order.by {
            DeviceKey::Name => {
                self.fill_texts(block.hostnames(), places, glances, |place| {
                    self.texts.of(block.device(place).uid().as_bytes())
                });
            }
            DeviceKey::SerialNumber => {
                self.fill_texts(block.serial_numbers(), places, glances, |_| self.texts.of(&[]));
            }
            DeviceKey::LastSeen => {
                let moments = block.all_seen();
                glances.iter_mut().zip(moments).for_each(|(glance, moment)| *glance = of_moment(moment));
            }
            DeviceKey::IpAddress => {
                let numbers = &mut [0; BLOCK];
                let short = block.v4_addresses(numbers);
                self.addresses.v4_glances(numbers, glances);
                for place in places.without(&short).iter() {
                    glances[place] = self.addresses.glance(block.address(place));
                }
            }
            DeviceKey::Type => self.fill_ranks(block, Shared::Os, glances),
            DeviceKey::Classification => self.fill_ranks(block, Shared::Outcome, glances),
        }
        if self.turned != 0 {
            glances.iter_mut().for_each(|glance| *glance ^= self.turned);
        }
    }

    /// As [`Self::fill`] of texts, with `lacking` where there is none.
    fn fill_texts(
        &self,
        texts: &Texts,
        places: &Words,
        glances: &mut Glances,
        lacking: impl Fn(usize) -> u64,
    ) {
        let after = AfterStarts::new(&self.texts, texts.starts());
        let mut left = *places;
        if places.len() as usize > FEW_OF_ALL {
            let mut are_right = [false; BLOCK];
            texts.each_word(|place, start, word| {
                (glances[place], are_right[place]) = after.of_word(start, word);
            });
            left = left.without(&Words::of(&are_right, |is_right| is_right));
        }
        texts.each(&left, |place, start, rest| {
            glances[place] = match (start, rest) {
                (0, []) => lacking(place),
                _ => after.of(start, rest),
            };
        });
    }

    fn fill_ranks(&self, block: BlockRef<'a>, column: Shared, glances: &mut Glances) {
        let (ids, numbers) = (&mut [0; BLOCK], &mut [0; BLOCK]);
        match block.shared(column, ids) {
            None => glances.fill(self.of_rank(0, 0)),
            Some(ids) => glances.iter_mut().zip(ids).for_each(|(glance, id)| *glance = self.of_rank(*id, 0)),
        }
        for (glance, number) in glances.iter_mut().zip(block.numbers(numbers)) {
            *glance |= u64::from(*number);
        }
    }

    fn of_rank(&self, id: u32, number: u32) -> u64 {
        u64::from(self.ranks.get(id as usize).copied().unwrap_or_default()) << 32 | u64::from(number)
    }

    /// Tells `told` the glances at the devices at some places of a block, of which the upper halves are known.
    pub(super) fn refine(
        &self,
        block: BlockRef<'a>,
        places: &Words,
        halves: &Glances,
        mut told: impl FnMut(usize, [u64; 2]),
    ) {
        let texts = match self.order.by {
            DeviceKey::Name => block.hostnames(),
            DeviceKey::SerialNumber => block.serial_numbers(),
            _ => return places.iter().for_each(|place| told(place, self.whole(halves[place], 0))),
        };
        let open = places.filter(|place| Glance::leaves_open(halves[place] ^ self.turned));
        places.without(&open).iter().for_each(|place| told(place, self.whole(halves[place], 0)));
        let starts: SmallVec<[_; STARTS_MAX]> = texts.starts().collect();
        texts.each(&open, |place, start, rest| {
            let half = halves[place] ^ self.turned;
            let further = match (self.order.by, start, rest) {
                (DeviceKey::Name, 0, []) => {
                    self.texts.further(half, &[], block.device(place).uid().as_bytes())
                }
                _ => self.texts.further(half, starts[usize::from(start)], rest),
            };
            told(place, self.whole(halves[place], further));
        });
    }

    /// A glance of its halves, of which the upper is turned already.
    #[inline]
    fn whole(&self, upper: u64, lower: u64) -> [u64; 2] {
        [upper, lower ^ self.turned]
    }

    /// The glance at one device.
    fn glance(&self, device: &DeviceRef<'a>) -> [u64; 2] {
        let mut further = 0;
        let glance = match self.order.by {
            DeviceKey::Name | DeviceKey::SerialNumber => {
                let text = text(self.order.by, device);
                let glance = self.texts.of(text.as_bytes());
                further = self.texts.further(glance, &[], text.as_bytes());
                glance
            }
            DeviceKey::LastSeen => of_moment(device.seen_at().millis()),
            DeviceKey::IpAddress => self.addresses.glance(device.address_number()),
            DeviceKey::Type => self.of_rank(device.shared(Shared::Os), device.number().0),
            DeviceKey::Classification => self.of_rank(device.shared(Shared::Outcome), device.number().0),
        };
        self.whole(glance ^ self.turned, further)
    }

    /// The same order, with glances that tell as much as they can of what lies between these devices, which are looked at
    /// anew; a glance from before tells nothing beside one from after.
    pub(super) fn between(&self, devices: &mut [Key]) -> Self {
        let mut keys = self.clone();
        match self.order.by {
            DeviceKey::Name | DeviceKey::SerialNumber => {
                // Those far from each other tell it, or nearly.
                let every = devices.len() / FEW_TOLD + 1;
                let first = devices.first().map(|key| fold(&self.text_of(key))).unwrap_or_default();
                let shared =
                    |length: usize, key: &Key| common(&first.as_bytes()[..length], &self.text_of(key));
                let length = devices.iter().step_by(every).fold(first.len(), shared);
                keys.texts = Glance::behind(&first.as_bytes()[..length]);
            }
            DeviceKey::IpAddress => {
                keys.addresses = Span::of(devices.iter().map(|key| self.address_of(key)));
            }
            DeviceKey::LastSeen | DeviceKey::Type | DeviceKey::Classification => {}
        }
        for key in devices {
            key.glance = self.site.fleet.at(key.location).map_or([0; 2], |device| keys.glance(&device));
        }
        keys
    }

    /// Whether devices of this glance differ in nothing but their ids.
    #[inline]
    pub(super) fn tells_all(&self, glance: [u64; 2]) -> bool {
        let [upper, lower] = glance.map(|half| half ^ self.turned);
        match self.order.by {
            DeviceKey::Name | DeviceKey::SerialNumber => Glance::tells_all(upper, lower),
            DeviceKey::IpAddress => self.addresses.tells_all(upper),
            DeviceKey::LastSeen | DeviceKey::Type | DeviceKey::Classification => true,
        }
    }

    /// Which of two devices comes first.
    #[inline]
    pub(super) fn compare(&self, one: &Key, other: &Key) -> Ordering {
        let by_glance = one.glance.cmp(&other.glance);
        if by_glance.is_ne() {
            return by_glance;
        }
        let told = self.tells_all(one.glance);
        let rest = if told { Ordering::Equal } else { self.by_rest(one, other) };
        rest.then(one.number.cmp(&other.number))
    }

    /// Of two which a glance does not tell apart.
    fn by_rest(&self, one: &Key, other: &Key) -> Ordering {
        let rest = match self.order.by {
            DeviceKey::IpAddress => self.address_of(one).cmp(&self.address_of(other)),
            _ => cmp_folded(&self.text_of(one), &self.text_of(other)),
        };
        if self.order.descending { rest.reverse() } else { rest }
    }

    fn address_of(&self, key: &Key) -> Option<u128> {
        self.site.fleet.at(key.location).and_then(|device| device.address_number())
    }

    fn text_of(&self, key: &Key) -> Text<'a> {
        self.site.fleet.at(key.location).map(|device| text(self.order.by, &device)).unwrap_or_default()
    }
}

fn ranks(site: &Site, column: Shared, rank: impl Fn(u32) -> u32) -> Vec<u32> {
    (0..site.fleet.shared_end(column)).map(rank).collect()
}

fn of_moment(millis: i64) -> u64 {
    millis.cast_unsigned() ^ 1 << 63
}
