//! `bulkadd`, `bulkremove` and `bulkreplace` (netskope-v2 §8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Text;

/// The body of the three calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Bulk<'a> {
    /// Ids of device tags; one given twice counts once.
    #[schema(max_items = 1000, example = json!([1137]))]
    pub tags: Vec<u64>,
    /// The devices meant. All of them together may name at most 10,000 users.
    #[serde(borrow)]
    #[schema(max_items = 1000)]
    pub devices: Vec<NamedDevice<'a>>,
    /// Must be empty: classifications come from rules.
    #[schema(max_items = 0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_classifications: Option<Vec<u64>>,
}

/// A device as calls name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NamedDevice<'a> {
    /// The machine, compared without case.
    #[serde(borrow)]
    #[schema(value_type = String, pattern = r"^[^,]*[^, ][^,]*$", min_length = 1, max_length = 255,
        example = "416012FE-30F4-97F4-A7DC-59E6E1A8CC7D")]
    pub nsdeviceuid: Text<'a>,
    /// Its user, or several with commas; absent, empty or the machine's uid: every user.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "joe@corp.example")]
    pub userkey: Option<Text<'a>>,
    /// Informative only.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub hostname: Option<Text<'a>>,
}

/// What a bulk call did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BulkData<'a> {
    /// Assignments added and removed.
    pub affected_device_tags: usize,
    /// Always 0.
    #[schema(maximum = 0)]
    pub affected_device_classification_tags: usize,
    /// As `Tags replaced successfully`.
    #[schema(example = "Tags replaced successfully")]
    pub message: &'static str,
    /// What was named and the site does not know, as it was named, of several users only the unknown ones; absent when
    /// there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_devices: Vec<NamedDevice<'a>>,
    /// The tags that a replacement left out because a device may have no more, five unless the site has that set otherwise; absent when there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skipped_tags: Vec<u32>,
}
