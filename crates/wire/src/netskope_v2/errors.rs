//! The three ways in which the Netskope v2 paths word an error, and the one of tokens and routes (netskope-v2 §2, §3).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::SearchStatus;
use crate::schema;

/// Token failures and unknown routes, on every path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Message {
    /// What is wrong.
    pub message: String,
}

/// An error on the paths of `deviceclassification`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClassificationError {
    /// The HTTP status.
    pub status_code: u16,
    /// What is wrong.
    pub message: Messages,
    /// The name of the status: `Bad Request`.
    pub error: String,
}

/// One message as a text, several as a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Messages {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// An error on the paths of `devices`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DevicesError {
    /// Always false.
    #[schema(schema_with = schema::always_false)]
    pub success: bool,
    /// What is wrong.
    pub error: DevicesErrors,
}

/// What is wrong, as a whole and one by one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DevicesErrors {
    /// All of it in one text.
    pub message: String,
    /// Each thing that is wrong; at least one.
    #[schema(min_items = 1)]
    pub errors: Vec<CodedMessage>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodedMessage {
    /// A stable code.
    pub code: String,
    /// For a reader.
    pub message: String,
}

/// An error on the paths of `datasearch`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SearchError {
    /// With `FAILED`, no rows and the message.
    pub status: SearchStatus,
    /// The message again.
    pub message: String,
}
