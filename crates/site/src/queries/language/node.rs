//! The tree of a query.

use super::comparison::Comparison;
use super::field::{Field, Row};

/// A query that was understood. Its parts are at most [`super::QUERY_DEPTH_MAX`] parentheses and `not`s deep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<F>(pub(super) Node<Comparison<F>>);

/// A part of a tree whose leaves are of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node<L> {
    /// All of them hold; two at least.
    And(Box<[Node<L>]>),
    /// One of them holds; two at least.
    Or(Box<[Node<L>]>),
    /// It does not hold.
    Not(Box<Node<L>>),
    /// Holds or not by itself.
    Leaf(L),
}

impl<F: Field> Query<F> {
    /// Whether a row is as the query asks.
    pub fn matches(&self, row: &impl Row<F>) -> bool {
        // By reference all the way down: a closure by value would be another type at each level.
        self.0.holds(&mut |comparison| comparison.matches(row))
    }

    /// How many comparisons it has.
    #[must_use]
    pub fn comparisons(&self) -> usize {
        self.0.leaves()
    }

    /// The same query of rows that call their fields otherwise.
    #[must_use]
    pub fn of_fields<G>(&self, field: impl Fn(F) -> G) -> Query<G> {
        Query(self.0.map(&mut |comparison: &Comparison<F>| Comparison {
            field: field(comparison.field),
            test: comparison.test.clone(),
        }))
    }

    /// Its tree.
    #[must_use]
    pub fn root(&self) -> &Node<Comparison<F>> {
        &self.0
    }
}

impl<L> Node<L> {
    /// Whether it holds, when `judge` says which leaves do; those that cannot matter any more are not asked.
    pub fn holds<'n>(&'n self, judge: &mut impl FnMut(&'n L) -> bool) -> bool {
        match self {
            Self::And(children) => children.iter().all(|child| child.holds(judge)),
            Self::Or(children) => children.iter().any(|child| child.holds(judge)),
            Self::Not(child) => !child.holds(judge),
            Self::Leaf(leaf) => judge(leaf),
        }
    }

    fn leaves(&self) -> usize {
        match self {
            Self::And(children) | Self::Or(children) => children.iter().map(Self::leaves).sum(),
            Self::Not(child) => child.leaves(),
            Self::Leaf(_) => 1,
        }
    }

    /// The same tree with other leaves.
    pub fn map<'n, M>(&'n self, leaf: &mut impl FnMut(&'n L) -> M) -> Node<M> {
        match self {
            Self::And(children) => Node::And(children.iter().map(|child| child.map(leaf)).collect()),
            Self::Or(children) => Node::Or(children.iter().map(|child| child.map(leaf)).collect()),
            Self::Not(child) => Node::Not(Box::new(child.map(leaf))),
            Self::Leaf(known) => Node::Leaf(leaf(known)),
        }
    }
}
