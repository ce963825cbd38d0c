//! The shape of compiled trees.

use domain::Os;

use crate::device::Device;
use crate::leaf::Leaf;
use crate::tree::Node;
use crate::truth::Truth;

/// A tree reduced to what it asks: an operator within the same operator is dissolved, one with a single child is that
/// child, siblings are sorted, none is twice. So trees that differ in these alone are equal, and since checks sort
/// from cheap to dear and before operators, an operator is mostly decided by cheap ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Plan {
    Leaf(Leaf),
    All(Box<[Plan]>),
    Any(Box<[Plan]>),
    /// Unknown of every device.
    Undecidable,
}

impl Plan {
    pub(crate) fn new(node: &Node, os: Os) -> Self {
        match node {
            Node::Check(check) => Self::Leaf(Leaf::new(check, os)),
            Node::And(children) => {
                let children = children.iter().flat_map(|child| match Self::new(child, os) {
                    Self::All(children) => children.into_vec(),
                    other => vec![other],
                });
                Self::reduced(children.collect(), Self::All)
            }
            Node::Or(children) => {
                let children = children.iter().flat_map(|child| match Self::new(child, os) {
                    Self::Any(children) => children.into_vec(),
                    other => vec![other],
                });
                Self::reduced(children.collect(), Self::Any)
            }
        }
    }

    fn reduced(mut children: Vec<Self>, operator: fn(Box<[Self]>) -> Self) -> Self {
        children.sort_unstable();
        children.dedup();
        match children.len() {
            1 => children.remove(0),
            _ => operator(children.into()),
        }
    }

    pub(crate) fn evaluate(&self, device: &impl Device) -> Truth {
        match self {
            Self::Leaf(leaf) => leaf.evaluate(device),
            Self::All(children) => Truth::all(children.iter().map(|child| child.evaluate(device))),
            Self::Any(children) => Truth::any(children.iter().map(|child| child.evaluate(device))),
            Self::Undecidable => Truth::Unknown,
        }
    }
}
