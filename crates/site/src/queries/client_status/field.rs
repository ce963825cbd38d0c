//! The fields of a status row.

use crate::fleet::Shared;

macro_rules! fields {
    (
        $($(#[$doc:meta])* $variant:ident = $name:literal in $group:literal),* $(,)?;
        $($(#[$asked_doc:meta])* $asked:ident = $asked_name:literal),* $(,)?
    ) => {
        /// A field of a status row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[$doc])* $variant,)*
            $($(#[$asked_doc])* $asked,)*
        }

        impl Field {
            /// All that rows show.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its flat name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* $(Self::$asked => $asked_name,)* }
            }

            /// The object of the full record that holds it; empty for the record itself.
            #[must_use]
            pub const fn group(self) -> &'static str {
                match self { $(Self::$variant => $group,)* $(Self::$asked)|* => "" }
            }
        }
    };
}

fields! {
    /// The device's UUID.
    Id = "_id" in "",
    /// The site's prefix, an underscore and the machine's uid.
    DeviceId = "device_id" in "",
    /// Version of the client that reports.
    ClientVersion = "client_version" in "",
    /// Unix seconds of the last check-in.
    Timestamp = "timestamp" in "",
    /// The same.
    LastEventTimestamp = "last_event_timestamp" in "",
    /// Address on the device's own network.
    PrivateIp = "last_connected_from_private_ip" in "",
    /// Never reported here: empty.
    PublicIp = "last_connected_from_public_ip" in "",
    /// The machine's name.
    Hostname = "hostname" in "host_info",
    /// The machine's uid.
    Nsdeviceuid = "nsdeviceuid" in "host_info",
    /// The operating system, spelled for people.
    Os = "os" in "host_info",
    /// Its version.
    OsVersion = "os_version" in "host_info",
    /// Maker of the machine.
    DeviceMake = "device_make" in "host_info",
    /// Model of the machine.
    DeviceModel = "device_model" in "host_info",
    /// Serial number of the machine.
    SerialNumber = "serial_number" in "host_info",
    /// Hardware addresses.
    MacAddresses = "mac_addresses" in "host_info",
    /// Never reported here: empty.
    ManagementId = "managementID" in "host_info",
    /// Unix seconds of the last check-in.
    LastUpdateTimestamp = "last_update_timestamp" in "host_info",
    /// The user's name.
    Username = "username" in "user_info",
    /// The user's key.
    Userkey = "userkey" in "user_info",
    /// The status word.
    Status = "device_classification_status" in "user_info",
    /// Name of the classification; empty when none.
    Classification = "device_classification_custom_status" in "user_info",
    /// Id of the classification; null when none.
    ClassificationId = "device_classification_custom_status_id" in "user_info",
    /// Never reported here: empty.
    Actor = "actor" in "last_seen_device_event",
    /// What made the device report last.
    Event = "event" in "last_seen_device_event",
    /// Never reported here: empty.
    EventStatus = "status" in "last_seen_device_event",
    /// Never reported here: empty.
    NpaStatus = "npa_status" in "last_seen_device_event",
    /// Unix seconds of the last check-in.
    EventTimestamp = "timestamp" in "last_seen_device_event",
    /// The user's name, or the key where no name was reported: an alias, no part of the full record.
    User = "user" in "";
    /// Unix seconds of when the device was first seen. No row shows it: only who asks for machines asks for it.
    UserAddedTime = "user_added_time",
    /// The same of the first of the machine's devices.
    ClientInstallTime = "client_install_time",
}

impl Field {
    /// The field of that name: flat, or with its group before a dot.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (group, flat) = name.split_once('.').map_or((None, name), |(group, flat)| (Some(group), flat));
        let mut all = Self::ALL.iter().copied();
        let in_group = |field: Self| group.is_none_or(|group| !group.is_empty() && group == field.group());
        all.find(|field| field.name() == flat && in_group(*field))
    }

    /// Whether it is the time of the last check-in.
    pub(super) const fn is_seen(self) -> bool {
        matches!(
            self,
            Self::Timestamp | Self::LastEventTimestamp | Self::LastUpdateTimestamp | Self::EventTimestamp
        )
    }

    /// Whether it is empty in every row.
    pub(super) const fn is_never_reported(self) -> bool {
        matches!(
            self,
            Self::PublicIp | Self::ManagementId | Self::Actor | Self::EventStatus | Self::NpaStatus
        )
    }

    /// The column that says all about it, where many devices have the same.
    pub(super) const fn column(self) -> Option<Shared> {
        Some(match self {
            Self::Os => Shared::Os,
            Self::OsVersion => Shared::OsVersion,
            Self::ClientVersion => Shared::ClientVersion,
            Self::DeviceMake => Shared::DeviceMake,
            Self::DeviceModel => Shared::DeviceModel,
            Self::Event => Shared::Event,
            Self::Status | Self::Classification | Self::ClassificationId => Shared::Outcome,
            _ => return None,
        })
    }
}
