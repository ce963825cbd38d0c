//! `/api/v2/deviceclassification/rules` (netskope-v2 §6). Conditions are passed on as the text that they are.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Text;

/// One item of POST; the body of PUT.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewRule<'a> {
    /// Its name, unique on the site.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// The name of the classification it gives.
    #[serde(borrow)]
    pub label: Text<'a>,
    /// The operating system it is for.
    #[serde(borrow)]
    pub os: Text<'a>,
    /// What must hold of a device.
    #[serde(borrow)]
    pub conditions: &'a RawValue,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PatchRule<'a> {
    /// Its new name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<'a>>,
    /// The name of the classification it is to give.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub label: Option<Text<'a>>,
    /// Must be the operating system it is for.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub os: Option<Text<'a>>,
    /// What must hold of a device from now on.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<&'a RawValue>,
}

/// A rule as GET shows it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// The name of the classification it gives.
    pub label: &'a str,
    /// The operating system it is for.
    pub os: &'static str,
    /// Its conditions, word for word as they were written.
    pub conditions: &'a RawValue,
    /// The owner of the token that changed it last.
    pub modified_by: &'a str,
    /// When, as `2025-07-28T08:48:14.000Z`.
    pub modified_time: String,
}
