//! `POST /api/v2/devices/device/tags/gettags` (netskope-v2 §8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::Object;

use super::{NamedDevice, Success};
use crate::Text;
use crate::schema;

/// The body in all its forms: at most one of `id`, `name`, `devices` (not empty) and `device_id` is given; none is the
/// whole catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GetTags<'a> {
    /// The tag of that id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = id)]
    pub id: Option<u64>,
    /// The tag of that name, whatever its case.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Text<'a>>,
    /// The tags that any of these devices carries.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1000)]
    pub devices: Option<Vec<NamedDevice<'a>>>,
    /// All tags, with a mark on those that this machine carries, answered in the short form.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub device_id: Option<Text<'a>>,
    /// How many tags to leave out; absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = offset)]
    pub offset: Option<u64>,
    /// How many tags to show at most; absent: 20.
    #[schema(minimum = 1, maximum = 1000)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u64>,
}

fn id() -> Object {
    schema::whole_or_null("The tag of that id.")
}

fn offset() -> Object {
    schema::whole_or_null("How many tags to leave out; absent: none.")
}

/// The answer in both its forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum FoundTags<'a> {
    /// A page of tags.
    Page(Success<TagPage<'a>>),
    /// All tags, for a body with `device_id`.
    OfDevice(TagsOfDevice<'a>),
}

/// One page of tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagPage<'a> {
    /// The tags of this page, by id.
    pub data: Vec<ListedTag<'a>>,
    /// How many there are on all pages.
    pub total_count: usize,
    /// How many are before this page.
    pub offset: usize,
    /// How many a page shows at most.
    pub limit: usize,
}

/// A tag in a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ListedTag<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// Its description, may be empty.
    pub description: &'a str,
    /// How many devices carry it.
    pub device_count: u32,
    /// How many classifications have a rule that checks it.
    pub device_classification_count: usize,
}

/// The short form, which answers `device_id` (seed).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TagsOfDevice<'a> {
    /// All tags, by id.
    pub data: Vec<AssignableTag<'a>>,
}

/// A tag in the short form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AssignableTag<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// True where the machine carries it, absent elsewhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(schema_with = schema::mark)]
    pub assigned: bool,
}
