//! The fields of a machine's entry, under their dotted names.

use domain::{Os, Status};

use crate::queries::client_status::Field as StatusField;
use crate::queries::language::{self, Kind};

/// A field of a machine's entry, which is a field of the status rows of its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    pub(super) of_row: StatusField,
}

macro_rules! fields {
    ($($name:literal = $of_row:ident),* $(,)?) => {
        impl Field {
            const ALL: &'static [Self] = &[$(Self { name: $name, of_row: StatusField::$of_row }),*];
        }
    };
}

fields! {
    "_id" = DeviceId,
    "device_id" = DeviceId,
    "client_install_time" = ClientInstallTime,
    "client_version" = ClientVersion,
    "host_info.device_make" = DeviceMake,
    "host_info.device_model" = DeviceModel,
    "host_info.hostname" = Hostname,
    "host_info.managementID" = ManagementId,
    "host_info.nsdeviceuid" = Nsdeviceuid,
    "host_info.os" = Os,
    "host_info.os_version" = OsVersion,
    "host_info.serialNumber" = SerialNumber,
    "host_info.macAddresses" = MacAddresses,
    "host_info.last_hostinfo_update_timestamp" = LastUpdateTimestamp,
    "last_event.actor" = Actor,
    "last_event.event" = Event,
    "last_event.npa_status" = NpaStatus,
    "last_event.status" = EventStatus,
    "last_event.timestamp" = EventTimestamp,
    "users._id" = Id,
    "users.device_classification_status" = Status,
    "users.device_classification_custom_status" = Classification,
    "users.last_event.actor" = Actor,
    "users.last_event.event" = Event,
    "users.last_event.npa_status" = NpaStatus,
    "users.last_event.status" = EventStatus,
    "users.last_event.timestamp" = EventTimestamp,
    "users.user_added_time" = UserAddedTime,
    "users.userkey" = Userkey,
    "users.username" = Username,
}

impl language::Field for Field {
    const ALL: &'static [Self] = Self::ALL;

    /// By its dotted name, or by the end of it that no other field shares.
    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.clone().find(|field| field.name == name).or_else(|| {
            let is_end = |field: &Self| field.name.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
            let found = all.find(is_end)?;
            all.all(|field| !is_end(&field)).then_some(found)
        })
    }

    fn full_name(self) -> String {
        self.name.to_owned()
    }

    fn kind(self) -> Kind {
        self.of_row.kind()
    }

    /// The numbers that stand for words (netskope-v1, clients).
    fn meant(self, said: &str) -> Option<&'static str> {
        Some(match (self.of_row, said) {
            (StatusField::Status, "0") => Status::Managed.name(),
            (StatusField::Status, "1") => Status::Unmanaged.name(),
            (StatusField::Status, "2") => Status::Unknown.name(),
            (StatusField::Os, "0") => Os::Windows.display_name(),
            (StatusField::Os, "1") => Os::Mac.display_name(),
            (StatusField::Os, "3") => Os::Android.display_name(),
            (StatusField::Os, "4") => Os::WinServer.display_name(),
            (StatusField::EventStatus, "0") => "Disabled",
            (StatusField::EventStatus, "1") => "Enabled",
            (StatusField::EventStatus, "2") => "Uninstalled",
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queries::language::Field as _;

    fn name(of: &str) -> Option<&'static str> {
        Field::named(of).map(|field| field.name)
    }

    #[test]
    fn a_field_is_found_by_its_dotted_name_and_by_an_end_of_it_that_is_its_own() {
        for field in Field::ALL {
            assert_eq!(name(field.name), Some(field.name));
        }
        assert_eq!(name("hostname"), Some("host_info.hostname"));
        assert_eq!(name("userkey"), Some("users.userkey"));
        assert_eq!(name("timestamp"), None, "of an event of the machine, or of a user");
        assert_eq!(name("ostname"), None);
        assert_eq!(name(""), None);
        assert_eq!(name(".hostname"), None);
    }
}
