//! Records that are not what was committed: what is shown passes over them, and says so where it cannot.

use domain::{Error, SiteId, Timestamp, Version};
use site::{DecodeError, SiteRecord};
use store::{Chain, Record};

use super::Failed;

/// An entry of a record that cannot be told. A record that was damaged before it was indexed counts as one entry, which
/// every filter takes that might.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The record.
    pub version: Version,
    /// When it was made, as far as that can be trusted.
    pub time: Timestamp,
}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Self {
        Self::Damaged { version: damage.version }
    }
}

impl From<Damage> for Failed {
    fn from(damage: Damage) -> Self {
        Self::Damaged(damage.version)
    }
}

/// What is in a record, held against the chain that it follows; none, and why in the server's log, where it is not what
/// was committed.
pub(super) fn told(
    site: SiteId,
    mut before: Chain,
    stored: &Record,
    decode: impl Fn(&[u8]) -> Result<SiteRecord, DecodeError>,
) -> Result<SiteRecord, Damage> {
    let version = stored.version;
    let damage = |what: String| {
        tracing::error!(%site, %version, what, "a log was altered or is damaged");
        Damage { version, time: stored.time }
    };
    before.follow(stored).map_err(|error| damage(error.to_string()))?;
    let record = decode(&stored.payload).map_err(|error| damage(error.to_string()))?;
    match record.version == version {
        true => Ok(record),
        false => Err(damage(format!("it is record {}", record.version))),
    }
}
