//! Status rows as JSON (netskope-v2 §9).

use site::DeviceRef;
use site::queries::client_status::{ClientStatus, Field, Group, Value};
use site::queries::language::Field as _;
use uuid::fmt::Hyphenated;

use crate::json::{write_inside, write_number, write_text};

/// The objects of a full record, each with the fields that it holds.
pub(super) const GROUPS: [&str; 3] = ["host_info", "user_info", "last_seen_device_event"];

/// What every row of an answer has in common: all of its JSON but the values. Ten thousand rows are written with it, so
/// nothing that one row does not need for itself is done for each.
#[derive(Debug)]
pub(super) struct RowShape {
    /// What stands before each value.
    parts: Vec<(Box<[u8]>, Field)>,
    end: Box<[u8]>,
}

/// A shape up to where it is known.
#[derive(Default)]
struct Maker {
    parts: Vec<(Box<[u8]>, Field)>,
    pending: Vec<u8>,
}

impl Maker {
    /// Opens the record or an object in it.
    fn open(&mut self) {
        self.pending.push(b'{');
    }

    fn name(&mut self, name: &str) {
        if !self.pending.ends_with(b"{") {
            self.pending.push(b',');
        }
        write_text(&mut self.pending, name);
        self.pending.push(b':');
    }

    fn value(&mut self, name: &str, field: Field) {
        self.name(name);
        self.parts.push((std::mem::take(&mut self.pending).into(), field));
    }

    fn close(&mut self) {
        self.pending.push(b'}');
    }

    fn finish(mut self) -> RowShape {
        self.close();
        RowShape { parts: self.parts, end: self.pending.into() }
    }
}

impl RowShape {
    /// Full records.
    pub(super) fn full() -> Self {
        let of_group = |group: &'static str| Field::ALL.iter().filter(move |field| field.group() == group);
        let mut shape = Maker::default();
        shape.open();
        // `user` is an alias that only narrow rows show.
        for field in of_group("").filter(|field| **field != Field::User) {
            shape.value(field.name(), *field);
        }
        for group in GROUPS {
            shape.name(group);
            shape.open();
            of_group(group).for_each(|field| shape.value(field.name(), *field));
            shape.close();
        }
        shape.finish()
    }

    /// Some of a record's fields under flat names, and its id.
    pub(super) fn narrow(fields: &[(String, Field)]) -> Self {
        let mut shape = Maker::default();
        shape.open();
        shape.value(Field::Id.name(), Field::Id);
        for (name, field) in fields.iter().filter(|(_, field)| *field != Field::Id) {
            shape.value(name, *field);
        }
        shape.finish()
    }

    /// Writes the row of a device behind what is there.
    pub(super) fn write<'a>(&self, rows: &ClientStatus<'a>, device: &DeviceRef<'a>, json: &mut Vec<u8>) {
        for (before, field) in &self.parts {
            json.extend_from_slice(before);
            match field {
                // These need not be put together first.
                Field::DeviceId => {
                    json.push(b'"');
                    json.extend_from_slice(rows.device_id_prefix().as_bytes());
                    json.push(b'_');
                    write_inside(json, &device.uid());
                    json.push(b'"');
                }
                Field::MacAddresses => write_list(json, device.mac_addresses()),
                _ => write_value(json, &rows.value(*field, device)),
            }
        }
        json.extend_from_slice(&self.end);
    }
}

fn write_value(json: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Null => json.extend_from_slice(b"null"),
        Value::Number(number) => write_number(json, *number),
        Value::Text(text) => write_text(json, text),
        Value::Version(version) => write_text(json, version.as_str()),
        Value::Uuid(id) => write_text(json, id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH])),
        Value::List(texts) => write_list(json, texts.iter()),
    }
}

fn write_list(json: &mut Vec<u8>, texts: impl Iterator<Item: AsRef<str>>) {
    json.push(b'[');
    for (place, text) in texts.enumerate() {
        if place > 0 {
            json.push(b',');
        }
        write_text(json, text.as_ref());
    }
    json.push(b']');
}

/// Writes how many rows have the same values in some fields.
pub(super) fn write_group(fields: &[Field], group: &Group<'_>, json: &mut Vec<u8>) {
    json.extend_from_slice(br#"{"_id":{"#);
    for (place, (field, value)) in fields.iter().zip(&group.values).enumerate() {
        if place > 0 {
            json.push(b',');
        }
        // Two fields may have one flat name.
        write_text(json, &field.full_name());
        json.push(b':');
        write_value(json, value);
    }
    json.extend_from_slice(br#"},"count":"#);
    write_number(json, i64::try_from(group.count).unwrap_or(i64::MAX));
    json.push(b'}');
}
