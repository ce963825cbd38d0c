//! `POST /api/v1/checkins`: what devices report, and how each is judged. Ours alone, so the members are in
//! camelCase; an unknown member, a member given twice and a wrong type are refused.

mod facts;
mod reply;
mod unique_map;

use std::fmt::Display;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use facts::{Antivirus, Certificate, CertificateStore, Facts, File, Process, RegistryValue};
pub use reply::{CheckInsReply, Judged, JudgedDevice, Probes, Refusal, Refused, RegistryProbe, Tag};

use crate::schema::OsName;

/// The most check-ins of one call.
pub const MAX_CHECKINS: usize = 1000;

/// The most processes, the most files and the most registry values of one check-in: as many as a site has distinct
/// checks (DESIGN §8), so that all that rules can ask about can be answered. Who answers [`Probes`] stops here.
pub const MAX_PROBED: usize = 4096;

/// The body of `POST /api/v1/checkins`: 1 to [`MAX_CHECKINS`] check-ins, each judged alone.
// Who reports has its texts as `String`; who is told borrows them.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[serde(bound(deserialize = "Text: Deserialize<'de> + Display + Ord"))]
pub struct CheckIns<Text = String> {
    /// The check-ins, answered in this order.
    #[schema(value_type = Vec<CheckIn>, min_items = 1, max_items = 1000)]
    pub checkins: Vec<CheckIn<Text>>,
}

/// One device's report about itself. A member that is absent or null is not reported: the site keeps what it knew.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[serde(bound(deserialize = "Text: Deserialize<'de> + Display + Ord"))]
pub struct CheckIn<Text = String> {
    /// The machine, compared without case; an upper-case UUID by custom.
    #[schema(
        value_type = String,
        pattern = r"^[^,]*[^, ][^,]*$",
        min_length = 1,
        max_length = 255,
        example = "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D"
    )]
    pub nsdeviceuid: Text,
    /// The user whose device this is; with `nsdeviceuid` it names the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = "^[^,]*$", max_length = 255, example = "joe@corp.example")]
    pub userkey: Option<Text>,
    /// The user's name as shown, often the same as `userkey`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255, example = "joe@corp.example")]
    pub username: Option<Text>,
    /// The machine's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255, example = "nskp-w11-joe-3")]
    pub hostname: Option<Text>,
    /// The operating system: `windows`, `mac`, `linux`, `android`, `ios`, `chromeos` or `winserver`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OsName>)]
    pub os: Option<Text>,
    /// Its version, numbers between dots: `10.0.22631`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 64, example = "10.0.22631")]
    pub os_version: Option<Text>,
    /// Its edition: `Windows 11 Enterprise`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub edition: Option<Text>,
    /// The distribution of a linux: `debian`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub distribution: Option<Text>,
    /// The version of the client that reports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255, example = "135.1.10.2611")]
    pub client_version: Option<Text>,
    /// Who made the machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub device_make: Option<Text>,
    /// The machine's model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub device_model: Option<Text>,
    /// The machine's serial number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub serial_number: Option<Text>,
    /// The hardware addresses of its network interfaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, max_items = 256)]
    pub mac_addresses: Option<Vec<Text>>,
    /// The private address that it reports from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "10.1.2.3")]
    pub ip_address: Option<Text>,
    /// Why it reports: `Device Posture Change`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255, example = "Device Posture Change")]
    pub event: Option<Text>,
    /// What the checks of rules look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Facts>)]
    pub facts: Option<Facts<Text>>,
}

#[cfg(test)]
mod tests;
