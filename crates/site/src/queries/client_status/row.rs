//! Status rows as queries ask about them.

use smallvec::SmallVec;
use uuid::fmt::Hyphenated;

use super::{ClientStatus, Field, Value};
use crate::DeviceRef;
use crate::queries::language::{self, Kind, Row, Seen};

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
            | Self::ClassificationId
            | Self::UserAddedTime
            | Self::ClientInstallTime => Kind::Number,
            Self::OsVersion | Self::ClientVersion => Kind::Version,
            _ => Kind::Text,
        }
    }
}

/// A device's row, as a query asks about it.
pub(super) struct StatusRow<'a> {
    pub(super) rows: &'a ClientStatus<'a>,
    pub(super) device: &'a DeviceRef<'a>,
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
