//! The query of a search, over status rows.

use smallvec::SmallVec;
use uuid::fmt::Hyphenated;

use super::{ClientStatus, Field, Value};
use crate::fleet::Shared;
use crate::queries::language::{self, Comparison, Kind, Node, Query, Row, Seen, Test};
use crate::{DeviceRef, Fleet};

impl language::Field for Field {
    const ALL: &'static [Self] = Field::ALL;

    fn named(name: &str) -> Option<Self> {
        Self::named(name)
    }

    fn full_name(self) -> String {
        if Self::named(self.name()) == Some(self) {
            self.name().to_owned()
        } else {
            format!("{}.{}", self.group(), self.name())
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Timestamp
            | Self::LastEventTimestamp
            | Self::LastUpdateTimestamp
            | Self::EventTimestamp
            | Self::ClassificationId => Kind::Number,
            Self::OsVersion | Self::ClientVersion => Kind::Version,
            _ => Kind::Text,
        }
    }
}

/// A query that remembers what it made of values that many devices have.
pub(super) struct Filter<'q> {
    root: Node<Leaf<'q>>,
    /// By leaf, by the number of the value: whether the comparison holds for it, once that was asked.
    known: Vec<Vec<Option<bool>>>,
}

struct Leaf<'q> {
    comparison: &'q Comparison<Field>,
    /// The column that the field is read from, where it is a shared one.
    column: Option<Shared>,
    index: usize,
}

impl<'q> Filter<'q> {
    pub(super) fn new(query: &'q Query<Field>) -> Self {
        let mut count = 0;
        let mut root = query.root().map(&mut |comparison| {
            count += 1;
            Leaf { comparison, column: comparison.field.column(), index: count - 1 }
        });
        cheap_first(&mut root);
        Self { root, known: vec![Vec::new(); count] }
    }

    /// Whether the row of a device is as the query asks.
    pub(super) fn matches(&mut self, rows: &ClientStatus<'_>, device: &DeviceRef<'_>) -> bool {
        let known = &mut self.known;
        let row = StatusRow { rows, device };
        self.root.holds(&mut |leaf| {
            let Some(column) = leaf.column else { return leaf.comparison.matches(&row) };
            let (id, known) = (device.shared(column) as usize, &mut known[leaf.index]);
            if known.len() <= id {
                known.resize(id + 1, None);
            }
            *known[id].get_or_insert_with(|| leaf.comparison.matches(&row))
        })
    }
}

/// Puts what is looked up before what is worked out for each row: the order of siblings does not change what holds.
fn cheap_first(node: &mut Node<Leaf<'_>>) {
    match node {
        Node::And(children) | Node::Or(children) => {
            children.iter_mut().for_each(cheap_first);
            children.sort_by_key(|child| match child {
                Node::Leaf(leaf) => u8::from(leaf.column.is_none()),
                _ => 2,
            });
        }
        Node::Not(child) => cheap_first(child),
        Node::Leaf(_) => {}
    }
}

/// The devices of the machines that a query names, if it can be true of no others: found by their uids instead of
/// among all.
pub(super) fn named_machines<'a>(
    query: &'a Query<Field>,
    fleet: &'a Fleet,
) -> Option<impl Iterator<Item = DeviceRef<'a>>> {
    let root = std::slice::from_ref(query.root());
    let parts = if let Node::And(parts) = query.root() { parts } else { root };
    let uids = parts.iter().find_map(|part| match part {
        Node::Leaf(Comparison { field: Field::Nsdeviceuid, test }) => match test {
            Test::Equal { value, negated: false } => Some(std::slice::from_ref(value)),
            Test::OneOf { values, negated: false } => Some(values),
            _ => None,
        },
        _ => None,
    })?;
    Some(uids.iter().flat_map(|uid| fleet.of_machine(uid.as_str())))
}

struct StatusRow<'a> {
    rows: &'a ClientStatus<'a>,
    device: &'a DeviceRef<'a>,
}

impl Row<Field> for StatusRow<'_> {
    fn any(&self, field: Field, mut test: impl FnMut(Seen<'_>) -> bool) -> bool {
        // What `value` would have to put together on the heap.
        match field {
            Field::MacAddresses => {
                return self.device.any_mac_address(|address| test(Seen::Text(address)));
            }
            Field::Hostname => return test(Seen::Text(&self.device.hostname().unwrap_or_default())),
            Field::Username => return test(Seen::Text(&self.device.username().unwrap_or_default())),
            Field::Userkey => return test(Seen::Text(&self.device.userkey())),
            Field::SerialNumber => {
                return test(Seen::Text(&self.device.serial_number().unwrap_or_default()));
            }
            Field::Nsdeviceuid => return test(Seen::Text(&self.device.uid())),
            Field::PrivateIp => {
                return test(Seen::Text(&self.device.ip_address_text().unwrap_or_default()));
            }
            Field::DeviceId => {
                let uid = self.device.uid();
                let parts = [&*self.rows.device_id_prefix, "_", &uid].map(str::bytes);
                let id: SmallVec<[u8; 96]> = parts.into_iter().flatten().collect();
                return std::str::from_utf8(&id).is_ok_and(|id| test(Seen::Text(id)));
            }
            _ => {}
        }
        match self.rows.value(field, self.device) {
            Value::Null => false,
            Value::Number(number) => test(Seen::Number(number)),
            Value::Text(text) => test(Seen::Text(&text)),
            Value::Version(version) => test(Seen::Text(version.as_str())),
            Value::Uuid(id) => test(Seen::Text(id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]))),
            Value::List(texts) => texts.iter().any(|text| test(Seen::Text(text))),
        }
    }
}
