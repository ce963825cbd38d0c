//! On what terms a body wants tags to be put on devices.

use domain::{Source, Timestamp};
use site::commands::Terms;

use crate::dialects::fleetmark::expiry;
use crate::violations::Violations;

/// Who says by what way, and for how long; what is wrong goes to `found`.
pub(in crate::dialects) fn read(
    source: Option<&str>,
    expires_at: Option<&Option<String>>,
    expires_in: Option<&str>,
    now: Timestamp,
    found: &mut Violations,
) -> Terms {
    let source = found.take_some("source", source.map(Source::said)).unwrap_or_default();
    if expires_at.is_none() && expires_in.is_none() {
        return Terms { source, expiry: None };
    }
    let end = expiry::read(expires_at.and_then(Option::as_deref), expires_in, now);
    Terms { source, expiry: found.keep(end) }
}
