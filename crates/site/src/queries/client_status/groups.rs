//! Status rows counted by what they have in common.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use hashbrown::HashMap;
use smallvec::SmallVec;

use super::{ClientStatus, Field, Value};
use crate::DeviceRef;

/// Devices that agree in the fields that a result is grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// What they agree in, a value for each field.
    pub values: Vec<Value<'a>>,
    /// How many they are.
    pub count: usize,
}

/// What a device has in a field: the number of a shared value, or the value.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Part<'a> {
    Shared(u32),
    Own(Value<'a>),
}

/// All groups of rows that agree in `fields`, the largest first, equal ones by their values.
pub(super) fn of<'a>(rows: &ClientStatus<'a>, fields: &[Field]) -> Vec<Group<'a>> {
    let mut counts: HashMap<SmallVec<[Part<'a>; 2]>, (DeviceRef<'a>, usize)> = HashMap::new();
    rows.each(|device| {
        let part = |field: &Field| match field.column() {
            Some(column) => Part::Shared(device.shared(column)),
            None => Part::Own(rows.value(*field, &device)),
        };
        counts.entry(fields.iter().map(part).collect()).or_insert((device, 0)).1 += 1;
    });
    // Two numbers may stand for one value: several outcomes have the same status.
    let mut groups: BTreeMap<Vec<Value<'a>>, usize> = BTreeMap::new();
    for (device, count) in counts.into_values() {
        let values = fields.iter().map(|field| rows.value(*field, &device));
        *groups.entry(values.collect()).or_default() += count;
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(values, count)| Group { values, count }).collect();
    groups.sort_by_key(|group| Reverse(group.count));
    groups
}
