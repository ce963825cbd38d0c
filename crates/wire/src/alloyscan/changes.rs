//! `/api/v1/changes` (alloyscan, Change log): what changed, who changed it, before and after.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::tags::CarriedTag;
use crate::device_history;
use crate::management::AreaLevels;
use crate::schema::{ChangeName, ChangedObject};
use crate::sites::{Maintenance, SiteSettings};

/// An entry of the change log.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change<'a> {
    /// Its id, the same at every look.
    #[schema(format = "uuid")]
    pub id: String,
    /// When, RFC 3339.
    #[schema(format = DateTime)]
    pub time: String,
    /// What it is about.
    #[schema(value_type = ChangedObject)]
    pub object: &'static str,
    /// The name of what it is about: of a device as it is now, of anything else as it was then; the id of what has no
    /// name any more. Where tags were put on many devices, the first of them and how many more.
    #[schema(example = "Production")]
    pub entity: String,
    /// What was done.
    #[schema(value_type = ChangeName)]
    pub change: &'static str,
    /// Who did it: the owner of the token.
    #[schema(example = "joe@corp.example")]
    pub user: &'a str,
    /// What is different now, as it was. Null for what was not there, and for what a device reports of itself: what it
    /// had reported before stands in its earlier entries.
    #[schema(required, value_type = Option<Object>)]
    pub before: Option<Described<'a>>,
    /// As it is now; null for what is gone. Members are those by which the paths of that object show it: of a tag `id`,
    /// `name`, `color` and `description`, of a rule its `conditions` too, of a check-in all that it said anew, of tags
    /// put on devices and taken off them `tags`: in `before` those that went, in `after` those that came.
    #[schema(required, value_type = Option<Object>)]
    pub after: Option<Described<'a>>,
    /// The id of the request that did it, as `X-Request-Id` said it.
    pub request_id: &'a str,
    /// The version of the site that it made; null for what the instance keeps: tokens, app registrations, settings.
    #[schema(required)]
    pub version: Option<u64>,
    /// How many devices it is about, where it may be about many: tags put on and taken off, and of a deleted tag those
    /// that carried it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub devices: Option<usize>,
    /// By what way tags were put on or taken off: `api`, `segment` (where the device was discovered) or `agent` (with
    /// its first audit).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "api")]
    pub source: Option<&'static str>,
    /// How many devices got another classification, status or `undetermined` by it. An entry about one device tells of
    /// that device; others of all that their request did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<u64>,
    /// From what to what, the largest moves first, at most 20.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Moved<'a>>,
}

/// Devices that moved the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Moved<'a> {
    /// Their classification's name before; null when they had none.
    #[schema(required, example = "low risk")]
    pub from: Option<Cow<'a, str>>,
    /// Its name now.
    #[schema(required, example = "high risk")]
    pub to: Option<Cow<'a, str>>,
    /// Their status word before.
    #[schema(example = "Managed")]
    pub from_status: &'static str,
    /// Their status word now.
    #[schema(example = "Managed")]
    pub to_status: &'static str,
    /// How many devices they are.
    pub count: u64,
}

