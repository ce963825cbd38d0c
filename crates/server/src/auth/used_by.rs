//! Which client a request came from.

use std::net::IpAddr;

use axum::http::{HeaderMap, HeaderValue, header};
use node::{UsedBy, UserAgent};

use crate::token_text::TokenText;

/// What a request's headers and its connection tell of its client.
pub(super) fn used_by(headers: &HeaderMap, peer: Option<IpAddr>) -> UsedBy {
    let agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    let agent = agent.filter(|agent| !has_token(agent)).and_then(UserAgent::of);
    UsedBy { agent, address: peer }
}

/// Whether a token stands in a text, where it does not belong and is not to be kept.
fn has_token(text: &[u8]) -> bool {
    let words = text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    words.filter_map(|word| str::from_utf8(word).ok()).any(TokenText::is_well_formed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_that_holds_a_token_is_not_kept() {
        let kept = |agent: &str| {
            let headers = [(header::USER_AGENT, HeaderValue::from_str(agent).unwrap())];
            used_by(&headers.into_iter().collect(), None).agent.is_some()
        };
        let token = TokenText::generate();
        assert!(kept("Acme-sync-1.0 (fm_linux)"));
        for agent in [format!("tool/{}", token.as_str()), format!("a {};b", token.as_str())] {
            assert!(!kept(&agent));
        }
    }
}
