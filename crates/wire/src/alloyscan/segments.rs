//! `/api/v1/segments` (alloyscan, Segments).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use super::tags::CarriedTag;
use crate::nullable;

/// The body of POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewSegment {
    /// Its name, unique on the site whatever its case: 1 to 80 characters, no control characters.
    #[schema(min_length = 1, max_length = 80, example = "Branch office")]
    pub name: String,
    /// What its ranges are; stays as it is.
    #[serde(rename = "type")]
    #[schema(value_type = SegmentTypeName)]
    pub kind: String,
    /// Networks in CIDR notation or single addresses; or names of domains, which stand for those below them too. A
    /// range is in one segment only.
    #[schema(max_items = 1000, example = json!(["10.1.0.0/16", "2001:db8::/32"]))]
    pub ranges: Vec<String>,
    /// The id of the tag that every device gets which is discovered on the segment from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    pub auto_tag_id: Option<String>,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchSegment {
    /// Its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// Its new ranges, all anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub ranges: Option<Vec<String>>,
    /// The id of the tag that it gives from now on; null: none. Tags that it gave stay.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub auto_tag_id: Option<Option<String>>,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Segment<'a> {
    /// Its id.
    #[schema(format = "uuid")]
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// What its ranges are.
    #[serde(rename = "type")]
    #[schema(value_type = SegmentTypeName)]
    pub kind: &'static str,
    /// Its ranges, in order.
    pub ranges: Vec<String>,
    /// The id of the tag that it gives; null: none.
    #[schema(required, format = "uuid")]
    pub auto_tag_id: Option<String>,
    /// How many devices are on it at this moment.
    pub device_count: u32,
    /// When one of them was last heard; null where there is none.
    #[schema(required, format = DateTime)]
    pub last_scan: Option<String>,
}

/// What a back-fill did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Backfilled<'a> {
    /// The tag that the segment gives.
    pub tag: CarriedTag<'a>,
    /// How many devices of the segment lacked it.
    pub devices: u32,
    /// Whether this was only asked.
    pub dry_run: bool,
}

/// The types of segments.
pub(crate) enum SegmentTypeName {}

impl ToSchema for SegmentTypeName {}

impl utoipa::PartialSchema for SegmentTypeName {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["address-list", "domain"])).into()
    }
}
