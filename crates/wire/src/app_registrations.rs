//! `/api/v1/app-registrations` (alloyscan, Authentication; decided, Management).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::management::AreaLevels;
use crate::schema::RoleName;

/// The body of `POST /api/v1/app-registrations`. It must expire: by `expiresAt` or `expiresIn`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAppRegistration {
    /// What it is for: 1 to 80 characters.
    #[schema(min_length = 1, max_length = 80, example = "nightly import")]
    pub name: String,
    /// Who answers for it, an e-mail address or a name; absent: its own name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255, example = "joe@corp.example")]
    pub owner: Option<String>,
    /// `administrator` or `user`; absent: `administrator`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<RoleName>)]
    pub role: Option<String>,
    /// The level in each area, for a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areas: Option<AreaLevels>,
    /// From when on it is refused, RFC 3339; not together with `expiresIn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// How long it is good: a number and h, d, w or M, as `90d`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^0*[1-9][0-9]*[hdwM]$", example = "90d")]
    pub expires_in: Option<String>,
    /// Whether it may be used; absent: it may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// The body of `PATCH /api/v1/app-registrations/{id}`; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchAppRegistration {
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
    /// From when on it is refused, RFC 3339; not together with `expiresIn`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// How long it is good from now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^0*[1-9][0-9]*[hdwM]$", example = "90d")]
    pub expires_in: Option<String>,
    /// Whether it may be used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// An app registration, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppRegistration {
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
    /// What it calls itself when it fetches an access token.
    #[schema(format = "uuid")]
    pub client_id: String,
    /// Whether it may be used.
    pub enabled: bool,
    /// From when on it is refused.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// When it last called or fetched an access token, noted at most once a second; null: never.
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

/// The answer to `POST /api/v1/app-registrations`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AppRegistrationCreated {
    /// Its secret: shown here and never again.
    pub client_secret: String,
    /// What is known of it.
    #[serde(flatten)]
    pub shown: AppRegistration,
}
