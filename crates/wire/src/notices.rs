//! `/api/v1/notices` (alloyscan, Authentication).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema::{NoticeKind, NoticeLevel};

/// An app registration or token that expires soon, or has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// `app_registration` or `token`.
    #[schema(value_type = NoticeKind)]
    pub kind: String,
    /// Its id among those of its kind.
    pub id: u32,
    /// What it is for.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// `expires_in_30_days`, `expires_in_7_days` or `expired`.
    #[schema(value_type = NoticeLevel)]
    pub level: String,
    /// From when on it is refused.
    #[schema(format = DateTime)]
    pub expires_at: String,
}
