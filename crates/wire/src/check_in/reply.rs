//! The answer to check-ins: each judged at its place.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The reply to `POST /api/v1/checkins`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct CheckInsReply {
    /// One entry a check-in, in the order of the call.
    pub devices: Vec<Judged>,
    /// The site's version that holds what was reported.
    pub version: u64,
}

/// How one check-in was answered: the device as it now is, or why the check-in was refused. One that was refused
/// did not hinder the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Judged {
    /// It was taken.
    Device(JudgedDevice),
    /// It was refused.
    Refused(Refused),
}

/// A device after its check-in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct JudgedDevice {
    /// The device's id, a UUID.
    #[schema(format = "uuid")]
    pub id: String,
    /// The status word: `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    #[schema(example = "Managed")]
    pub status: String,
    /// The classification's name; null when there is none.
    #[schema(required, example = "low risk")]
    pub classification: Option<String>,
    /// Stronger classifications that could not be judged, because a fact they ask for is unknown.
    pub undetermined: Vec<String>,
    /// The tags on the device.
    pub tags: Vec<Tag>,
    /// What the rules of its operating system ask about, to be answered in the next check-in.
    pub probes: Probes,
}

/// A tag on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tag {
    /// The tag's id.
    pub id: u32,
    /// The tag's name.
    pub name: String,
}

/// What a device is to look for, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Probes {
    /// Full paths, for the group `files`.
    pub files: Vec<String>,
    /// Process names, for the group `processes`.
    pub processes: Vec<String>,
    /// Registry values, for the group `registry`.
    pub registry: Vec<RegistryProbe>,
}

/// A value of the Windows registry to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistryProbe {
    /// The root: `HKEY_LOCAL_MACHINE`.
    pub root_key: String,
    /// The key below the root.
    pub key: String,
    /// The value's name.
    pub value: String,
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

impl Probes {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.processes.is_empty() && self.registry.is_empty()
    }
}
