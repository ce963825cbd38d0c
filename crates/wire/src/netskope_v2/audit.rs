//! `GET /api/v2/events/data/audit` (netskope-v2 §10).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditReply {
    /// Always 1.
    #[schema(minimum = 1, maximum = 1)]
    pub ok: u8,
    /// The events, newest first.
    pub result: Vec<AuditEvent>,
}

/// One thing that a person or an integration did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEvent {
    /// The same at every look: a UUID.
    #[serde(rename = "_id")]
    #[schema(format = "uuid")]
    pub id: String,
    /// When, in Unix seconds.
    pub timestamp: i64,
    /// Who did it: the owner of the token.
    pub user: String,
    /// Always `admin_audit_logs`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was done, as `Create Device Tag`.
    pub audit_log_event: String,
    /// What it was done to.
    pub supporting_data: SupportingData,
}

/// What an event was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SupportingData {
    /// `classification`, `rule`, `device_tag`, `device`, `site`, `token`, `app_registration`; `device_tag,device` where
    /// tags were put on devices or taken off them.
    pub data_type: String,
    /// Names: of something renamed the old one and the new one, of tags on devices the tags and then the devices. Of
    /// many the first, and then how many more there were.
    pub data_values: Vec<String>,
}

/// An error on the paths of `events/data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventsError {
    /// Always 0.
    #[schema(maximum = 0)]
    pub ok: u8,
    /// What is wrong.
    pub message: String,
}
