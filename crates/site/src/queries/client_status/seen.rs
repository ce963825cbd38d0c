//! When rows were last seen, as queries ask about it.

use std::ops::RangeInclusive;

use super::Field;
use crate::queries::language::{Comparison, Node, Query};

/// The span outside which a query holds of no row, in Unix milliseconds.
pub(super) fn asked(query: &Query<Field>) -> RangeInclusive<i64> {
    let root = std::slice::from_ref(query.root());
    let parts = if let Node::And(parts) = query.root() { parts } else { root };
    let asked = parts.iter().filter_map(|part| match part {
        Node::Leaf(Comparison { field, test }) if field.is_seen() && !test.is_negated() => test.numbers(),
        _ => None,
    });
    asked
        .map(|seconds| moments_of(&seconds))
        .fold(i64::MIN..=i64::MAX, |all, asked| *all.start().max(asked.start())..=*all.end().min(asked.end()))
}

/// The moments in Unix milliseconds that count as these seconds.
pub(super) fn moments_of(seconds: &RangeInclusive<i128>) -> RangeInclusive<i64> {
    let millis = |seconds: i128, more: i128| {
        let millis = seconds.saturating_mul(1000).saturating_add(more);
        i64::try_from(millis.clamp(i64::MIN.into(), i64::MAX.into())).unwrap_or_default()
    };
    // Seconds are rounded towards the epoch.
    let first = millis(*seconds.start(), if *seconds.start() > 0 { 0 } else { -999 });
    first..=millis(*seconds.end(), if *seconds.end() < 0 { 0 } else { 999 })
}
