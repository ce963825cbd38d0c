//! Which operating systems the fleet has.

use domain::{DeviceNumber, Os};

use super::Fleet;
use super::column::BLOCK;

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
            for place in 0..BLOCK {
                // A vacant place has no system.
                let Some(os) = Os::from_number(block.os.get(place)) else { continue };
                let system = &mut systems[os.index()];
                system.devices += 1;
                system.example.get_or_insert(DeviceNumber(block.number.get(place)));
            }
        }
        systems
    }
}
