//! What followed from a command: which devices moved from which outcome to which.

use domain::{DeviceNumber, Outcome};
use roaring::RoaringBitmap;

/// Devices that one command moved the same way.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// Their outcome before.
    pub from: Outcome,
    /// Their outcome now.
    pub to: Outcome,
    /// Their numbers.
    pub devices: RoaringBitmap,
}

impl Move {
    /// The devices by number, ascending.
    pub fn iter(&self) -> impl Iterator<Item = DeviceNumber> + '_ {
        self.devices.iter().map(DeviceNumber)
    }
}

/// All moves of one command: at most one for each (from, to), in that order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// The moves; a device is in one of them at most.
    pub moves: Vec<Move>,
}
