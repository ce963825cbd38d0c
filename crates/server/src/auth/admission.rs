//! What a site asks of its callers besides a token (decided, Common: `requireUserAgent`, `movedTo`, `maintenance`).

use axum::http::{HeaderValue, Uri, header};
use domain::{Access, Error, Maintenance, is_user_agent};

use super::presented;
use crate::failure::Failure;
use crate::routing::Call;

/// The parameter in which REST API v1 has the token.
const TOKEN: &str = "token";

/// Lets a request in that a site is meant to answer now.
///
/// # Errors
/// When the site has moved, is being worked on as `server` or by itself, or wants to know what client that is.
pub(super) fn admit(server: &Maintenance, access: &Access, call: &Call) -> Result<(), Failure> {
    let Call { head, token, .. } = call;
    if let Some(base) = &access.moved_to {
        // An address that came in a request can stand in an answer.
        let token = presented::token(&head.headers, token.as_deref()).ok();
        let location = HeaderValue::from_str(&moved(base.as_str(), &head.uri, token));
        return Err(Failure::Moved { location: location.map_err(|_| Failure::Internal)? });
    }
    for (what, maintenance) in [("server", server), ("site", &access.maintenance)] {
        if maintenance.on {
            return Err(Failure::Maintained { what, maintenance: maintenance.clone() });
        }
    }
    let agent = head.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    if access.require_user_agent && !agent.is_some_and(is_user_agent) {
        let message = "User-Agent must say what client this is, as Vendor-product-version";
        return Err(Error::invalid("User-Agent", "user_agent", message).into());
    }
    Ok(())
}

/// Whether a site answers its callers at present, whatever client they are.
pub(super) fn is_served(server: &Maintenance, access: &Access) -> bool {
    access.moved_to.is_none() && !server.on && !access.maintenance.on
}

/// Where a request is to be sent now: the same path and query, but for the token and what else has its text.
fn moved(base: &str, uri: &Uri, token: Option<&str>) -> String {
    let pairs = uri.query().into_iter().flat_map(|query| query.split('&'));
    // Names are read as the parameters of a request are.
    let tells = |text: &str| token.is_some_and(|token| !token.is_empty() && text.contains(token));
    let is_kept = |pair: &&str| {
        let mut parsed = form_urlencoded::parse(pair.as_bytes());
        parsed.all(|(name, value)| name != TOKEN && !tells(&name) && !tells(&value))
    };
    let kept: Vec<_> = pairs.filter(is_kept).collect();
    let question = if kept.is_empty() { "" } else { "?" };
    format!("{base}{}{question}{}", uri.path(), kept.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_query_are_kept_and_the_token_is_not() {
        let moved = |uri: &str| moved("https://new.example", &uri.parse().unwrap(), Some("abc"));
        assert_eq!(moved("/api/v1/devices"), "https://new.example/api/v1/devices");
        assert_eq!(moved("/api/v1/clients?token=abc"), "https://new.example/api/v1/clients");
        assert_eq!(
            moved("/api/v1/clients?op=query&token=abc&query=a%20eq%20b&token=d"),
            "https://new.example/api/v1/clients?op=query&query=a%20eq%20b"
        );
        assert_eq!(moved("/api/v1/clients?%74oken=abc&to%6ben=d"), "https://new.example/api/v1/clients");
        assert_eq!(moved("/api/v1/devices?q=token"), "https://new.example/api/v1/devices?q=token");
        assert_eq!(
            moved("/api/v1/clients?token=abc&q=%61bc?&skip=1"),
            "https://new.example/api/v1/clients?skip=1"
        );
    }
}
