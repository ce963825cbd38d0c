//! When devices were first seen.

use domain::{DeviceNumber, Timestamp};

use super::cow::CowVec;

/// The moments at which devices were added, to the second. Devices get their numbers in the order in which they are
/// added, and no record is older than the one before it: so the moment is a step function of the number, and there is a
/// step for each second in which a device was added, not one for each device.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FirstSeen {
    /// Ascending by both.
    steps: CowVec<Step>,
    count: u32,
}

/// From the device of that number on, devices were added at that moment or later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) number: u32,
    /// Unix seconds.
    pub(super) seconds: u32,
}

impl FirstSeen {
    /// Steps per chunk of a checkpoint.
    pub(super) const CHUNK: usize = CowVec::<Step>::CHUNK;

    /// That of chunks of steps, ascending; all but the last are full.
    pub(super) fn of(chunks: Vec<Vec<Step>>) -> Self {
        let count = chunks.iter().map(Vec::len).sum::<usize>();
        let count = u32::try_from(count).expect("there are no more steps than device numbers");
        Self { steps: CowVec::from_chunks(chunks), count }
    }

    /// Takes note of a device that is added, whose number no other has reached.
    pub(super) fn add(&mut self, number: u32, at: Timestamp) {
        let seconds = u32::try_from(at.seconds()).unwrap_or(u32::MAX);
        if self.last().is_none_or(|last| last.seconds < seconds) {
            *self.steps.entry(self.count) = Step { number, seconds };
            self.count += 1;
        }
    }

    /// When the device of that number was added; `None` where that was before anything of the kind was kept.
    pub(super) fn of_device(&self, number: DeviceNumber) -> Option<Timestamp> {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.step(middle) {
                Some(step) if step.number <= number.0 => low = middle + 1,
                _ => high = middle,
            }
        }
        let step = self.step(low.checked_sub(1)?)?;
        Some(Timestamp::from_seconds(step.seconds.into()))
    }

    /// How many steps there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The steps of a chunk.
    pub(super) fn chunk(&self, chunk: u32) -> &[Step] {
        self.steps.chunk(chunk as usize)
    }

    /// Whether both have the very same chunk.
    pub(super) fn shares_chunk(&self, other: &Self, chunk: u32) -> bool {
        self.steps.shares_chunk(&other.steps, chunk as usize)
    }

    /// Bytes that it takes besides itself.
    pub(super) fn heap_bytes(&self) -> usize {
        self.steps.heap_bytes()
    }

    fn step(&self, index: u32) -> Option<&Step> {
        self.steps.get(index)
    }

    fn last(&self) -> Option<&Step> {
        self.step(self.count.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn a_step_is_kept_for_each_second_not_for_each_device() {
        let mut first_seen = FirstSeen::default();
        for number in 1..=5000 {
            first_seen.add(number, at(7));
        }
        first_seen.add(5001, at(8));
        assert_eq!(first_seen.count(), 2);
        let seen = |number| first_seen.of_device(DeviceNumber(number));
        assert_eq!((seen(1), seen(5000), seen(5001)), (Some(at(7)), Some(at(7)), Some(at(8))));
    }

    #[test]
    fn of_devices_from_before_it_was_kept_nothing_is_known() {
        let mut first_seen = FirstSeen::default();
        assert_eq!(first_seen.of_device(DeviceNumber(3)), None);
        first_seen.add(4, at(7));
        assert_eq!(first_seen.of_device(DeviceNumber(3)), None);
        assert_eq!(first_seen.of_device(DeviceNumber(4)), Some(at(7)));
    }

    #[test]
    fn a_clone_shares_the_chunks_that_do_not_differ() {
        let mut first_seen = FirstSeen::default();
        for number in 1..=1500 {
            first_seen.add(number, at(number.into()));
        }
        let before = first_seen.clone();
        first_seen.add(1501, at(1501));
        assert!(first_seen.shares_chunk(&before, 0) && !first_seen.shares_chunk(&before, 1));
        assert_eq!((before.count(), first_seen.count()), (1500, 1501));
    }

    proptest! {
        #[test]
        fn it_says_what_a_map_of_all_devices_says(
            records in proptest::collection::vec((0..3_i64, 1..4_u32), 0..2500),
        ) {
            let (mut first_seen, mut naive) = (FirstSeen::default(), BTreeMap::new());
            let (mut seconds, mut number) = (0, 0);
            for (later, devices) in records {
                seconds += later;
                for _ in 0..devices {
                    number += 1;
                    first_seen.add(number, at(seconds));
                    naive.insert(number, at(seconds));
                }
            }
            for (number, moment) in naive {
                prop_assert_eq!(first_seen.of_device(DeviceNumber(number)), Some(moment));
            }
        }
    }
}
