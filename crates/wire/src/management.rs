//! `/api/v1/tokens`, and how all paths under `/api/v1` list and fail (decided, Management).

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, MapAccess, Visitor},
};

use crate::nullable;

/// The body of `POST /api/v1/tokens`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// Who answers for it, an e-mail address or a name; absent: the token's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `administrator` or `user`.
    pub role: String,
    /// The level in each area, for a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaLevels>,
    /// From when on it is refused, RFC 3339; not together with `expiresIn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
    /// How long it is good: a number and h, d, w or M, as `30d`; or `never`, which is also what absence means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<String>,
}

/// The body of `PATCH /api/v1/tokens/{id}`; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchToken {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// `administrator` or `user`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The level in each area, all anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaLevels>,
    /// From when on it is refused, RFC 3339; null: never. Not together with `expiresIn`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    pub expires_at: Option<Option<String>>,
    /// How long it is good from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<String>,
}

/// Levels by area, as `{"devices":"manage"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AreaLevels(pub BTreeMap<String, String>);

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// What it is for.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// `administrator` or `user`.
    pub role: String,
    /// The level in each area.
    pub areas: AreaLevels,
    /// From when on it is refused; null: never.
    pub expires_at: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: String,
}

/// The answer to `POST /api/v1/tokens`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCreated {
    /// The token itself: shown here and never again.
    pub token: String,
    /// What is known of it.
    #[serde(flatten)]
    pub shown: Token,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List<T> {
    /// The items of this page.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: usize,
}

/// How the paths under `/api/v1` fail (alloyscan, Authentication).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Its path.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}
