//! Netskope REST API v1 (netskope-v1): machines, events and alerts, the token among the parameters.

mod address;
mod alerts;
mod asked;
mod client_shown;
mod clients;
mod events;
mod failures;
mod page;
mod parameters;
mod span;
mod whole_number;

use axum::http::Uri;

pub(crate) use self::address::mended;
use self::asked::Asked;
pub(super) use self::failures::wording;
use crate::auth::Holder;
use crate::failure::Failure;
use crate::routing::{Call, FromCall as _, Routes, routes};

/// Where the endpoints are.
const PREFIX: &str = "/api/v1/";
/// The endpoints of the original, those among them that are about something else too.
const ENDPOINTS: [&str; 10] = [
    "clients",
    "alerts",
    "events",
    "report",
    "app_instances",
    "userconfig",
    "uploadtoken",
    "quarantine",
    "updateUrlList",
    "updateFileHashList",
];
/// The parameter that holds the token.
const TOKEN: &str = "token";

/// The paths of this dialect.
pub(crate) fn routes() -> Routes {
    routes!(clients::list, clients::post, alerts::list, alerts::post, events::list, events::post)
}

/// Whether a request is this dialect's: it names an endpoint of the original, or nobody routes its path and its address
/// has a token.
pub(crate) fn claims(uri: &Uri, is_routed: bool) -> bool {
    let Some(endpoint) = uri.path().strip_prefix(PREFIX) else { return false };
    ENDPOINTS.contains(&endpoint) || !is_routed && has_token(uri)
}

fn has_token(uri: &Uri) -> bool {
    let names = uri.query().into_iter().flat_map(|query| query.split('&'));
    names.filter_map(|pair| pair.split('=').next()).any(|name| name == TOKEN)
}

/// Why a request of this dialect for a path that nobody routes fails: the token is judged first.
pub(crate) async fn elsewhere(mut call: Call) -> Failure {
    let judged = async {
        Asked::from_call(&mut call).await?;
        Holder::from_call(&mut call).await
    };
    judged.await.err().unwrap_or(Failure::NoRoute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoints_of_the_original_and_unknown_paths_with_a_token_are_this_dialects() {
        let is_ours = |uri: &str, is_routed| claims(&uri.parse().unwrap(), is_routed);
        for endpoint in ENDPOINTS {
            assert!(is_ours(&format!("{PREFIX}{endpoint}"), true));
            assert!(is_ours(&format!("{PREFIX}{endpoint}?limit=1"), false));
        }
        assert!(is_ours("/api/v1/nothing?op=query&token=abc", false));
        assert!(is_ours("/api/v1/clients/7?token=abc", false));
        assert!(!is_ours("/api/v1/nothing?tokens=abc", false));
        assert!(!is_ours("/api/v1/devices?token=abc", true));
        assert!(!is_ours("/api/v1/clients/7", false));
        assert!(!is_ours("/api/v2/clients?token=abc", false));
    }
}
