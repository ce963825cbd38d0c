//! `/api/v2/deviceclassification/rules` (netskope-v2 §6). Conditions are passed on as the text that they are.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Conditions;
use crate::Text;
use crate::schema::OsName;

/// One item of POST; the body of PUT.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRule<'a> {
    /// Its name, unique on the site whatever its case: 1 to 80 letters, digits, spaces and `- ( ) . _`.
    #[serde(borrow)]
    #[schema(value_type = String, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$", example = "low risk rule")]
    pub name: Text<'a>,
    /// The name of the classification it gives, which must exist.
    #[serde(borrow)]
    #[schema(value_type = String, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$", example = "low risk")]
    pub label: Text<'a>,
    /// The operating system it is for, in any case. It cannot be changed later.
    #[serde(borrow)]
    #[schema(value_type = OsName)]
    pub os: Text<'a>,
    /// What must hold of a device.
    #[serde(borrow)]
    #[schema(value_type = Conditions)]
    pub conditions: &'a RawValue,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatchRule<'a> {
    /// Its new name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$")]
    pub name: Option<Text<'a>>,
    /// The name of the classification it is to give.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *[0-9A-Za-z\-()._]([0-9A-Za-z\-()._ ]{0,78}[0-9A-Za-z\-()._])? *$")]
    pub label: Option<Text<'a>>,
    /// Must be the operating system it is for.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<OsName>)]
    pub os: Option<Text<'a>>,
    /// What must hold of a device from now on.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Conditions>)]
    pub conditions: Option<&'a RawValue>,
}

/// A rule as GET shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rule<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// The name of the classification it gives.
    #[schema(example = "low risk")]
    pub label: &'a str,
    /// The operating system it is for.
    #[schema(value_type = OsName)]
    pub os: &'static str,
    /// Its conditions, word for word as they were written.
    #[schema(value_type = Conditions)]
    pub conditions: &'a RawValue,
    /// The owner of the token that changed it last.
    pub modified_by: &'a str,
    /// When, as `2025-07-28T08:48:14.000Z`.
    #[schema(format = DateTime, example = "2025-07-28T08:48:14.000Z")]
    pub modified_time: String,
}
