//! Which operating systems the fleet has.

use domain::{DeviceNumber, Os};
use rules::block::Words;

use super::Fleet;

/// The devices of one operating system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OfSystem {
    /// How many there are.
    pub(crate) devices: u32,
    /// One of them, if there is any.
    pub(crate) example: Option<DeviceNumber>,
}

/// The devices of each operating system, by [`Os::index`].
pub(crate) type Systems = [OfSystem; Os::ALL.len()];

impl Fleet {
    /// The devices of each operating system.
    pub(crate) fn systems(&self) -> Systems {
        let mut systems = Systems::default();
        for block in self.blocks.iter() {
            block.os.by_value(&Words::ALL, |os, places| {
                // A vacant place has no system.
                let Some(os) = Os::from_number(os) else { return };
                let system = &mut systems[os.index()];
                system.devices += places.len();
                if system.example.is_none() {
                    system.example = places.iter().next().map(|place| DeviceNumber(block.number.get(place)));
                }
            });
        }
        systems
    }
}
