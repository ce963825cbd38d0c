//! Of how many devices rules are true.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use domain::{ClassificationId, Os};
use rules::block::Revision;
use rules::{Compiled, Program};

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
        // As if they were all rules of the site, and of one classification.
        let program = Program::new([(ClassificationId(0), rules.to_vec())].into_iter());
        let (matched, unknown) = self.fleet.count(&Revision::new(None, &program), stop)?;
        Some(Matching { matched, unknown })
    }
}
