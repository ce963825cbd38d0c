//! The nouns of Fleetmark and their rules of form. A value of these types is valid: each has one constructor, and
//! its limit stands beside it. No I/O, no clock, no randomness.

mod access;
mod app_registration;
mod change;
mod conditions;
mod device;
mod error;
mod facts;
mod ids;
pub mod json;
mod lifetime;
mod limits;
mod os;
mod os_version;
mod outcome;
mod pace;
mod period;
mod segment;
mod settings;
mod text;
mod time;
mod token;

pub use access::{Access, BaseUrl, Maintenance, Notice, RETRY_AFTER_MAX_SECONDS, is_user_agent};
pub use app_registration::{APP_REGISTRATIONS_MAX, AppRegistrationFields};
pub use change::{Change, ClassificationFields, Colour, RuleFields, Source, TagFields};
pub use conditions::{CONDITIONS_MAX_BYTES, Conditions};
pub use device::{DEVICE_KEY_MAX_CHARS, DeviceName, DeviceUid, UserKey, same_uid};
pub use error::{Error, FormError, Noun, Violation};
pub use facts::{
    Antivirus, Certificate, CertificateStore, FACT_ENTRIES_MAX, FACT_TEXT_MAX_CHARS, FactGroup, FactGroups,
    FactText, Facts, FileFact, PROBED_MAX, ProcessFact, REPORT_MAX_BYTES, RegistryValue, Report, Sha256,
};
pub use ids::{
    AppRegistrationId, ClassificationId, DeviceNumber, RuleId, SegmentId, SiteId, TagId, TokenId, Version,
};
pub use lifetime::Lifetime;
pub use limits::{
    AlloyScanTagsPerDevice, CLASSIFICATIONS_MAX, ClassificationsLimit, Limit, Limits, NetskopeTagsPerDevice,
    RULES_MAX, RulesLimit, TAGS_MAX, TAGS_PER_DEVICE_MAX, TagsLimit,
};
pub use os::Os;
pub use os_version::{OS_VERSION_MAX_CHARS, OsVersion};
pub use outcome::{Outcome, Status};
pub use pace::{AtOnce, Figure, Pace, Pacing, PeriodSeconds, Waiting};
pub use period::Period;
pub use segment::{
    DomainName, RANGES_MAX, Range, Ranges, SEGMENT_NAME_MAX_CHARS, SegmentFields, SegmentName, SegmentType,
    address_number,
};
pub use settings::{AgentTag, SiteSettings};
pub use text::{
    ClassificationName, DESCRIPTION_MAX_CHARS, Description, Label, NAME_MAX_CHARS, Owner, RuleName, TagName,
    cmp_folded, fold, trimmed,
};
pub use time::Timestamp;
pub use token::{
    Area, Areas, BOOTSTRAP_TOKEN_MIN_CHARS, InstanceChange, Level, Role, TOKENS_MAX, TokenFields, TokenHash,
};
