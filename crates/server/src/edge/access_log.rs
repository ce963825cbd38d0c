//! A line in the log for each request.

use axum::extract::MatchedPath;
use axum::http::{Method, StatusCode};

use super::RequestInfo;

/// Says what was answered: at level warn where the server is at fault, at level debug otherwise. It names the route's
/// template and never the address or a header: those can hold what is nobody's business.
pub(super) fn line(
    method: &Method,
    route: Option<&MatchedPath>,
    status: StatusCode,
    micros: u128,
    info: &RequestInfo,
) {
    let route = route.map_or("-", MatchedPath::as_str);
    let (status, site, request_id) = (status.as_u16(), info.site().map(|site| site.0), &**info.id());
    if status >= 500 {
        tracing::warn!(target: "fleetmark::access", %method, route, status, micros, request_id, site);
    } else {
        tracing::debug!(target: "fleetmark::access", %method, route, status, micros, request_id, site);
    }
}
