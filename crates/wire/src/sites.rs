//! `/api/v1/sites` (decided, Common).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::nullable;

/// A site as its administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Site {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// What is set of it.
    pub settings: SiteSettings,
}

/// What is set of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SiteSettings {
    /// How far back history is kept: a number and h, d, w or M, as `90d`; null: all of it.
    #[schema(required, example = "90d")]
    pub retention: Option<String>,
    /// How old a group of facts may become before it is unknown again: a number and h, d, w or M, as `7d`; null: as old
    /// as it likes.
    #[schema(required, example = "7d")]
    pub fact_max_age: Option<String>,
    /// What agents do besides reporting.
    pub audit_agents: AuditAgents,
    /// Whether who does not send a `User-Agent` of the form `Vendor-product-version` is refused.
    pub require_user_agent: bool,
    /// Where the site is now: all its callers are sent there; null: here.
    #[schema(required, format = "uri", example = "https://new.example:8443")]
    pub moved_to: Option<String>,
    /// Work on the site, during which nobody is served.
    pub maintenance: Maintenance,
    /// How much the site may hold.
    pub limits: Limits,
    /// How fast each token of the site is served.
    pub pacing: Pacing,
}

/// Work on a site, or on the whole server. Who manages sites' settings and the server's is served all the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Maintenance {
    /// Whether it goes on: then callers get 503.
    pub on: bool,
    /// What they are told besides; null: nothing.
    #[schema(required)]
    pub message: Option<String>,
    /// In how many seconds they are told to come again.
    #[schema(minimum = 1, maximum = 86400)]
    pub retry_after: u32,
}

/// How much a site may hold. What it held before a limit was lowered stays; what is added beyond it is refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Tags of the site.
    #[schema(minimum = 1, maximum = 10000, example = 10000)]
    pub tags: u32,
    /// Tags of a device.
    pub tags_per_device: TagsPerDevice,
    /// Classifications of the site.
    #[schema(minimum = 1, maximum = 250, example = 250)]
    pub classifications: u32,
    /// Rules of the site.
    #[schema(minimum = 1, maximum = 500, example = 500)]
    pub rules: u32,
}

/// How many tags a device may have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TagsPerDevice {
    /// For what `bulkadd` and `bulkreplace` of Netskope's dialect put on.
    #[schema(minimum = 1, maximum = 64, example = 5)]
    pub netskope: u32,
    /// For what is put on in any other way, also by segments and agents.
    #[schema(minimum = 1, maximum = 64, example = 64)]
    pub alloyscan: u32,
}

/// How fast each token of a site is served, in each dialect apart; null: as fast as its requests come. Who manages the
/// site's settings is never paced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pacing {
    /// On Netskope's REST API v1.
    #[schema(required)]
    pub netskope_v1: Option<Pace>,
    /// On Netskope's v2.
    #[schema(required)]
    pub netskope_v2: Option<Pace>,
    /// On AlloyScan's paths and the server's own.
    #[schema(required)]
    pub alloyscan: Option<Pace>,
}

/// So many requests in a period: some at once, the others evenly over what comes after its first second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pace {
    /// How many are served at once.
    #[schema(minimum = 1, maximum = 10000, example = 4)]
    pub at_once: u32,
    /// How many more wait for their turn; beyond them requests get 429.
    #[schema(maximum = 1000, example = 20)]
    pub waiting: u32,
    /// How long the period is.
    #[schema(minimum = 2, maximum = 30, example = 5)]
    pub seconds: u32,
}

/// What agents do besides reporting.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditAgents {
    /// The id of the tag that a device gets with its first check-in after this was set; null: none.
    #[schema(required, format = "uuid")]
    pub auto_tag_id: Option<String>,
}

/// The body of `POST /api/v1/sites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSite {
    /// Its name: 1 to 80 characters, unique in the instance without case.
    #[schema(min_length = 1, max_length = 80, example = "branch office")]
    pub name: String,
}

/// The answer to `POST /api/v1/sites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SiteCreated {
    /// The site.
    pub site: Site,
    /// The token of its first administrator.
    pub token: FirstToken,
}

