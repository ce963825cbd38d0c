//! The nouns of Fleetmark and their rules of form. A value of these types is valid: each has one constructor, and
//! its limit stands beside it. No I/O, no clock, no randomness.

mod ids;
mod time;

pub use ids::{ClassificationId, DeviceNumber, RuleId, SiteId, TagId, TokenId, Version};
pub use time::Timestamp;
