//! Status rows counted by what they have in common.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use hashbrown::HashMap;
use smallvec::SmallVec;

use super::{ClientStatus, Field, Value};
use crate::DeviceRef;
use crate::fleet::{BLOCK, Shared};

/// Devices that agree in the fields that a result is grouped by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group<'a> {
    /// What they agree in, a value for each field.
    pub values: Vec<Value<'a>>,
    /// How many they are.
    pub count: usize,
}

/// A result has more groups than it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are more than {most} groups; filter or group by fewer fields")]
pub struct TooManyGroups {
    /// As many may be.
    pub most: usize,
}

/// What a device has in a field: the number of a shared value, or the value.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Part<'a> {
    Shared(u32),
    Own(Value<'a>),
}

/// All groups of rows that agree in `fields`, the largest first, equal ones by their values. What
/// counts as `most` is what is held at once: two numbers that stand for one value are two.
///
/// # Errors
/// When there are more than `most`.
pub(super) fn of<'a>(
    rows: &ClientStatus<'a>,
    fields: &[Field],
    most: usize,
) -> Result<Vec<Group<'a>>, TooManyGroups> {
    let counts = match fields {
        [field]
            if rows.named().is_none()
                && let Some(column) = field.column() =>
        {
            by_column(rows, column)
        }
        _ => by_parts(rows, fields, most),
    };
    if counts.len() > most {
        return Err(TooManyGroups { most });
    }
    // Two numbers may stand for one value: several outcomes have the same status.
    let mut groups: BTreeMap<Vec<Value<'a>>, usize> = BTreeMap::new();
    for (device, count) in counts {
        let values = fields.iter().map(|field| rows.value(*field, &device));
        *groups.entry(values.collect()).or_default() += count;
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(values, count)| Group { values, count }).collect();
    groups.sort_by_key(|group| Reverse(group.count));
    Ok(groups)
}

/// Of each number of a column that rows have: a device that has it, and how many have.
fn by_column<'a>(rows: &ClientStatus<'a>, column: Shared) -> Vec<(DeviceRef<'a>, usize)> {
    let mut counts = vec![None; rows.site.fleet.shared_end(column) as usize];
    let mut room = Box::new([0; BLOCK]);
    rows.each_block(|block, places| {
        let ids = block.shared(column, &mut room);
        for place in places.iter() {
            let id = ids.map_or(0, |ids| ids[place] as usize);
            counts[id].get_or_insert_with(|| (block.device(place), 0)).1 += 1;
        }
        ControlFlow::Continue(())
    });
    counts.into_iter().flatten().collect()
}

/// The same of all that rows have in some fields; some of it where that is more than `most`.
fn by_parts<'a>(rows: &ClientStatus<'a>, fields: &[Field], most: usize) -> Vec<(DeviceRef<'a>, usize)> {
    let mut counts: HashMap<SmallVec<[Part<'a>; 2]>, (DeviceRef<'a>, usize)> = HashMap::new();
    rows.each(|device| {
        let part = |field: &Field| match field.column() {
            Some(column) => Part::Shared(device.shared(column)),
            None => Part::Own(rows.value(*field, &device)),
        };
        counts.entry(fields.iter().map(part).collect()).or_insert((device, 0)).1 += 1;
        if counts.len() > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    counts.into_values().collect()
}