/// The token of a new site's first administrator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FirstToken {
    /// Its id.
    pub id: u32,
    /// The token itself: shown here and never again.
    pub token: String,
}

/// The body of `PATCH /api/v1/sites/{id}`; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatchSite {
    /// The settings that are to change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<PatchSettings>,
}

/// Settings that are to change; an absent one stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchSettings {
    /// How far back history is kept; null: all of it.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, pattern = "^0*[1-9][0-9]*[hdwM]$", example = "90d")]
    pub retention: Option<Option<String>>,
    /// How old a group of facts may become before it is unknown again; null: as old as it likes.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, pattern = "^0*[1-9][0-9]*[hdwM]$", example = "7d")]
    pub fact_max_age: Option<Option<String>>,
    /// What agents do besides reporting; null: nothing.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchAuditAgents>)]
    pub audit_agents: Option<Option<PatchAuditAgents>>,
    /// Whether who does not send a `User-Agent` of the form `Vendor-product-version` is refused; null: no.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<bool>)]
    pub require_user_agent: Option<Option<bool>>,
    /// Where the site is now: scheme, host and perhaps port; null: here.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, max_length = 255, example = "https://new.example:8443")]
    pub moved_to: Option<Option<String>>,
    /// Work on the site, during which nobody is served; null: there is none, as if it had never been set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchMaintenance>)]
    pub maintenance: Option<Option<PatchMaintenance>>,
    /// How much the site may hold; null: all as it is where nothing was ever set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchLimits>)]
    pub limits: Option<Option<PatchLimits>>,
    /// How fast each token of the site is served; null: as it is where nothing was ever set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchPacing>)]
    pub pacing: Option<Option<PatchPacing>>,
}

/// How fast each token of a site is served; an absent member stays, null has the dialect not paced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchPacing {
    /// On Netskope's REST API v1.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchPace>)]
    pub netskope_v1: Option<Option<PatchPace>>,
    /// On Netskope's v2.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchPace>)]
    pub netskope_v2: Option<Option<PatchPace>>,
    /// On AlloyScan's paths and the server's own.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchPace>)]
    pub alloyscan: Option<Option<PatchPace>>,
}

/// So many requests in a period; an absent member stays, and is 4, 20 or 5 where the dialect was not paced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchPace {
    /// How many are served at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 10000)]
    pub at_once: Option<i64>,
    /// How many more wait for their turn; beyond them requests get 429.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1000)]
    pub waiting: Option<i64>,
    /// How long the period is, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 2, maximum = 30)]
    pub seconds: Option<i64>,
}

/// How much a site may hold; an absent member stays. What the site holds already is not taken from it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchLimits {
    /// Tags of the site; null: 10,000.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 10000)]
    pub tags: Option<Option<i64>>,
    /// Tags of a device; null: both as where nothing was ever set.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<PatchTagsPerDevice>)]
    pub tags_per_device: Option<Option<PatchTagsPerDevice>>,
    /// Classifications of the site; null: 250.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 250)]
    pub classifications: Option<Option<i64>>,
    /// Rules of the site; null: 500.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 500)]
    pub rules: Option<Option<i64>>,
}

/// How many tags a device may have; an absent member stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PatchTagsPerDevice {
    /// For what `bulkadd` and `bulkreplace` of Netskope's dialect put on; null: 5.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 64)]
    pub netskope: Option<Option<i64>>,
    /// For what is put on in any other way, also by segments and agents; null: 64.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 64)]
    pub alloyscan: Option<Option<i64>>,
}

/// Work on a site, or on the whole server; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchMaintenance {
    /// Whether it goes on: then callers get 503.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<bool>,
    /// What they are told besides; null: nothing.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255)]
    pub message: Option<Option<String>>,
    /// In how many seconds they are told to come again; 120 until it is set.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 86400)]
    pub retry_after: Option<u64>,
}

/// What agents do besides reporting; an absent member stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PatchAuditAgents {
    /// The id of the tag that every device gets with its first check-in from now on; null: none.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "nullable::said")]
    #[schema(value_type = Option<String>, format = "uuid")]
    pub auto_tag_id: Option<Option<String>>,
}
