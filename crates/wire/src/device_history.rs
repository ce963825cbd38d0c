//! `/api/v1/devices/{id}/history`: what happened to a device, when, and by whom.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use crate::check_in::Facts;

/// What one change did to the device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceHistoryItem<'a> {
    /// Its id.
    #[schema(format = "uuid")]
    pub id: String,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    pub time: String,
    /// Who did it: the owner of the token, or `fleetmark` where the server did it of its own accord.
    pub user: &'a str,
    /// The request that did it, as `X-Request-Id` named it.
    pub request_id: &'a str,
    /// The version of the site that it made.
    pub version: u64,
    /// What happened; of several things the first of `Added`, `Removed`, `CheckedIn`, `Tagged` and `Reclassified`.
    pub event: &'static str,
    /// By which names the device was added; else null.
    #[schema(required)]
    pub added: Option<AddedDevice<'a>>,
    /// What it reported that was not known before: a report for each time it checked in. A check-in that said nothing
    /// new is no part of the history.
    pub reports: Vec<Reported<'a>>,
    /// Tags that were put on it.
    pub tags_added: Vec<HistoryTag<'a>>,
    /// Tags that were taken off it, also because they were deleted or had expired.
    pub tags_removed: Vec<HistoryTag<'a>>,
    /// Tags on it that come off at another moment than before.
    pub expiries_changed: Vec<HistoryExpiry<'a>>,
    /// What it left when it was removed; else null.
    #[schema(required)]
    pub removed: Option<RemovedDevice<'a>>,
    /// What the rules made of it before, where that changed; null for a device that was added.
    #[schema(required)]
    pub before: Option<HistoryOutcome<'a>>,
    /// What the rules make of it since, where that changed; null for a device that was removed.
    #[schema(required)]
    pub after: Option<HistoryOutcome<'a>>,
    /// What else was changed with it and was the reason: the rule that was edited, the tag that was deleted.
    pub causes: Vec<HistoryCause<'a>>,
}

/// The names of a device that was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AddedDevice<'a> {
    /// The machine, in the case of its first check-in.
    pub nsdeviceuid: &'a str,
    /// Its user; empty where the machine reports none.
    pub userkey: &'a str,
}

/// What a device left that was removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovedDevice<'a> {
    /// The machine, in the case of its first check-in.
    pub nsdeviceuid: &'a str,
    /// Its user; empty where the machine reported none.
    pub userkey: &'a str,
    /// The machine's name; null if it never said one.
    #[schema(required)]
    pub hostname: Option<&'a str>,
    /// When it last checked in, RFC 3339; null if it never did.
    #[schema(required, format = DateTime)]
    pub last_seen: Option<String>,
    /// What it carried.
    pub tags: Vec<HistoryTag<'a>>,
}

/// A tag, which may have been renamed or deleted since.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryTag<'a> {
    /// Its id.
    #[schema(format = "uuid")]
    pub id: String,
    /// Its name as of now, or the last one that it had; null when that was pruned.
    #[schema(required)]
    pub name: Option<&'a str>,
    /// By what way it was put on or taken off: `api`, `manual` or `import` as the call said, `segment` for that on which
    /// the device was discovered, `agent` for the one that first reported, `expiry` for a tag that came off at its
    /// moment. Null where the tag was deleted, or the device removed.
    #[schema(required)]
    pub source: Option<&'static str>,
    /// When a tag that was put on comes off again, RFC 3339; else null.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
}

/// Another moment at which a tag comes off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryExpiry<'a> {
    /// The tag's id.
    #[schema(format = "uuid")]
    pub id: String,
    /// Its name as of now, or the last one that it had; null when that was pruned.
    #[schema(required)]
    pub name: Option<&'a str>,
    /// The moment before, RFC 3339; null: never.
    #[schema(required, format = DateTime)]
    pub before: Option<String>,
    /// The moment now; null: never.
    #[schema(required, format = DateTime)]
    pub after: Option<String>,
}

/// What the rules made of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryOutcome<'a> {
    /// `Managed`, `Unmanaged`, `Not Configured` or `Unknown`.
    pub status: &'static str,
    /// The classification's name as of now, or the last one that it had, or `classification 7` by its id where that was
    /// pruned; null when there is none.
    #[schema(required)]
    pub classification: Option<Cow<'a, str>>,
    /// Names, likewise, of stronger classifications that could not be judged, because a fact they ask for was unknown.
    pub undetermined: Vec<Cow<'a, str>>,
}

/// Something else than a device that was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryCause<'a> {
    /// `Tag`, `Classification`, `Rule`, `Segment`, or `Site` where facts that nobody had spoken of for too long became
    /// unknown, or the server judged all devices anew.
    pub object: &'static str,
    /// `Added`, `Modified` or `Deleted`.
    pub change: &'static str,
    /// Its name after the change; null when it has none.
    #[schema(required)]
    pub entity: Option<Cow<'a, str>>,
    /// Facts that were last spoken of before this moment became unknown, RFC 3339; else absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub unknown_before: Option<String>,
}

/// What a check-in said that was not known; absent members were not said or the same as before.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reported<'a> {
    /// The user's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<&'a str>,
    /// The machine's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<&'a str>,
    /// The operating system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os: Option<&'static str>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub os_version: Option<&'a str>,
    /// Its edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<&'a str>,
    /// The distribution of a linux.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<&'a str>,
    /// The version of the client that reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_version: Option<&'a str>,
    /// Maker of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_make: Option<&'a str>,
    /// Model of the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_model: Option<&'a str>,
    /// The machine's serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial_number: Option<&'a str>,
    /// The hardware addresses of its network interfaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_addresses: Option<Vec<&'a str>>,
    /// The private address that it reported from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Why it reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<&'a str>,
    /// What the checks of rules look at: each group as it was said, whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Facts>)]
    pub facts: Option<Facts<&'a str>>,
    /// Present and true where lists were left out, because the texts of the report weigh more than 16 KiB together.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub omitted: bool,
}
