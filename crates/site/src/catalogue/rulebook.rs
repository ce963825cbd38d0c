//! What follows from the rules: how they decide, and what they ask about.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{Os, TagId};
use rules::{Probes, Program};

use super::linted::Linted;
use super::{Classifications, Rules};

/// The rules in the form that decides, with what they ask about.
#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    /// Decides a device's classification.
    pub program: Program,
    /// The tags that any rule asks about.
    pub tags: BTreeSet<TagId>,
    probes: [Arc<Probes>; Os::ALL.len()],
    linted: [Arc<Linted>; Os::ALL.len()],
}

/// It follows from classifications and rules, which are compared.
impl PartialEq for Rulebook {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Rulebook {
    /// The one of these, which takes the place of `before`.
    pub(super) fn new(classifications: &Classifications, rules: &Rules, before: &Self) -> Self {
        let program = Program::new(classifications.iter().map(|(_, classification)| {
            let rules = rules.of(classification.id);
            (classification.id, rules.map(|rule| (rule.fields.os, Arc::clone(&rule.compiled))).collect())
        }));
        let mut probes: [Probes; Os::ALL.len()] = Default::default();
        for rule in rules.iter() {
            if let Ok(tree) = &rule.tree {
                probes[rule.fields.os.index()].merge(tree.probes());
            }
        }
        let tags = rules.iter().flat_map(|rule| rule.tags.iter().copied()).collect();
        let linted = Linted::of_all(classifications, rules, &before.linted);
        Self { program, tags, probes: probes.map(Arc::new), linted }
    }

    /// The rules of `os` with what is wrong with them.
    pub(crate) fn linted(&self, os: Os) -> &Linted {
        &self.linted[os.index()]
    }

    /// What the rules of `os` need looked up.
    #[must_use]
    pub fn probes(&self, os: Os) -> &Arc<Probes> {
        &self.probes[os.index()]
    }
}
