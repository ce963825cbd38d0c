//! Condition trees that were checked.

use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};

use domain::{Conditions, Os, TagId, Violation};

use crate::check::Check;
use crate::plan::Plan;
use crate::probes::{Probes, RegistryProbe};
use crate::read;

/// Most operators on the way from the top of a tree to a check.
pub const TREE_DEPTH_MAX: usize = 8;
/// Most checks of a tree.
pub const TREE_CHECKS_MAX: usize = 512;

/// A part of a condition tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// `$and`: all of them hold; never empty.
    And(Box<[Node]>),
    /// `$or`: one of them holds; never empty.
    Or(Box<[Node]>),
    /// A check.
    Check(Check),
}

/// A condition tree that is valid for one operating system.
///
/// Two trees of one system are equal when they ask the same of every device as far as their form shows it: the order
/// of siblings, repeated siblings, operators with one child, an operator within the same operator, the case of texts
/// that compare without case, the zeros at a version's end and members that we do not know make no difference.
/// Everything else does.
#[derive(Clone, Debug)]
pub struct Tree {
    root: Node,
    pub(crate) plan: Plan,
}

impl Tree {
    /// Checks that `conditions` make a tree that a rule for `os` may have (netskope-v2 §6). Members that we do not
    /// know are passed over: whoever put them there finds them again in the text kept.
    ///
    /// # Errors
    /// What is wrong, part by part, the first [`crate::TREE_VIOLATIONS_MAX`] of it; fields are paths such as
    /// `conditions.$and[0].$or[1].file_check.path`.
    pub fn check(conditions: &Conditions, os: Os) -> Result<Self, Vec<Violation>> {
        let root = read::tree(&conditions.value(), os)?;
        let plan = Plan::new(&root, os);
        Ok(Self { root, plan })
    }

    /// The device tags that the tree asks about.
    #[must_use]
    pub fn tags(&self) -> BTreeSet<TagId> {
        let mut tags = BTreeSet::new();
        self.root.each_check(&mut |check| {
            if let Check::DeviceTag(tag) = check {
                tags.insert(*tag);
            }
        });
        tags
    }

    /// What agents must look up so that the tree can be decided.
    #[must_use]
    pub fn probes(&self) -> Probes {
        let mut probes = Probes::default();
        self.root.each_check(&mut |check| match check {
            Check::File { path, .. } => {
                probes.files.insert(path.clone());
            }
            Check::Process { process, .. } => {
                probes.processes.insert(process.clone());
            }
            Check::Registry { root_key, key, value, .. } => {
                let (key, value) = (key.clone(), value.clone());
                probes.registry.insert(RegistryProbe { root_key: root_key.text(), key, value });
            }
            _ => {}
        });
        probes
    }

    /// Its checks in the order given, repeated ones too.
    #[must_use]
    pub fn checks(&self) -> Vec<&Check> {
        let mut checks = Vec::new();
        self.root.each_check(&mut |check| checks.push(check));
        checks
    }

    /// The tree as it was given: same order, same nesting.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }
}

impl PartialEq for Tree {
    fn eq(&self, other: &Self) -> bool {
        self.plan == other.plan
    }
}

impl Eq for Tree {}

impl Hash for Tree {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.plan.hash(state);
    }
}

impl Node {
    fn each_check<'n>(&'n self, visit: &mut impl FnMut(&'n Check)) {
        match self {
            Self::And(children) | Self::Or(children) => {
                children.iter().for_each(|child| child.each_check(visit));
            }
            Self::Check(check) => visit(check),
        }
    }
}
