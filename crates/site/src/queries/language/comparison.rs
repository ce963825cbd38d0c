//! One comparison of a query.

use std::cmp::Ordering;

use super::field::{Row, Seen};
use super::value::Value;

/// What is asked of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison<F> {
    /// The field.
    pub field: F,
    /// What is asked of it.
    pub test: Test,
}

/// What is asked of a field's value. One that is negated holds where the same without `not` does not; any other needs
/// a value, and where a row has several, one of them must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `eq`, `neq`: it is this value.
    Equal {
        /// Which.
        value: Value,
        /// `neq`.
        negated: bool,
    },
    /// `like`, `notlike`: as a text it holds this one.
    Like {
        /// Which; a text, whatever the field.
        part: Value,
        /// `notlike`.
        negated: bool,
    },
    /// `gt`, `gte`, `lt`, `lte`: it lies on this side of a bound.
    Beyond {
        /// Which side.
        direction: Direction,
        /// Of what.
        bound: Value,
    },
    /// `from … to …`: it is one of these two or lies between them.
    Between {
        /// The lower end.
        from: Value,
        /// The upper end.
        to: Value,
    },
    /// `in […]`, `not in […]`: it is one of these.
    OneOf {
        /// Which, in their order, each once; at least one.
        values: Box<[Value]>,
        /// `not in`.
        negated: bool,
    },
}

/// A side of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `gt`.
    Above,
    /// `gte`.
    AtLeast,
    /// `lt`.
    Below,
    /// `lte`.
    AtMost,
}

impl<F: Copy> Comparison<F> {
    /// Whether a row is as it asks.
    pub fn matches(&self, row: &impl Row<F>) -> bool {
        row.any(self.field, |seen| self.test.holds(seen)) != self.test.is_negated()
    }
}

impl Test {
    const fn is_negated(&self) -> bool {
        match self {
            Self::Equal { negated, .. } | Self::Like { negated, .. } | Self::OneOf { negated, .. } => {
                *negated
            }
            Self::Beyond { .. } | Self::Between { .. } => false,
        }
    }

    /// Whether it holds for a value, before it is negated.
    fn holds(&self, seen: Seen<'_>) -> bool {
        match self {
            Self::Equal { value, .. } => value.is(seen),
            Self::Like { part, .. } => part.is_part_of(seen),
            Self::Beyond { direction, bound } => {
                bound.order(seen).is_some_and(|order| direction.allows(order))
            }
            Self::Between { from, to } => {
                from.order(seen).is_some_and(Ordering::is_ge) && to.order(seen).is_some_and(Ordering::is_le)
            }
            Self::OneOf { values, .. } => {
                values.binary_search_by(|value| value.compare(seen).reverse()).is_ok()
            }
        }
    }
}

impl Direction {
    const fn allows(self, order: Ordering) -> bool {
        match self {
            Self::Above => order.is_gt(),
            Self::AtLeast => order.is_ge(),
            Self::Below => order.is_lt(),
            Self::AtMost => order.is_le(),
        }
    }
}
