//! `GET /api/v2/deviceclassification/options` (netskope-v2 §5).

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::schema::OsName;

/// One thing that the author of a rule can choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClassificationOption {
    /// What it is: `av_prod_name`, `os`, `os_version`, `check`, `disk_encryption_product`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The operating system that has it.
    #[schema(value_type = OsName)]
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

impl ToSchema for OptionValue {}

impl utoipa::PartialSchema for OptionValue {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).description(Some("This text."));
        let schema = ObjectBuilder::new().schema_type(Type::Object);
        let schema = schema.description(Some("Parameters of this JSON schema."));
        OneOfBuilder::new()
            .item(text)
            .item(schema)
            .description(Some("What a rule says for an option."))
            .into()
    }
}
