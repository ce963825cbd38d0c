//! The query of a search, over the status rows of a block at once.

use rules::block::Words;

use super::leaf::{Leaf, TEXT};
use super::{ClientStatus, Field};
use crate::fleet::BlockRef;
use crate::queries::language::{Comparison, Node, Query};

/// A query in the form in which a block's columns are asked.
pub(super) struct Filter<'q>(Part<'q>);

/// A part of it. What holds of every row or of none stands alone, not among others.
enum Part<'q> {
    Always(bool),
    And(Vec<Part<'q>>),
    Or(Vec<Part<'q>>),
    Not(Box<Part<'q>>),
    Leaf(Leaf<'q>),
}

impl<'q> Filter<'q> {
    /// The query of a search of `rows`.
    pub(super) fn new(rows: &ClientStatus<'_>, query: &'q Query<Field>) -> Self {
        Self(Part::new(rows, query.root()))
    }

    /// Of the places `within` a block, on which devices stand, those whose rows are as the query asks.
    pub(super) fn places(&mut self, rows: &ClientStatus<'_>, block: BlockRef<'_>, within: Words) -> Words {
        self.0.places(rows, block, within)
    }

    /// For how many blocks it is not worth starting a thread: those that take about a millisecond.
    pub(super) fn blocks_alone(&self) -> usize {
        match self.0.cost() {
            0..TEXT => 2048,
            TEXT => 128,
            _ => 16,
        }
    }

    /// Whether no row can be as it asks.
    pub(super) fn is_never(&self) -> bool {
        matches!(self.0, Part::Always(false))
    }
}

impl<'q> Part<'q> {
    fn new(rows: &ClientStatus<'_>, node: &'q Node<Comparison<Field>>) -> Self {
        match node {
            Node::And(children) => Self::of_all(rows, children, false, Self::And),
            Node::Or(children) => Self::of_all(rows, children, true, Self::Or),
            Node::Not(child) => match Self::new(rows, child) {
                Self::Always(holds) => Self::Always(!holds),
                part => Self::Not(Box::new(part)),
            },
            Node::Leaf(comparison) => match Leaf::new(rows, comparison) {
                Ok(leaf) => Self::Leaf(leaf),
                Err(always) => Self::Always(always),
            },
        }
    }

    /// The parts of an And or an Or, of which one that always is `decisive` decides alone.
    fn of_all(
        rows: &ClientStatus<'_>,
        children: &'q [Node<Comparison<Field>>],
        decisive: bool,
        all: impl FnOnce(Vec<Self>) -> Self,
    ) -> Self {
        let mut parts = Vec::new();
        for child in children {
            match Self::new(rows, child) {
                Self::Always(holds) if holds == decisive => return Self::Always(decisive),
                Self::Always(_) => {}
                part => parts.push(part),
            }
        }
        // What is looked up comes before what is worked out for each row: the order does not change what holds.
        parts.sort_by_key(Self::cost);
        match parts.len() {
            0 => Self::Always(!decisive),
            _ => all(parts),
        }
    }

    fn cost(&self) -> u8 {
        match self {
            Self::Always(_) => 0,
            Self::Leaf(leaf) => leaf.cost(),
            Self::Not(part) => part.cost(),
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::cost).max().unwrap_or_default(),
        }
    }

    fn places(&mut self, rows: &ClientStatus<'_>, block: BlockRef<'_>, within: Words) -> Words {
        if within.is_empty() {
            return within;
        }
        match self {
            Self::Always(holds) => {
                if *holds {
                    within
                } else {
                    Words::NONE
                }
            }
            Self::And(parts) => parts.iter_mut().fold(within, |left, part| part.places(rows, block, left)),
            Self::Or(parts) => {
                let mut found = Words::NONE;
                for part in parts {
                    found = found | part.places(rows, block, within & !found);
                }
                found
            }
            Self::Not(part) => within & !part.places(rows, block, within),
            Self::Leaf(leaf) => leaf.places(rows, block, within),
        }
    }
}
