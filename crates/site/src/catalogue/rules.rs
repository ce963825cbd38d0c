//! Rules: what must hold of a device for a classification.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use domain::{ClassificationId, Os, RuleFields, RuleId, TagId, Violation, fold};
use rules::{Check, Compiled, Tree};

use super::Stamp;

/// Most different checks of a site. Agents look up what they ask about, and answer as many.
pub const CHECKS_MAX: usize = domain::PROBED_MAX;

/// A rule in all its stages: as given, checked, compiled.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: RuleId,
    /// What is set of it.
    pub fields: RuleFields,
    /// Its conditions, checked; or what stands against them. They were checked before they were recorded, but perhaps
    /// by a program that took more than this one does. Then the rule stays as it was recorded, can be changed and
    /// deleted, and can be decided for no device.
    pub tree: Result<Tree, Vec<Violation>>,
    /// Its conditions in the form that decides.
    pub compiled: Arc<Compiled>,
    /// The tags that its conditions ask about.
    pub tags: BTreeSet<TagId>,
    /// Who set it last.
    pub modified: Stamp,
}

/// What follows from the fields is not compared.
impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.fields == other.fields && self.modified == other.modified
    }
}

impl Rule {
    /// Its checks in the order given, repeated ones too.
    fn checks(&self) -> Vec<&Check> {
        self.tree.as_ref().map(Tree::checks).unwrap_or_default()
    }
}

/// All rules by id.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules(Arc<BTreeMap<RuleId, Arc<Rule>>>);

impl Rules {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.values().map(|rule| &**rule)
    }

    /// As [`Rules::iter`], to be kept.
    pub(super) fn iter_shared(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.0.values()
    }

    /// The one of that id.
    #[must_use]
    pub fn get(&self, id: RuleId) -> Option<&Rule> {
        self.0.get(&id).map(|rule| &**rule)
    }

    /// The one of that name, whatever its case.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Rule> {
        let name = fold(name);
        self.iter().find(|rule| fold(rule.fields.name.as_str()) == name)
    }

    /// The one for that operating system that has the same criteria in the same form. One that asks the same in
    /// another form is no conflict.
    #[must_use]
    pub fn alike(&self, os: Os, tree: &Tree) -> Option<&Rule> {
        self.iter().find(|rule| {
            rule.fields.os == os && rule.tree.as_ref().is_ok_and(|known| known.root() == tree.root())
        })
    }

    /// The different checks of all rules but `without`.
    #[must_use]
    pub fn checks(&self, without: Option<RuleId>) -> HashSet<&Check> {
        self.iter().filter(|rule| Some(rule.id) != without).flat_map(Rule::checks).collect()
    }

    /// Those of one classification.
    pub fn of(&self, classification: ClassificationId) -> impl Iterator<Item = &Rule> {
        self.iter().filter(move |rule| rule.fields.classification == classification)
    }

    /// Those that ask about a tag.
    pub fn asking_for(&self, tag: TagId) -> impl Iterator<Item = &Rule> {
        self.iter().filter(move |rule| rule.tags.contains(&tag))
    }

    pub(crate) fn set(&mut self, id: RuleId, fields: RuleFields, modified: Stamp) {
        let tree = Tree::check(&fields.conditions, fields.os);
        let (compiled, tags) = match &tree {
            Ok(tree) => (Compiled::new(tree, fields.os), tree.tags()),
            Err(_) => (Compiled::undecidable(), BTreeSet::new()),
        };
        let compiled = Arc::new(compiled);
        let rule = Rule { id, fields, tree, compiled, tags, modified };
        Arc::make_mut(&mut self.0).insert(id, Arc::new(rule));
    }

    /// Whether both are the same, not just equal.
    pub(crate) fn is_shared_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub(crate) fn remove(&mut self, id: RuleId) {
        Arc::make_mut(&mut self.0).remove(&id);
    }
}
