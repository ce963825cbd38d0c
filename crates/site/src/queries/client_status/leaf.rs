//! One comparison of a query, over a block at once.

use std::ops::RangeInclusive;

use rules::block::Words;

use super::row::StatusRow;
use super::seen::moments_of;
use super::shared::{SharedLeaf, holds_of_nothing};
use super::text::TextLeaf;
use super::{ClientStatus, Field};
use crate::fleet::BlockRef;
use crate::queries::language::Comparison;

/// What it costs to look at a block's texts; numbers cost less and rows more.
pub(super) const TEXT: u8 = 2;

/// A comparison, by what it takes to know where it holds.
pub(super) struct Leaf<'q> {
    comparison: &'q Comparison<Field>,
    how: How<'q>,
}

enum How<'q> {
    /// The last check-in was in this span, or it was not.
    Seen { moments: RangeInclusive<i64>, negated: bool },
    /// It is the same for all devices that have the same in a column.
    Shared(SharedLeaf<'q>),
    /// Texts of a column are looked at.
    Text(TextLeaf),
    /// Each row is looked at.
    Row,
}

impl<'q> Leaf<'q> {
    /// The leaf of a comparison; `Err` with what it is when it is the same for all rows.
    pub(super) fn new(rows: &ClientStatus<'_>, comparison: &'q Comparison<Field>) -> Result<Self, bool> {
        let how = if comparison.field.is_seen() {
            match comparison.test.numbers() {
                Some(seconds) => {
                    How::Seen { moments: moments_of(&seconds), negated: comparison.test.is_negated() }
                }
                None => How::Row,
            }
        } else if comparison.field.is_never_reported() {
            return Err(holds_of_nothing(comparison));
        } else if let Some(column) = comparison.field.column() {
            How::Shared(SharedLeaf::new(rows, comparison, column)?)
        } else {
            TextLeaf::new(rows, comparison).map_or(How::Row, How::Text)
        };
        Ok(Self { comparison, how })
    }

    pub(super) fn cost(&self) -> u8 {
        match self.how {
            How::Seen { .. } => 0,
            How::Shared(_) => 1,
            How::Text(_) => TEXT,
            How::Row => TEXT + 1,
        }
    }

    /// Of the places `within` those where it holds.
    pub(super) fn places(&mut self, rows: &ClientStatus<'_>, block: BlockRef<'_>, within: Words) -> Words {
        match &mut self.how {
            How::Seen { moments, negated } => {
                let seen = block.seen_between(moments);
                within & if *negated { !seen } else { seen }
            }
            How::Shared(leaf) => leaf.places(rows, block, within),
            How::Text(leaf) => {
                let negated = self.comparison.test.is_negated();
                let mut found = leaf.places(block, within);
                if !leaf.is_exact {
                    found = by_row(self.comparison, rows, block, found, negated);
                }
                if negated { within & !found } else { found }
            }
            How::Row => by_row(self.comparison, rows, block, within, false),
        }
    }
}

/// Of the places `within` those where a comparison holds; where it does not hold if it is `negated`.
fn by_row(
    comparison: &Comparison<Field>,
    rows: &ClientStatus<'_>,
    block: BlockRef<'_>,
    within: Words,
    negated: bool,
) -> Words {
    within.filter(|place| {
        let device = block.device(place);
        comparison.matches(&StatusRow { rows, device: &device }) != negated
    })
}
