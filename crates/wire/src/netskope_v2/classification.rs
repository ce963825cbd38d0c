//! `/api/v2/deviceclassification/tags` (netskope-v2 §4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema;
use crate::text::{self, Text};

/// One item of POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewClassification<'a> {
    /// Its name, 1 to 80 letters, digits, spaces and `- ( ) . _`; an existing one makes the item a repeat.
    #[serde(borrow)]
    #[schema(value_type = String, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$", example = "low risk")]
    pub name: Text<'a>,
    /// Its description; absent agrees with whatever an existing one has.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255, example = "Devices with low risk classification")]
    pub description: Option<Text<'a>>,
}

/// The body of PUT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutClassification<'a> {
    /// Its new name, which no other classification has.
    #[serde(borrow)]
    #[schema(value_type = String, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$", example = "low risk")]
    pub name: Text<'a>,
    /// Its new description; null is an empty one.
    #[serde(borrow, deserialize_with = "text::or_null")]
    #[schema(value_type = Option<String>, required, max_length = 255)]
    pub description: Text<'a>,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatchClassification<'a> {
    /// Its new name, which no other classification has.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$")]
    pub name: Option<Text<'a>>,
    /// Its new description.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, max_length = 255)]
    pub description: Option<Text<'a>>,
    /// Its new place, from 1 to the number of classifications; the others close up.
    #[schema(minimum = 1)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u64>,
}

/// A classification as GET shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Classification<'a> {
    /// Its id.
    #[schema(example = 16224)]
    pub id: u32,
    /// From 1, the strongest, without gaps.
    #[schema(minimum = 1, example = 1)]
    pub priority: u32,
    /// Its name.
    #[schema(example = "low risk")]
    pub name: &'a str,
    /// Its description, may be empty.
    pub description: &'a str,
    /// The owner of the token that changed it last.
    pub modified_by: &'a str,
    /// When, as `2025-07-28T08:48:14.000Z`.
    #[schema(format = DateTime, example = "2025-07-28T08:48:14.000Z")]
    pub modified_time: String,
    /// Names of the policies that use it.
    pub policy_names: Vec<&'a str>,
}

/// The answer to POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassificationsCreated {
    /// Always true.
    #[schema(schema_with = schema::always_true)]
    pub status: bool,
    /// The ids, in the order of the items.
    #[schema(example = json!([16224]))]
    pub data: Vec<u32>,
}

/// The answer to PUT, PATCH and DELETE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// Always true.
    #[schema(schema_with = schema::always_true)]
    pub status: bool,
}
