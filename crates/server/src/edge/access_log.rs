//! A line in the log for each request.

use std::time::Duration;

use axum::http::{Method, StatusCode};

use super::RequestInfo;

/// An answer that took longer is of interest even if it went well.
const SLOW: Duration = Duration::from_secs(1);

/// What was answered, and how long that took.
pub(super) struct Answered<'a> {
    pub(super) method: &'a Method,
    /// Its template; none when no route has the path.
    pub(super) route: Option<&'a str>,
    pub(super) status: StatusCode,
    pub(super) took: Duration,
    pub(super) info: &'a RequestInfo,
}

/// Writes it at the level of its interest. The route's template stands for the path, and a token's id for the token:
/// a path, a query or a header can hold what is nobody's business, a token that was pasted in the wrong place, say.
pub(super) fn line(answered: &Answered<'_>) {
    let Answered { method, route, status, took, info } = answered;
    let route = route.unwrap_or("-");
    let (status, duration_ms) = (status.as_u16(), took.as_secs_f64() * 1e3);
    let (request_id, site, token) = (info.id().as_str(), info.site().map(|site| site.0), info.token());
    macro_rules! log {
        ($level:ident, $message:literal) => {
            tracing::$level!(
                target: "fleetmark::access",
                request_id,
                %method,
                route,
                status,
                duration_ms,
                site,
                token = token.map(tracing::field::display),
                $message
            )
        };
    }
    if status >= 500 {
        log!(warn, "failed");
    } else if *took >= SLOW {
        log!(info, "answered slowly");
    } else {
        log!(debug, "answered");
    }
}
