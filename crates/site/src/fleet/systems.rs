//! Which operating systems the fleet has.

use domain::{DeviceNumber, Os};
use rules::block::Words;

use super::Fleet;
use super::block::Block;

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

/// As [`Systems`]; the examples are those of the first blocks, so that it makes no difference who counted which.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Located([(u32, Option<(usize, DeviceNumber)>); Os::ALL.len()]);

impl Located {
    /// Adds devices of one system: those at some places of a block, which has that number.
    pub(super) fn add(&mut self, os: Os, (block, number): (&Block, usize), places: &Words) {
        let (devices, example) = &mut self.0[os.index()];
        *devices += places.len();
        if example.is_none() {
            *example = places.iter().next().map(|place| (number, DeviceNumber(block.number.get(place))));
        }
    }

    /// Adds those of other blocks.
    pub(super) fn join(&mut self, other: &Self) {
        for ((devices, example), (more, other)) in self.0.iter_mut().zip(other.0) {
            *devices += more;
            *example = example.iter().copied().chain(other).min();
        }
    }

    pub(super) fn systems(&self) -> Systems {
        self.0.map(|(devices, example)| OfSystem { devices, example: example.map(|(_, device)| device) })
    }
}

impl Fleet {
    /// The devices of each operating system.
    pub(crate) fn systems(&self) -> Systems {
        let mut systems = Located::default();
        for (number, block) in self.blocks.iter().enumerate() {
            block.os.by_value(&Words::ALL, |os, places| {
                // A vacant place has no system.
                let Some(os) = Os::from_number(os) else { return };
                systems.add(os, (block, number), places);
            });
        }
        systems.systems()
    }
}
