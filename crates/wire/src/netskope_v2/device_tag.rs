//! `/api/v2/devices/device/tags`: the catalogue of device tags (netskope-v2 §8).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Text;
use crate::schema;

/// The body of POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeviceTag<'a> {
    /// Its name, unique on the site whatever its case: 1 to 80 letters, digits, spaces and hyphens.
    #[serde(borrow)]
    #[schema(value_type = String, pattern = r"^ *[0-9A-Za-z\-]([0-9A-Za-z\- ]{0,78}[0-9A-Za-z\-])? *$", example = "low risk")]
    pub name: Text<'a>,
    /// Its description: at most 80 letters, digits, spaces and hyphens.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *([0-9A-Za-z\-]([0-9A-Za-z\- ]{0,78}[0-9A-Za-z\-])?)? *$", example = "Devices with low risk classification")]
    pub description: Option<Text<'a>>,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatchDeviceTag<'a> {
    /// Its new name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *[0-9A-Za-z\-]([0-9A-Za-z\- ]{0,78}[0-9A-Za-z\-])? *$")]
    pub name: Option<Text<'a>>,
    /// Its new description.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, pattern = r"^ *([0-9A-Za-z\-]([0-9A-Za-z\- ]{0,78}[0-9A-Za-z\-])?)? *$")]
    pub description: Option<Text<'a>>,
}

/// A device tag, as POST and PATCH answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceTag<'a> {
    /// Its id.
    #[schema(example = 1137)]
    pub id: u32,
    /// Its name.
    #[schema(example = "low risk")]
    pub name: &'a str,
    /// Its description, may be empty.
    pub description: &'a str,
}

/// What DELETE answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeletedTag {
    /// The id that the tag had.
    pub id: u32,
}

/// The envelope of every success on the paths of `devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Success<T> {
    /// Always true.
    #[schema(schema_with = schema::always_true)]
    pub success: bool,
    /// What was asked for.
    pub data: T,
}

impl<T> From<T> for Success<T> {
    fn from(data: T) -> Self {
        Self { success: true, data }
    }
}
