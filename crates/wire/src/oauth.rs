//! `POST /api/oauth/token` (alloyscan, Authentication; RFC 6749, section 4.4).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The body of `POST /api/oauth/token`, as a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessTokenRequest {
    /// `client_credentials`.
    #[schema(example = "client_credentials")]
    pub grant_type: String,
    /// The app registration's client id, unless it is sent by HTTP Basic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uuid")]
    pub client_id: Option<String>,
    /// Its secret, unless it is sent by HTTP Basic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Password)]
    pub client_secret: Option<String>,
    /// Taken and without effect: what an access token may do is set of its app registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scope: Option<String>,
}

/// The answer to `POST /api/oauth/token`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccessTokenReply {
    /// The access token: shown here and never again.
    pub access_token: String,
    /// `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: String,
    /// How long it is good, in seconds.
    #[schema(minimum = 0, example = 3600)]
    pub expires_in: u32,
}
