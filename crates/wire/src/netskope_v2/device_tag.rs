//! `/api/v2/devices/device/tags`: the catalogue of device tags (netskope-v2 §8).

use serde::{Deserialize, Serialize};

use super::Text;

/// The body of POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewDeviceTag<'a> {
    /// Its name, unique on the site.
    #[serde(borrow)]
    pub name: Text<'a>,
    /// Its description.
    #[serde(default, borrow, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text<'a>>,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PatchDeviceTag<'a> {
    /// Its new name.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub name: Option<Text<'a>>,
    /// Its new description.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub description: Option<Text<'a>>,
}

/// A device tag, as POST and PATCH answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceTag<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// Its description, may be empty.
    pub description: &'a str,
}

/// What DELETE answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedTag {
    /// The id that the tag had.
    pub id: u32,
}

/// The envelope of every success on the paths of `devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Success<T> {
    /// Always true.
    pub success: bool,
    /// What was asked for.
    pub data: T,
}

impl<T> From<T> for Success<T> {
    fn from(data: T) -> Self {
        Self { success: true, data }
    }
}
