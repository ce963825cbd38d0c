//! The UUIDs by which clients know devices.

use domain::DeviceNumber;
use uuid::Uuid;

/// Makes a site's UUIDs: 86 bits of the site's salt, 4 of the kind, 32 of the number, in the free form of version 8.
/// Nothing needs to be stored or indexed for them, and no two sites share one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PublicIds {
    prefix: u128,
}

/// Leaves room for the UUIDs of other kinds of things.
const DEVICE: u128 = 1 << 32;
const NUMBER_BITS: u128 = 0xFFFF_FFFF;
const KIND_BITS: u128 = 0xF << 32;
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
        Uuid::from_u128(self.prefix | DEVICE | u128::from(number.0))
    }

    pub(crate) fn device_number(self, id: Uuid) -> Option<DeviceNumber> {
        let number = u32::try_from(id.as_u128() & NUMBER_BITS).ok()?;
        let number = DeviceNumber(number);
        (self.device(number) == id).then_some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_device_on_its_own_site_only() {
        let (here, there) = (PublicIds::new(u128::MAX / 3), PublicIds::new(u128::MAX / 5));
        let id = here.device(DeviceNumber(77));
        assert_eq!(id.get_version_num(), 8);
        assert_eq!(here.device_number(id), Some(DeviceNumber(77)));
        assert_eq!(there.device_number(id), None);
        assert_eq!(here.device_number(Uuid::from_u128(77)), None);
    }
}