/// What an entry is about, as it was or is.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each is named as what it describes")]
pub enum Described<'a> {
    Tag(Tag<'a>),
    Classification(Classification<'a>),
    Place(Place<'a>),
    Rule(Rule<'a>),
    Segment(Segment<'a>),
    Device(Device<'a>),
    RemovedDevice(RemovedDevice<'a>),
    Reported(Box<Reported<'a>>),
    Tags(Tags<'a>),
    Stale(Stale),
    Evaluator(Evaluator),
    Site(Site<'a>),
    Settings(Settings),
    Server(Server),
    Token(Token<'a>),
    AppRegistration(AppRegistration<'a>),
}

/// A tag of the catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct Tag<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// How it is shown.
    pub color: &'static str,
    /// What the Netskope paths say of it.
    pub description: &'a str,
}

/// A classification.
#[derive(Debug, Clone, Serialize)]
pub struct Classification<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
}

/// Where a classification stands.
#[derive(Debug, Clone, Serialize)]
pub struct Place<'a> {
    /// Its id.
    pub id: u32,
    /// Its name now.
    pub name: Cow<'a, str>,
    /// Its priority, from 1.
    pub priority: u32,
}

/// A rule.
#[derive(Debug, Clone, Serialize)]
pub struct Rule<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
    /// The name, now, of the classification it gives.
    pub label: Cow<'a, str>,
    /// The operating system it is for.
    pub os: &'static str,
    /// Its conditions, word for word.
    pub conditions: &'a RawValue,
}

/// A segment.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Segment<'a> {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// What its ranges are.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its ranges, in order.
    pub ranges: Vec<String>,
    /// The id of the tag that it gives.
    pub auto_tag_id: Option<String>,
}

/// A device by what names it.
#[derive(Debug, Clone, Serialize)]
pub struct Device<'a> {
    /// Its id.
    pub id: String,
    /// The machine.
    pub nsdeviceuid: &'a str,
    /// Its user.
    pub userkey: &'a str,
}

/// A device that is gone.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovedDevice<'a> {
    /// What named it.
    #[serde(flatten)]
    pub device: Device<'a>,
    /// The machine's name.
    pub hostname: Option<&'a str>,
    /// When it last checked in.
    pub last_seen: Option<String>,
    /// What it carried.
    pub tags: Vec<Carried<'a>>,
    /// Its status word.
    pub status: &'static str,
    /// Its classification's name.
    pub classification: Option<Cow<'a, str>>,
    /// Names of stronger classifications that could not be judged.
    pub undetermined: Vec<Cow<'a, str>>,
}

/// What a check-in said that was not known: members that it did not speak of, or that it said as before, are absent.
#[derive(Debug, Clone, Serialize)]
pub struct Reported<'a> {
    /// The device's id.
    pub id: String,
    /// What it said.
    #[serde(flatten)]
    pub report: device_history::Reported<'a>,
}

/// Tags that came or went.
#[derive(Debug, Clone, Serialize)]
pub struct Tags<'a> {
    /// Which.
    pub tags: Vec<Carried<'a>>,
    /// When they come off again, RFC 3339; null: never. Absent where that was not said.
    #[serde(rename = "expiresAt", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Option<String>>,
}

/// Facts that became unknown.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stale {
    /// Those that were last spoken of before this moment, RFC 3339.
    pub unknown_before: String,
}

/// A tag on a device. Of one that was deleted since its last name is known, or not even that.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "each is named as what it describes")]
pub enum Carried<'a> {
    Known(CarriedTag<'a>),
    Deleted { id: String, name: Option<&'a str> },
}

/// By what evaluator devices were judged.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluator {
    /// Its number.
    pub evaluator: u32,
}

/// A site that came to be.
#[derive(Debug, Clone, Serialize)]
pub struct Site<'a> {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: &'a str,
}

/// What is set of a site.
#[derive(Debug, Clone, Serialize)]
pub struct Settings {
    /// What is set.
    pub settings: SiteSettings,
}

/// What is set of the whole server.
#[derive(Debug, Clone, Serialize)]
pub struct Server {
    /// Work on it.
    pub maintenance: Maintenance,
}

/// A token, of which neither text nor hash is told.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Token<'a> {
    /// Its id.
    pub id: u32,
    /// What it is for.
    pub name: &'a str,
    /// Who answers for it.
    pub owner: &'a str,
    /// `administrator` or `user`.
    pub role: &'static str,
    /// The level in each area.
    pub areas: AreaLevels,
    /// Whether its holder manages the instance's sites too.
    pub global_administrator: bool,
    /// From when on it is refused.
    pub expires_at: Option<String>,
}

/// An app registration, of which the secret is not told.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRegistration<'a> {
    /// Its id.
    pub id: u32,
    /// What it is for.
    pub name: &'a str,
    /// Who answers for it.
    pub owner: &'a str,
    /// `administrator` or `user`.
    pub role: &'static str,
    /// The level in each area.
    pub areas: AreaLevels,
    /// Whether it may be used.
    pub enabled: bool,
    /// From when on it is refused.
    pub expires_at: String,
}
