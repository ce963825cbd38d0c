//! The answer to check-ins: each judged at its place. Who answers borrows the texts; who reads them has them as `String`.

use serde::{Deserialize, Serialize};
use utoipa::openapi::{OneOfBuilder, Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The reply to `POST /api/v1/checkins`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct CheckInsReply<Text = String> {
    /// One entry a check-in, in the order of the call.
    #[schema(value_type = Vec<Judged>)]
    pub devices: Vec<Judged<Text>>,
    /// The site's version that holds what was reported.
    pub version: u64,
}

/// How one check-in was answered: the device as it now is, or why the check-in was refused. One that was refused
/// did not hinder the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Judged<Text = String> {
    /// It was taken.
    Device(JudgedDevice<Text>),
    /// It was refused.
    Refused(Refused),
}

/// A device after its check-in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct JudgedDevice<Text = String> {
    /// The device's id, a UUID.
    #[schema(value_type = String, format = "uuid")]
    pub id: Text,
    /// The status word: `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    #[schema(value_type = String, example = "Managed")]
    pub status: Text,
    /// The classification's name; null when there is none.
    #[schema(value_type = Option<String>, required, example = "low risk")]
    pub classification: Option<Text>,
    /// Stronger classifications that could not be judged, because a fact they ask for is unknown.
    #[schema(value_type = Vec<String>)]
    pub undetermined: Vec<Text>,
    /// The tags on the device.
    #[schema(value_type = Vec<Tag>)]
    pub tags: Vec<Tag<Text>>,
    /// What the rules of its operating system ask about, to be answered in the next check-in.
    #[schema(value_type = Probes)]
    pub probes: Probes<Text>,
}

/// A tag on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tag<Text = String> {
    /// The tag's id.
    pub id: u32,
    /// The tag's name.
    #[schema(value_type = String)]
    pub name: Text,
}

/// What a device is to look for, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(bound(deserialize = "Text: Deserialize<'de>"))]
pub struct Probes<Text = String> {
    /// Full paths, for the group `files`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, default = json!([]))]
    pub files: Vec<Text>,
    /// Process names, for the group `processes`.
    #[serde(default)]
    #[schema(value_type = Vec<String>, default = json!([]))]
    pub processes: Vec<Text>,
    /// Registry values, for the group `registry`.
    #[serde(default)]
    #[schema(value_type = Vec<RegistryProbe>, default = json!([]))]
    pub registry: Vec<RegistryProbe<Text>>,
}

/// A value of the Windows registry to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistryProbe<Text = String> {
    /// The root: `HKEY_LOCAL_MACHINE`.
    #[schema(value_type = String)]
    pub root_key: Text,
    /// The key below the root.
    #[schema(value_type = String)]
    pub key: Text,
    /// The value's name.
    #[schema(value_type = String)]
    pub value: Text,
}

/// A check-in that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refused {
    /// Its place in the call, from 0.
    pub index: usize,
    /// Why.
    pub error: Refusal,
}

/// Why a check-in was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// A stable code.
    pub code: String,
    /// What is wrong, for a reader.
    pub message: String,
    /// The member that is wrong, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
}

impl<Text> Probes<Text> {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.processes.is_empty() && self.registry.is_empty()
    }
}

impl ToSchema for Judged {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((JudgedDevice::<String>::name().into(), JudgedDevice::<String>::schema()));
        schemas.push((Refused::name().into(), Refused::schema()));
        JudgedDevice::<String>::schemas(schemas);
        Refused::schemas(schemas);
    }
}

impl PartialSchema for Judged {
    fn schema() -> RefOr<Schema> {
        let one = |name: &str, description: &str| {
            let mut one = Ref::from_schema_name(name);
            one.description = description.to_owned();
            one
        };
        let forms = OneOfBuilder::new()
            .item(one("JudgedDevice", "It was taken."))
            .item(one("Refused", "It was refused."));
        forms
            .description(Some(
                "How one check-in was answered: the device as it now is, or why the check-in was refused. One that was \
                 refused\ndid not hinder the others.",
            ))
            .into()
    }
}
