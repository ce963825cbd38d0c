//! Ids of requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::HeaderValue;
use uuid::Builder;

/// Longest id that is taken over from a client, in characters.
const REQUEST_ID_MAX_CHARS: usize = 128;

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
    pub(super) fn of(&self, given: Option<&HeaderValue>) -> Arc<str> {
        match given.and_then(|value| value.to_str().ok()).filter(|id| is_id(id)) {
            Some(id) => id.into(),
            None => self.fresh(),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the edge names its requests by their time")]
    fn fresh(&self) -> Arc<str> {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.drawn.to_be_bytes());
        random[4..].iter_mut().zip(&count.to_be_bytes()[2..]).for_each(|(byte, count)| *byte ^= count);
        let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        let id = Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
        id.hyphenated().encode_lower(&mut [0; uuid::fmt::Hyphenated::LENGTH]).into()
    }
}

fn is_id(text: &str) -> bool {
    (1..=REQUEST_ID_MAX_CHARS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_well_formed_id_is_kept_and_another_replaced() {
        let ids = RequestIds::new();
        let given = |text: &str| ids.of(Some(&HeaderValue::from_str(text).unwrap()));
        assert_eq!(&*given("3f0c9a2e-5b7d.A_1"), "3f0c9a2e-5b7d.A_1");
        for strange in ["", "a b", "<script>", &"x".repeat(129)] {
            assert_eq!(uuid::Uuid::parse_str(&given(strange)).unwrap().get_version_num(), 7);
        }
    }

    #[test]
    fn no_two_requests_share_an_id() {
        let ids = RequestIds::new();
        let all: std::collections::BTreeSet<_> = (0..100_000).map(|_| ids.of(None)).collect();
        assert_eq!(all.len(), 100_000);
    }
}
