//! What a site asks of its callers besides a token (decided, Common: `requireUserAgent`, `movedTo`, `maintenance`).

use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use domain::{Access, Error, is_user_agent};

use crate::failure::Failure;

/// Lets a request in that a site is meant to answer now.
///
/// # Errors
/// When the site has moved, is being worked on, or wants to know what client that is.
pub(super) fn admit(access: &Access, head: &Parts) -> Result<(), Failure> {
    if let Some(base) = &access.moved_to {
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        // An address that came in a request can stand in an answer.
        let location = HeaderValue::from_str(&format!("{base}{path}")).map_err(|_| Failure::Internal)?;
        return Err(Failure::Moved { location });
    }
    if access.maintenance.on {
        return Err(Failure::Maintained(access.maintenance.clone()));
    }
    let agent = head.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    if access.require_user_agent && !agent.is_some_and(is_user_agent) {
        let message = "User-Agent must say what client this is, as Vendor-product-version";
        return Err(Error::invalid("User-Agent", "user_agent", message).into());
    }
    Ok(())
}
