//! Of how many devices rules are true.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::Os;
use rules::{Compiled, Device as _, Truth};

use crate::Site;

/// Of how many devices rules are true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// Those for which one passes.
    pub matched: u64,
    /// Those for which none passes, and one is unknown.
    pub unknown: u64,
}

impl Site {
    /// How many devices of its system each rule passes for, and is unknown for: any of `rules` suffices. `None` once
    /// `stop` is true.
    #[must_use]
    pub fn count_matching(&self, rules: &[(Os, Arc<Compiled>)], stop: &AtomicBool) -> Option<Matching> {
        let mut matching = Matching::default();
        for device in self.fleet.iter() {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let own = rules.iter().filter(|(os, _)| device.os() == Some(*os));
            match own.map(|(_, rule)| rule.evaluate(&device)).max() {
                Some(Truth::Pass) => matching.matched += 1,
                Some(Truth::Unknown) => matching.unknown += 1,
                Some(Truth::Fail) | None => {}
            }
        }
        Some(matching)
    }
}
