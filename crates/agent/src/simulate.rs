//! Believable fleets: devices made up from a seed, for trying out a server and for measuring one. The same seed and
//! place give the same device always, whatever was asked before.

mod answer;
mod apple;

mod common;
mod google;
mod linux;
mod machine;
mod people;
mod rng;
mod run;
mod windows;

use wire::check_in::{CheckIn, Probes};

pub use run::{Summary, run};

/// The seed that is used when none is given.
pub const DEFAULT_SEED: u64 = 20_250_728;

/// A fleet of any size: the first devices of a larger one are those of a smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fleet {
    seed: u64,
}

impl Fleet {
    /// The fleet of a seed.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The first `count` devices. Some machines have two users, which makes two devices with one uid; some users have
    /// two machines; no two devices have both in common.
    pub fn devices(self, count: usize) -> impl Iterator<Item = CheckIn> {
        (0..).flat_map(move |number| machine::devices(self.seed, number)).take(count)
    }

    /// The second check-in of a device whose first one's reply asked for more: the first with the answers added, or
    /// `None` when it has none to give. A device that left a group out does not answer for it either.
    pub fn answer(self, checkin: &CheckIn, probes: &Probes) -> Option<CheckIn> {
        answer::answer(self.seed, checkin, probes)
    }
}

#[cfg(test)]
mod tests;
