//! Which client a request came from.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use node::{UsedBy, UserAgent};

/// What a request's headers and its connection tell of its client.
pub(super) fn used_by(headers: &HeaderMap, peer: Option<IpAddr>) -> UsedBy {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| UserAgent::of(agent.as_bytes()));
    UsedBy { agent, address: peer }
}
