//! `GET /api/v2/deviceclassification/options` (netskope-v2 §5).

use serde::Serialize;
use serde_json::Value;

/// One thing that the author of a rule can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassificationOption {
    /// What it is: `av_prod_name`, `os`, `os_version`, `check`, `disk_encryption_product`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The operating system that has it.
    pub os: &'static str,
    /// What people call it.
    pub key: &'static str,
    /// What a rule says for it.
    pub value: OptionValue,
}

/// What a rule says for an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OptionValue {
    /// This text.
    Text(&'static str),
    /// An object of this JSON schema.
    Schema(Value),
}
