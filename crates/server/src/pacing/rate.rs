//! What a client is told of its pace.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// How a token stands in one dialect after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// How many requests a period has.
    pub(super) limit: u32,
    /// How many more may come in this one.
    pub(super) remaining: u32,
    /// When it ends.
    pub(super) resets_in: Duration,
    /// When another request may come, if this one was refused.
    pub(super) again_in: Duration,
}

impl Rate {
    /// Tells it as Netskope's v2 does, in whole seconds (netskope-v2 §2).
    pub(crate) fn tell(&self, headers: &mut HeaderMap) {
        headers.insert(LIMIT, HeaderValue::from(self.limit));
        headers.insert(REMAINING, HeaderValue::from(self.remaining));
        headers.insert(RESET, HeaderValue::from(seconds(self.resets_in)));
    }

    /// When one that was refused may come again.
    pub(crate) fn retry_after_seconds(&self) -> u32 {
        seconds(self.again_in).max(1)
    }
}

/// No fewer than that long.
fn seconds(time: Duration) -> u32 {
    let begun = u32::from(time.subsec_nanos() > 0);
    u32::try_from(time.as_secs()).map_or(u32::MAX, |whole| whole.saturating_add(begun))
}
