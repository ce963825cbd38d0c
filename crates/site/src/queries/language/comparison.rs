//! One comparison of a query.

use std::cmp::Ordering;
use std::ops::RangeInclusive;

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
    /// The whole numbers of which it holds, before it is negated; none when it is asked of no number or they are not
    /// one span.
    pub(in crate::queries) fn numbers(&self) -> Option<RangeInclusive<i128>> {
        const LEAST: i128 = i128::MIN;
        const MOST: i128 = i128::MAX;
        Some(match self {
            Self::Equal { value, .. } => value.number()?.ceiling()..=value.number()?.floor(),
            Self::Beyond { direction, bound } => match (direction, bound.number()?) {
                (Direction::Above, bound) => bound.floor() + 1..=MOST,
                (Direction::AtLeast, bound) => bound.ceiling()..=MOST,
                (Direction::Below, bound) => LEAST..=bound.ceiling() - 1,
                (Direction::AtMost, bound) => LEAST..=bound.floor(),
            },
            Self::Between { from, to } => from.number()?.ceiling()..=to.number()?.floor(),
            Self::Like { .. } | Self::OneOf { .. } => return None,
        })
    }

    pub(in crate::queries) const fn is_negated(&self) -> bool {
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
            Self::OneOf { values, .. } => Value::is_among(values, seen),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::queries::language::Kind;

    fn value() -> impl Strategy<Value = Value> {
        "-?[0-3](\\.[05])?".prop_map(|text| Value::new(&text, Kind::Number).unwrap())
    }

    fn test() -> impl Strategy<Value = Test> {
        let direction = prop::sample::select(vec![
            Direction::Above,
            Direction::AtLeast,
            Direction::Below,
            Direction::AtMost,
        ]);
        prop_oneof![
            (value(), any::<bool>()).prop_map(|(value, negated)| Test::Equal { value, negated }),
            (direction, value()).prop_map(|(direction, bound)| Test::Beyond { direction, bound }),
            (value(), value()).prop_map(|(from, to)| Test::Between { from, to }),
        ]
    }

    proptest! {
        #[test]
        fn a_span_of_numbers_holds_those_of_which_the_test_does(test in test(), number in -5i64..5) {
            let numbers = test.numbers().unwrap();
            prop_assert_eq!(numbers.contains(&number.into()), test.holds(Seen::Number(number)));
        }
    }
}
