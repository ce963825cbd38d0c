//! Of how many devices rules are true.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::Os;
use rules::Compiled;
use rules::block::{Revision, Words};

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
        let program = &self.catalogue.rulebook().program;
        let revision = Revision::counting(Some(program), program, rules);
        Some(self.fleet.judge(&revision, |_| Words::ALL, stop)?.matching)
    }
}
