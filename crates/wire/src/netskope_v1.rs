//! The JSON of REST API v1 (netskope-v1).

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema;

/// The envelope of every success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reply<T> {
    /// Always `success`.
    #[schema(pattern = "^success$")]
    pub status: &'static str,
    /// Always empty.
    #[schema(max_length = 0)]
    pub msg: &'static str,
    /// What was asked for.
    pub data: Vec<T>,
}

impl<T> From<Vec<T>> for Reply<T> {
    fn from(data: Vec<T>) -> Self {
        Self { status: "success", msg: "", data }
    }
}

/// A [`Reply`] whose entries are made one by one while it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LazyReply<D> {
    /// As there.
    pub status: &'static str,
    /// As there.
    pub msg: &'static str,
    /// What is written as a list.
    pub data: D,
}

impl<D> From<D> for LazyReply<D> {
    fn from(data: D) -> Self {
        Self { status: "success", msg: "", data }
    }
}

/// The envelope of every error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorReply {
    /// Always `error`.
    #[schema(pattern = "^error$")]
    pub status: String,
    /// What kind of error it is, as `Authorization Error`.
    #[serde(rename = "errorCode")]
    pub error_code: String,
    /// Each thing that is wrong.
    #[schema(min_items = 1)]
    pub errors: Vec<String>,
}

/// A machine, with its users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Client<'a> {
    /// All that is said of it.
    pub attributes: ClientAttributes<'a>,
}

/// What is said of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClientAttributes<'a> {
    /// The site's prefix, an underscore and the machine's uid.
    #[serde(rename = "_id")]
    pub id: &'a str,
    /// The same.
    pub device_id: &'a str,
    /// When the first of its users' devices was first seen, in Unix seconds. Absent where that was before anything of
    /// the kind was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_install_time: Option<i64>,
    /// Version of the client that reports; empty where none was reported.
    pub client_version: &'a str,
    /// The machine.
    pub host_info: HostInfo<'a>,
    /// What made the machine report last.
    pub last_event: LastEvent<'a>,
    /// Who uses it; at least one.
    pub users: Vec<User<'a>>,
}

/// A machine as it last reported itself, whichever of its users it was. What was not reported is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HostInfo<'a> {
    /// Its maker.
    pub device_make: &'a str,
    /// Its model.
    pub device_model: &'a str,
    /// Its name.
    pub hostname: Cow<'a, str>,
    /// Never reported here: empty.
    #[serde(rename = "managementID")]
    pub management_id: &'a str,
    /// Its uid.
    pub nsdeviceuid: Cow<'a, str>,
    /// `Windows`, `Mac`, `Linux`, `Android`, `iOS`, `ChromeOS` or `Windows Server`.
    pub os: &'a str,
    /// The version of that.
    pub os_version: &'a str,
    /// Its serial number.
    #[serde(rename = "serialNumber")]
    pub serial_number: Cow<'a, str>,
    /// Its hardware addresses.
    #[serde(rename = "macAddresses")]
    pub mac_addresses: Vec<Cow<'a, str>>,
    /// When it last reported: Unix seconds, as a text.
    pub last_hostinfo_update_timestamp: String,
}

/// What made a machine report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LastEvent<'a> {
    /// Never reported here: empty.
    pub actor: &'a str,
    /// What happened, as `Device Posture Change`.
    pub event: &'a str,
    /// Never reported here: empty.
    pub npa_status: &'a str,
    /// Never reported here: empty.
    pub status: &'a str,
    /// When, in Unix seconds.
    pub timestamp: i64,
}

/// A machine as one user uses it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct User<'a> {
    /// 24 hexadecimal digits.
    #[serde(rename = "_id")]
    #[schema(pattern = "^[0-9a-f]{24}$")]
    pub id: String,
    /// `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    pub device_classification_status: &'static str,
    /// Name of the classification; empty when none.
    pub device_classification_custom_status: &'a str,
    /// What made the machine report last for this user.
    pub last_event: LastEvent<'a>,
    /// When the machine was first seen with this user, in Unix seconds: it checked in, or was added by hand. Absent where
    /// that was before anything of the kind was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub user_added_time: Option<i64>,
    /// Never reported here: empty.
    pub user_source: &'a str,
    /// Never reported here: 0.
    pub user_state: i64,
    /// The user's key.
    pub userkey: Cow<'a, str>,
    /// The user's name; empty where none was reported.
    pub username: Cow<'a, str>,
}

/// What a device reported last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceEvent<'a> {
    /// The device's UUID.
    #[serde(rename = "_id")]
    #[schema(format = "uuid")]
    pub id: String,
    /// When, in Unix seconds.
    pub timestamp: i64,
    /// Always `infrastructure`.
    #[serde(rename = "type")]
    #[schema(pattern = "^infrastructure$")]
    pub kind: &'static str,
    /// What happened, as `Device Posture Change`.
    pub event: &'a str,
    /// The machine's name.
    pub hostname: Cow<'a, str>,
    /// The machine's uid.
    pub nsdeviceuid: Cow<'a, str>,
    /// As in the list of machines.
    pub os: &'a str,
    /// The user's key.
    pub userkey: Cow<'a, str>,
    /// The user's name; empty where none was reported.
    pub username: Cow<'a, str>,
    /// `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    pub device_classification_status: &'static str,
    /// Name of the classification; empty when none.
    pub device_classification_custom_status: &'a str,
}

/// An alert. There are none yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub enum Alert {}

/// The parameters of `clients` in a body; those of the address do as well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClientsBody {
    /// The token, unless a header has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Always `query`; may be left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^query$")]
    pub op: Option<String>,
    /// Only machines for which this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "host_info.hostname like 'lab'")]
    pub query: Option<String>,
    /// How many machines to show at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5000)]
    pub limit: Option<u32>,
    /// How many machines to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::count)]
    pub skip: Option<u64>,
}

/// The parameters of `events` and `alerts` in a body; those of the address do as well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventsBody {
    /// The token, unless a header has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The kind: of events `audit` or `infrastructure`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Only those for which this holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Only what lies so many seconds back at most: 3600, 86400, 604800 or 2592000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeperiod: Option<u32>,
    /// Instead of `timeperiod`, in Unix seconds: only what lies at or after this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub starttime: Option<i64>,
    /// Likewise: at or before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0)]
    pub endtime: Option<i64>,
    /// How many to show at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 5000)]
    pub limit: Option<u32>,
    /// How many to leave out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = schema::count)]
    pub skip: Option<u64>,
}
