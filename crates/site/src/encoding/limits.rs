//! How much a site may hold, as it is kept.

use domain::{Limit, Limits};

use super::DecodeError;

/// As [`Limits`]; what is as long as nobody sets it is absent.
#[derive(Clone, Copy, prost::Message)]
pub(super) struct LimitsMessage {
    #[prost(uint32, optional, tag = "1")]
    tags: Option<u32>,
    #[prost(uint32, optional, tag = "2")]
    netskope_tags_per_device: Option<u32>,
    #[prost(uint32, optional, tag = "3")]
    alloyscan_tags_per_device: Option<u32>,
    #[prost(uint32, optional, tag = "4")]
    classifications: Option<u32>,
    #[prost(uint32, optional, tag = "5")]
    rules: Option<u32>,
}

/// As a message, if any differs from what it is as long as nobody sets it.
pub(super) fn write_limits(limits: &Limits) -> Option<LimitsMessage> {
    (*limits != Limits::default()).then(|| LimitsMessage {
        tags: write(limits.tags),
        netskope_tags_per_device: write(limits.netskope_tags_per_device),
        alloyscan_tags_per_device: write(limits.alloyscan_tags_per_device),
        classifications: write(limits.classifications),
        rules: write(limits.rules),
    })
}

/// Limits from their message.
pub(super) fn read_limits(message: LimitsMessage) -> Result<Limits, DecodeError> {
    Ok(Limits {
        tags: read("tags", message.tags)?,
        netskope_tags_per_device: read("netskope_tags_per_device", message.netskope_tags_per_device)?,
        alloyscan_tags_per_device: read("alloyscan_tags_per_device", message.alloyscan_tags_per_device)?,
        classifications: read("classifications", message.classifications)?,
        rules: read("rules", message.rules)?,
    })
}

fn write<const DEFAULT: u32, const MAX: u32>(limit: Limit<DEFAULT, MAX>) -> Option<u32> {
    Some(limit.get()).filter(|count| *count != DEFAULT)
}

fn read<const DEFAULT: u32, const MAX: u32>(
    member: &str,
    count: Option<u32>,
) -> Result<Limit<DEFAULT, MAX>, DecodeError> {
    let Some(count) = count else { return Ok(Limit::default()) };
    Limit::new(count.into()).map_err(|error| DecodeError::damaged(member, error.message))
}
