//! Status rows as JSON (netskope-v2 §9).

use serde::ser::{Serialize, SerializeMap, Serializer};
use site::DeviceRef;
use site::queries::client_status::{ClientStatus, Field, Group, Value};
use site::queries::language::Field as _;

/// The objects of a full record, each with the fields that it holds.
pub(super) const GROUPS: [&str; 3] = ["host_info", "user_info", "last_seen_device_event"];

/// A device's full record.
pub(super) struct FullRow<'a> {
    pub(super) rows: &'a ClientStatus<'a>,
    pub(super) device: &'a DeviceRef<'a>,
}

/// Some of a record's fields under flat names, and its id.
pub(super) struct NarrowRow<'a> {
    pub(super) rows: &'a ClientStatus<'a>,
    pub(super) device: &'a DeviceRef<'a>,
    pub(super) fields: &'a [(String, Field)],
}

/// How many rows have the same values.
pub(super) struct GroupRow<'a> {
    pub(super) fields: &'a [Field],
    pub(super) group: &'a Group<'a>,
}

impl Serialize for FullRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut record = serializer.serialize_map(None)?;
        // `user` is an alias that only narrow rows show.
        for field in Field::ALL.iter().filter(|field| field.group().is_empty() && **field != Field::User) {
            record.serialize_entry(field.name(), &Shown(&self.rows.value(*field, self.device)))?;
        }
        for group in GROUPS {
            record.serialize_entry(group, &Part { row: self, group })?;
        }
        record.end()
    }
}

/// One object of a full record.
struct Part<'a> {
    row: &'a FullRow<'a>,
    group: &'static str,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = Field::ALL.iter().filter(|field| field.group() == self.group);
        let mut part = serializer.serialize_map(None)?;
        for field in fields {
            part.serialize_entry(field.name(), &Shown(&self.row.rows.value(*field, self.row.device)))?;
        }
        part.end()
    }
}

impl Serialize for NarrowRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(None)?;
        row.serialize_entry(Field::Id.name(), &Shown(&self.rows.value(Field::Id, self.device)))?;
        for (name, field) in self.fields.iter().filter(|(_, field)| *field != Field::Id) {
            row.serialize_entry(name, &Shown(&self.rows.value(*field, self.device)))?;
        }
        row.end()
    }
}

impl Serialize for GroupRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_map(Some(2))?;
        row.serialize_entry("_id", &GroupId(self))?;
        row.serialize_entry("count", &self.group.count)?;
        row.end()
    }
}

struct GroupId<'a>(&'a GroupRow<'a>);

impl Serialize for GroupId<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Two fields may have one flat name.
        let names = self.0.fields.iter().map(|field| field.full_name());
        serializer.collect_map(names.zip(self.0.group.values.iter().map(Shown)))
    }
}

struct Shown<'a>(&'a Value<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_unit(),
            Value::Number(number) => serializer.serialize_i64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Version(version) => serializer.serialize_str(version.as_str()),
            Value::Uuid(id) => id.serialize(serializer),
            Value::List(texts) => serializer.collect_seq(texts),
        }
    }
}
