//! `/api/v2/deviceclassification/tags` (netskope-v2 §4).

use serde::{Deserialize, Serialize};

use super::text::{self, Text};

/// One item of POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewClassification<'a> {
    /// Its name; an existing one makes the item a repeat.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Its description; absent agrees with whatever an existing one has.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text<'a>>,
}

/// The body of PUT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PutClassification<'a> {
    /// Its new name.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Its new description; null is an empty one.
    #[serde(borrow, deserialize_with = "text::or_null")]
    pub description: Text<'a>,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PatchClassification<'a> {
    /// Its new name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<'a>>,
    /// Its new description.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text<'a>>,
    /// Its new place, from 1; the others close up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<u64>,
}

/// A classification as GET shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Classification<'a> {
    /// Its id.
    pub id: u32,
    /// From 1, the strongest, without gaps.
    pub priority: u32,
    /// Its name.
    pub name: &'a str,
    /// Its description, may be empty.
    pub description: &'a str,
    /// The owner of the token that changed it last.
    pub modified_by: &'a str,
    /// When, as `2025-07-28T08:48:14.000Z`.
    pub modified_time: String,
    /// Names of the policies that use it.
    pub policy_names: Vec<&'a str>,
}

/// The answer to POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassificationsCreated {
    /// Always true.
    pub status: bool,
    /// The ids, in the order of the items.
    pub data: Vec<u32>,
}

/// The answer to PUT, PATCH and DELETE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Always true.
    pub status: bool,
}
