//! `/api/v1/tokens`, and how all paths under `/api/v1` list and fail (decided, Management).

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
};
use utoipa::ToSchema;

use crate::schema::RoleName;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

use crate::nullable;

/// The body of `POST /api/v1/tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    /// What it is for: 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80, example = "partner")]
    pub name: String,
    /// Who answers for it, an e-mail address or a name; absent: the token's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255, example = "joe@corp.example")]
    pub owner: Option<String>,
    /// `administrator` or `user`.
    #[schema(value_type = RoleName)]
    pub role: String,
    /// The level in each area, for a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaLevels>,
    /// Whether its holder manages the instance's sites too, which only a Global Administrator may grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub global_administrator: Option<bool>,
    /// From when on it is refused, RFC 3339; not together with `expiresIn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// How long it is good: a number and h, d, w or M, as `30d`; or `never`, which is also what absence means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(0*[1-9][0-9]*[hdwM]|never)$", example = "30d")]
    pub expires_in: Option<String>,
}

/// The body of `PATCH /api/v1/tokens/{id}`; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchToken {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 80)]
    pub name: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255)]
    pub owner: Option<String>,
    /// `administrator` or `user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleName>)]
    pub role: Option<String>,
    /// The level in each area, all anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaLevels>,
    /// Whether its holder manages the instance's sites too; only a Global Administrator may change what is set of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub global_administrator: Option<bool>,
    /// From when on it is refused, RFC 3339; null: never. Not together with `expiresIn`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// How long it is good from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(0*[1-9][0-9]*[hdwM]|never)$", example = "30d")]
    pub expires_in: Option<String>,
}

/// Levels by area, as `{"devices":"manage"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AreaLevels(pub BTreeMap<String, String>);

impl ToSchema for AreaLevels {}

impl utoipa::PartialSchema for AreaLevels {
    fn schema() -> RefOr<Schema> {
        let level = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["view", "manage"]));
        let areas = ["device_classification", "devices", "client_status", "cci", "decisions"];
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("Levels by area: `view` reads, `manage` also writes."))
            .property_names(Some(
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(areas)).build(),
            ))
            .additional_properties(Some(AdditionalProperties::from(level)))
            .examples([serde_json::json!({"devices": "manage"})])
            .into()
    }
}

impl<'de> Deserialize<'de> for AreaLevels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AreaLevelsVisitor)
    }
}

struct AreaLevelsVisitor;

impl<'de> Visitor<'de> for AreaLevelsVisitor {
    type Value = AreaLevels;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of areas and levels")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AreaLevels, A::Error> {
        let mut levels = BTreeMap::new();
        while let Some((area, level)) = map.next_entry::<String, String>()? {
            if levels.contains_key(&area) {
                return Err(A::Error::custom(format_args!("duplicate field `{area}`")));
            }
            levels.insert(area, level);
        }
        Ok(AreaLevels(levels))
    }
}

/// A token as all but its holder see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// What it is for.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// `administrator` or `user`.
    #[schema(value_type = RoleName)]
    pub role: String,
    /// The level in each area.
    pub areas: AreaLevels,
    /// Whether its holder manages the instance's sites too.
    pub global_administrator: bool,
    /// From when on it is refused; null: never.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was last used, noted at most once a second; null: never. Every call counts that the token was good for,
    /// also one that was then refused for what the token may not do.
    #[schema(required, format = DateTime)]
    pub last_used_at: Option<String>,
    /// The `User-Agent` of that call, up to 256 characters of it; null where it had none.
    #[schema(required, max_length = 256, example = "Acme-sync-1.0")]
    pub last_used_by: Option<String>,
    /// The address that the connection of that call came from, a proxy's where there is one.
    #[schema(required, example = "192.0.2.7")]
    pub last_used_from: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// The answer to `POST /api/v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenCreated {
    /// The token itself: shown here and never again.
    pub token: String,
    /// What is known of it.
    #[serde(flatten)]
    pub shown: Token,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct List<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    #[schema(minimum = 0)]
    pub total: usize,
}

/// How the paths under `/api/v1` fail (alloyscan, Authentication).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ErrorReply {
    /// A stable code, in snake case.
    pub error: String,
    /// For a reader.
    pub message: String,
    /// The members at fault, where it is members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// One member at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Detail {
    /// Its path.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}
