//! Trees over the checks of a system, for asking many times whether they pass.

use std::collections::HashMap;

use domain::Os;

use crate::leaf::Leaf;
use crate::tree::Node;

/// A tree whose checks are numbers.
#[derive(Debug)]
pub(super) enum Shape {
    All(Box<[Shape]>),
    Any(Box<[Shape]>),
    Check(usize),
}

/// Numbers for checks that ask different things.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<Leaf, usize>,
}

impl Shape {
    /// The shape of a tree for `os`, whose new checks get the next numbers.
    pub(super) fn new(node: &Node, os: Os, numbers: &mut Numbers) -> Self {
        let mut all =
            |children: &[Node]| children.iter().map(|child| Self::new(child, os, numbers)).collect();
        match node {
            Node::And(children) => Self::All(all(children)),
            Node::Or(children) => Self::Any(all(children)),
            Node::Check(check) => {
                let next = numbers.known.len();
                Self::Check(*numbers.known.entry(Leaf::new(check, os)).or_insert(next))
            }
        }
    }

    /// Whether the tree passes, given which checks do. For that, a check that is unknown is as good as one that
    /// fails: `$and` is a minimum and `$or` a maximum.
    pub(super) fn passes(&self, passing: &[bool]) -> bool {
        match self {
            Self::All(children) => children.iter().all(|child| child.passes(passing)),
            Self::Any(children) => children.iter().any(|child| child.passes(passing)),
            Self::Check(number) => passing[*number],
        }
    }

    /// The numbers of its checks, repeated ones too.
    pub(super) fn checks(&self, visit: &mut impl FnMut(usize)) {
        match self {
            Self::All(children) | Self::Any(children) => {
                children.iter().for_each(|child| child.checks(visit));
            }
            Self::Check(number) => visit(*number),
        }
    }
}

impl Numbers {
    /// The checks in the order of their numbers.
    pub(super) fn into_leaves(self) -> Vec<Leaf> {
        let mut leaves: Vec<_> = self.known.into_iter().collect();
        leaves.sort_unstable_by_key(|(_, number)| *number);
        leaves.into_iter().map(|(leaf, _)| leaf).collect()
    }
}
