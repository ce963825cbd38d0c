//! `/api/v1/devices/tags/bulk` and `/api/v1/tags/{id}/merge`: tags of many devices, for people and scripts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::alloyscan::devices::FilteredDevices;
use crate::alloyscan::tags::NamedTag;
use crate::nullable;

/// The body of `/api/v1/devices/tags/bulk`: tags to put on and to take off, and either `devices` or a `filter`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct BulkTags {
    /// Tags to put on, at most 64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 64)]
    pub add: Option<Vec<NamedTag>>,
    /// Tags to take off, at most 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub remove: Option<Vec<NamedTag>>,
    /// The devices, at most 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub devices: Option<Vec<WantedDevice>>,
    /// Instead of devices: all for which this holds when the call comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<FilteredDevices>,
    /// By what way the tags are put on: `api` (absent means that), `manual` by a person's hand, `import` from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(api|manual|import)$", example = "manual")]
    pub source: Option<String>,
    /// When the tags come off again by themselves, RFC 3339; null: never. Not together with `expiresIn`. With neither,
    /// a tag that is there already stays as long as it would have.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// How long they stay from now: a number and h, d, w or M, as `7d`; or `never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(0*[1-9][0-9]*[hdwM]|never)$", example = "7d")]
    pub expires_in: Option<String>,
}

/// A device by its id; or by its machine, then all of its users or those named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WantedDevice {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    pub id: Option<String>,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D")]
    pub nsdeviceuid: Option<String>,
    /// Its user, or several between commas; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "joe@corp.example")]
    pub userkey: Option<String>,
}

/// What came of it, or with `dryRun` would come of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkTagged<'a> {
    /// The outcome of each device, in the order named, or found. At most 1000: of more, those that were refused before
    /// all others.
    pub items: Vec<TaggedDevice<'a>>,
    /// How many devices there were, those that were refused among them.
    #[schema(minimum = 0)]
    pub total: usize,
    /// How many gained or lost a tag, or keep one until another moment than before.
    #[schema(minimum = 0)]
    pub changed: usize,
    /// How many were refused.
    #[schema(minimum = 0)]
    pub failed: usize,
}

/// What came of it for one device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TaggedDevice<'a> {
    /// Which.
    pub device: ToldDevice<'a>,
    /// Names of the tags that it gained.
    pub added: Vec<&'a str>,
    /// Names of the tags that it lost.
    pub removed: Vec<&'a str>,
    /// Why it was refused; the others were done all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<DeviceRefusal>,
}

/// A device by its names; one that there is not, as it was named.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ToldDevice<'a> {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    pub id: Option<Cow<'a, str>>,
    /// The machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nsdeviceuid: Option<Cow<'a, str>>,
    /// Its user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userkey: Option<Cow<'a, str>>,
}

/// Why a device was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceRefusal {
    /// A stable code: `not_found` or `tags_per_device`.
    pub code: &'static str,
    /// For a reader.
    pub message: String,
}

/// The body of `/api/v1/tags/{id}/merge`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeTag {
    /// The id of the tag that stays.
    #[schema(format = "uuid")]
    pub into: String,
}
