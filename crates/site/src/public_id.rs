//! The UUIDs by which clients know devices, device tags and events.

use domain::{DeviceNumber, SegmentId, TagId, Version};
use uuid::Uuid;

/// Makes a site's UUIDs: 86 bits of the site's salt, 4 of the kind, 32 of the number, in the free form of version 8.
/// Nothing needs to be stored or indexed for them, and no two sites share one. An event has two numbers, its record's
/// and its place there: 26 bits of the salt make room for more of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PublicIds {
    prefix: u128,
}

/// What a UUID is of.
#[derive(Clone, Copy)]
enum Kind {
    Device = 1,
    Tag = 2,
    Event = 3,
    InstanceEvent = 4,
    Segment = 5,
}

const NUMBER_BITS: u128 = 0xFFFF_FFFF;
const KIND_BITS: u128 = 0xF << 32;
/// Of an event: 10 more bits of the version, then 16 of the place.
const EVENT_BITS: u128 = 0x3FF_FFFF << 36;
const VERSION_BITS: u128 = 0xF << 76;
const VARIANT_BITS: u128 = 0b11 << 62;

impl PublicIds {
    pub(crate) fn new(salt: u128) -> Self {
        let free = salt & !(NUMBER_BITS | KIND_BITS | VERSION_BITS | VARIANT_BITS);
        Self { prefix: free | 8 << 76 | 0b10 << 62 }
    }

    /// What all of them begin with; 0 before the site is founded.
    pub(crate) fn prefix(self) -> u128 {
        self.prefix
    }

    /// Those that begin with `prefix`; `None` if it is no prefix.
    pub(crate) fn from_prefix(prefix: u128) -> Option<Self> {
        let ids = if prefix == 0 { Self::default() } else { Self::new(prefix) };
        (ids.prefix == prefix).then_some(ids)
    }

    pub(crate) fn device(self, number: DeviceNumber) -> Uuid {
        self.make(Kind::Device, number.0)
    }

    pub(crate) fn device_number(self, id: Uuid) -> Option<DeviceNumber> {
        let number = u32::try_from(id.as_u128() & NUMBER_BITS).ok()?;
        let number = DeviceNumber(number);
        (self.device(number) == id).then_some(number)
    }

    pub(crate) fn tag(self, id: TagId) -> Uuid {
        self.make(Kind::Tag, id.0)
    }

    pub(crate) fn tag_number(self, id: Uuid) -> Option<TagId> {
        let number = TagId(u32::try_from(id.as_u128() & NUMBER_BITS).ok()?);
        (self.tag(number) == id).then_some(number)
    }

    pub(crate) fn segment(self, id: SegmentId) -> Uuid {
        self.make(Kind::Segment, id.0)
    }

    pub(crate) fn segment_number(self, id: Uuid) -> Option<SegmentId> {
        let number = SegmentId(u32::try_from(id.as_u128() & NUMBER_BITS).ok()?);
        (self.segment(number) == id).then_some(number)
    }

    /// The event that a change in a record of the site is.
    pub(crate) fn event(self, version: Version, place: u16) -> Uuid {
        self.make_event(Kind::Event, version, place)
    }

    /// The event that a change in a record of the instance is to this site.
    pub(crate) fn instance_event(self, version: Version, place: u16) -> Uuid {
        self.make_event(Kind::InstanceEvent, version, place)
    }

    fn make(self, kind: Kind, number: u32) -> Uuid {
        Uuid::from_u128(self.prefix | (kind as u128) << 32 | u128::from(number))
    }

    fn make_event(self, kind: Kind, version: Version, place: u16) -> Uuid {
        let version = u128::from(version.0);
        let more = (version >> 32 << 16 | u128::from(place)) << 36 & EVENT_BITS;
        let prefix = self.prefix & !EVENT_BITS;
        Uuid::from_u128(prefix | more | (kind as u128) << 32 | version & NUMBER_BITS)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_id_leads_back_to_its_tag_on_its_own_site_only() {
        let (here, there) = (PublicIds::new(u128::MAX / 3), PublicIds::new(u128::MAX / 5));
        let id = here.tag(TagId(77));
        assert_eq!((here.tag_number(id), there.tag_number(id)), (Some(TagId(77)), None));
        assert_eq!(here.tag_number(here.device(DeviceNumber(77))), None);
    }

    #[test]
    fn an_id_leads_back_to_its_device_on_its_own_site_only() {
        let (here, there) = (PublicIds::new(u128::MAX / 3), PublicIds::new(u128::MAX / 5));
        let id = here.device(DeviceNumber(77));
        assert_eq!(id.get_version_num(), 8);
        assert_eq!(here.device_number(id), Some(DeviceNumber(77)));
        assert_eq!(there.device_number(id), None);
        assert_eq!(here.device_number(Uuid::from_u128(77)), None);
        assert_eq!(here.device_number(here.tag(TagId(77))), None);
    }

    #[test]
    fn no_two_things_share_an_id() {
        let (here, there) = (PublicIds::new(u128::MAX / 3), PublicIds::new(u128::MAX / 5));
        let numbers = [0, 1, 2, 1 << 31, u32::MAX];
        let versions = [0, 1, 1 << 16, 1 << 31, 1 << 32, 1 << 36, (1 << 42) - 1].map(Version);
        let mut ids = BTreeSet::new();
        let mut made = 0;
        for site in [here, there] {
            for number in numbers {
                ids.extend([
                    site.device(DeviceNumber(number)),
                    site.tag(TagId(number)),
                    site.segment(SegmentId(number)),
                ]);
                made += 3;
            }
            for version in versions {
                for place in [0, 1, u16::MAX] {
                    ids.extend([site.event(version, place), site.instance_event(version, place)]);
                    made += 2;
                }
            }
        }
        assert_eq!(ids.len(), made);
        assert!(ids.iter().all(|id| id.get_version_num() == 8));
    }
}
