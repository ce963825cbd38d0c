//! Going through all devices by the time of their last check-in, at the speed of reading that one column.

use std::ops::RangeInclusive;

use super::column::BLOCK;
use super::{DeviceRef, Fleet, Location};

impl Fleet {
    /// Visits every device that last checked in between two moments, in Unix milliseconds, in no order that a client
    /// may rely on. `visit` answers the earliest moment that it still wants to hear of; those before are passed over.
    pub(crate) fn each_seen<'a>(
        &'a self,
        moments: RangeInclusive<i64>,
        mut visit: impl FnMut(DeviceRef<'a>) -> i64,
    ) {
        let (mut earliest, latest) = moments.into_inner();
        let mut scratch = [0; BLOCK];
        // Devices that came later stand further back and are the newer ones after a first roll-out: from the end, the
        // newest are found first and the others passed over.
        for (number, block) in self.blocks.iter().enumerate().rev() {
            let first = number * BLOCK;
            // Where no time was ever set, all are the epoch.
            let seen = block.seen.all(&mut scratch).unwrap_or(&[0; BLOCK]);
            for (place, seen) in seen.iter().enumerate() {
                if *seen < earliest || *seen > latest || block.number.get(place) == 0 {
                    continue;
                }
                let location = u32::try_from(first + place).expect("a site's places are counted in 32 bits");
                let wanted = visit(DeviceRef::new(self, block, Location(location)));
                earliest = earliest.max(wanted);
            }
        }
    }
}
