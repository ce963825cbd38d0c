//! Ids of requests.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderValue;
use uuid::Builder;

/// Longest id that is taken over from a client, in characters.
const REQUEST_ID_MAX_CHARS: usize = 128;

/// The id of a request, as its header holds it.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(HeaderValue);

impl RequestId {
    /// Its text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().expect("ids are made of letters, digits, dots and hyphens")
    }

    /// The value of `X-Request-Id`.
    pub(super) fn into_header(self) -> HeaderValue {
        self.0
    }
}

/// Gives ids that no other process and no other request has: UUIDs of version 7 whose random part is drawn once and
/// counted on, which costs no system call a request.
#[derive(Debug)]
pub(crate) struct RequestIds {
    drawn: u64,
    count: AtomicU64,
}

impl RequestIds {
    #[expect(clippy::disallowed_methods, reason = "the edge names its requests")]
    pub(crate) fn new() -> Self {
        let mut drawn = [0; 8];
        getrandom::fill(&mut drawn).expect("the operating system gives randomness");
        Self { drawn: u64::from_le_bytes(drawn), count: AtomicU64::new(0) }
    }

    /// The id of a request: the client's own if it is one, else a new one.
    pub(super) fn of(&self, given: Option<&HeaderValue>) -> RequestId {
        let given = given.filter(|value| is_id(value.as_bytes()));
        RequestId(given.cloned().unwrap_or_else(|| self.fresh()))
    }

    #[expect(clippy::disallowed_methods, reason = "the edge names its requests by their time")]
    fn fresh(&self) -> HeaderValue {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.drawn.to_be_bytes());
        random[4..].iter_mut().zip(&count.to_be_bytes()[2..]).for_each(|(byte, count)| *byte ^= count);
        let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        let id = Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
        HeaderValue::from_str(id.hyphenated().encode_lower(&mut text)).expect("a UUID is digits and hyphens")
    }
}

fn is_id(text: &[u8]) -> bool {
    (1..=REQUEST_ID_MAX_CHARS).contains(&text.len())
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_formed_id_is_kept_and_another_replaced() {
        let ids = RequestIds::new();
        let given = |text: &str| ids.of(Some(&HeaderValue::from_str(text).unwrap())).as_str().to_owned();
        assert_eq!(given("3f0c9a2e-5b7d.A_1"), "3f0c9a2e-5b7d.A_1");
        for strange in ["", "a b", "<script>", &"x".repeat(129)] {
            assert_eq!(uuid::Uuid::parse_str(&given(strange)).unwrap().get_version_num(), 7);
        }
    }

    #[test]
    fn no_two_requests_share_an_id() {
        let ids = RequestIds::new();
        let all: std::collections::BTreeSet<_> =
            (0..100_000).map(|_| ids.of(None).as_str().to_owned()).collect();
        assert_eq!(all.len(), 100_000);
    }
}
