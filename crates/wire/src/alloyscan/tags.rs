//! `/api/v1/tags` and `/api/v1/devices/{deviceId}/tags` (alloyscan, Tags).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use uuid::Uuid;

use crate::nullable;

/// The body of POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTag {
    /// Its name, unique on the site whatever its case: 1 to 80 characters, no control characters. Spaces at its ends
    /// are removed.
    #[schema(min_length = 1, example = "Production")]
    pub name: String,
    /// How it is shown.
    #[schema(value_type = ColorName, example = "green")]
    pub color: String,
}

/// The body of PATCH; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatchTag {
    /// Its new name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, example = "Prod")]
    pub name: Option<String>,
    /// Its new colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ColorName>, example = "pink")]
    pub color: Option<String>,
}

/// A tag of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tag<'a> {
    /// Its id here; the Netskope paths know it by a number.
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// Its name.
    #[schema(example = "Production")]
    pub name: &'a str,
    /// How it is shown.
    #[schema(value_type = ColorName)]
    pub color: &'static str,
    /// How many devices carry it at this moment.
    #[schema(example = 42)]
    pub usage: u32,
}

/// A tag on a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CarriedTag<'a> {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub id: Uuid,
    /// Its name.
    pub name: &'a str,
    /// How it is shown.
    #[schema(value_type = ColorName)]
    pub color: &'static str,
}

/// A tag by its id or its name: exactly one of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct NamedTag {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    pub tag_id: Option<String>,
    /// Its name, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Production")]
    pub tag_name: Option<String>,
}

/// The body of `/api/v1/devices/{deviceId}/tags`: a tag by its id or its name, and on what terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct AttachedTag {
    /// Its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    pub tag_id: Option<String>,
    /// Its name, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Production")]
    pub tag_name: Option<String>,
    /// By what way the tag is put on: `api` (absent means that), `manual` by a person's hand, `import` from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(api|manual|import)$", example = "manual")]
    pub source: Option<String>,
    /// When the tag comes off again by itself, RFC 3339; null: never. Not together with `expiresIn`. With neither,
    /// a tag that is there already stays as long as it would have.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// How long it stays from now: a number and h, d, w or M, as `7d`; or `never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(0*[1-9][0-9]*[hdwM]|never)$", example = "7d")]
    pub expires_in: Option<String>,
}

/// Stands for the colour of a tag.
pub(crate) enum ColorName {}

impl ToSchema for ColorName {}

impl utoipa::PartialSchema for ColorName {
    fn schema() -> RefOr<Schema> {
        let names = ["gray", "cyan", "green", "pink", "orange", "blue", "red", "yellow", "purple", "teal"];
        let meaning = "A colour of tags. One made on the Netskope paths is gray.";
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(names))
            .description(Some(meaning))
            .into()
    }
}
