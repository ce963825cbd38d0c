//! What is wrong with the rules of an operating system, found out once for as long as they ask the same.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use domain::{ClassificationId, Os, RuleId};
use rules::lint::{Flaw, RankedRule, lint};

use super::{Classifications, Rule, Rules};

/// The rules of one operating system, from the strongest classification to the weakest, each by id, with what is wrong
/// with them. Those that cannot be read are not judged, and not among them.
#[derive(Debug, Default)]
pub(crate) struct Linted {
    /// As they were when they were first put in this order: since then a name may have changed.
    rules: Vec<Arc<Rule>>,
    flaws: OnceLock<Vec<(usize, Flaw)>>,
}

impl Linted {
    /// That of every system, by [`Os::index`]. Where nothing differs from `before` that one is kept, with what was found.
    pub(super) fn of_all(
        classifications: &Classifications,
        rules: &Rules,
        before: &[Arc<Self>; Os::ALL.len()],
    ) -> [Arc<Self>; Os::ALL.len()] {
        let places = classifications.iter().enumerate();
        let ranks: BTreeMap<_, _> = places.map(|(rank, (_, known))| (known.id, rank)).collect();
        let mut systems = Os::ALL.map(|_| Vec::new());
        for rule in rules.iter_shared().filter(|rule| rule.tree.is_ok()) {
            systems[rule.fields.os.index()].push(Arc::clone(rule));
        }
        let mut before = before.iter();
        systems.map(|mut rules| {
            rules.sort_by_key(|rule| ranks.get(&rule.fields.classification));
            match before.next().filter(|before| before.is_of(&rules)) {
                Some(same) => Arc::clone(same),
                None => Arc::new(Self { rules, flaws: OnceLock::new() }),
            }
        })
    }

    fn is_of(&self, rules: &[Arc<Rule>]) -> bool {
        let asks = |rule: &Arc<Rule>| (rule.id, rule.fields.classification, rule.fields.conditions.clone());
        self.rules.iter().map(asks).eq(rules.iter().map(asks))
    }

    /// The rules, each with its classification.
    pub(crate) fn rules(&self) -> impl Iterator<Item = (RuleId, ClassificationId)> {
        self.rules.iter().map(|rule| (rule.id, rule.fields.classification))
    }

    /// What is wrong with them, by their places. `None`: `stop` became true before it was found out.
    pub(crate) fn flaws(&self, stop: &AtomicBool) -> Option<&[(usize, Flaw)]> {
        if let Some(known) = self.flaws.get() {
            return Some(known);
        }
        let mut ranked = Vec::with_capacity(self.rules.len());
        let of_classification =
            |a: &Arc<Rule>, b: &Arc<Rule>| a.fields.classification == b.fields.classification;
        for (rank, rules) in self.rules.chunk_by(of_classification).enumerate() {
            let trees = rules.iter().filter_map(|rule| rule.tree.as_ref().ok());
            ranked.extend(trees.map(|tree| RankedRule { tree, rank }));
        }
        let found = lint(&ranked, stop)?;
        Some(self.flaws.get_or_init(|| found))
    }
}
