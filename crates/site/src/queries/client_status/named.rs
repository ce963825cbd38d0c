//! Queries that name machines.

use super::Field;
use crate::queries::language::{Comparison, Node, Query, Test, Value};
use crate::{DeviceRef, Fleet};

/// The devices of the machines that a query names, if it can be true of no others: found by their uids instead of
/// among all. `device_id_prefix` is the site's.
pub(super) fn named_machines<'a, 'p>(
    query: &'a Query<Field>,
    device_id_prefix: &'p str,
    fleet: &'a Fleet,
) -> Option<impl Iterator<Item = DeviceRef<'a>> + use<'a, 'p>> {
    let root = std::slice::from_ref(query.root());
    let parts = if let Node::And(parts) = query.root() { parts } else { root };
    let (field, values) = parts.iter().find_map(|part| match part {
        Node::Leaf(Comparison { field: field @ (Field::Nsdeviceuid | Field::DeviceId), test }) => {
            match test {
                Test::Equal { value, negated: false } => Some((field, std::slice::from_ref(value))),
                Test::OneOf { values, negated: false } => Some((field, &**values)),
                _ => None,
            }
        }
        _ => None,
    })?;
    let uid = move |value: &'a Value| match field {
        Field::DeviceId => uid_of(value.folded()?, device_id_prefix),
        _ => Some(value.as_str()),
    };
    Some(values.iter().filter_map(uid).flat_map(|uid| fleet.of_machine(uid)))
}

/// The uid that a device id of the site ends in.
pub(super) fn uid_of<'i>(id: &'i str, prefix: &str) -> Option<&'i str> {
    let (start, uid) = id.split_at_checked(prefix.len())?;
    uid.strip_prefix('_').filter(|_| start.eq_ignore_ascii_case(prefix))
}
