//! What a browser finds at the root of a server without a console.

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use crate::routing::Routes;

const PAGE: &str = include_str!("index.html");
/// The page has its own style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// Where it is.
pub(crate) const PATH: &str = "/";

/// `GET /`.
pub(crate) fn routes() -> Routes {
    Routes::default().get(PATH, page)
}

async fn page() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, PAGE.replace("{version}", env!("CARGO_PKG_VERSION"))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_browser_finds_a_page_that_says_its_version_and_loads_nothing() {
        let page = page().await;
        assert_eq!(page.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
        assert!(page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("default-src 'none'"));
        let body = http_body_util::BodyExt::collect(page.into_body()).await.unwrap().to_bytes();
        let body = std::str::from_utf8(&body).unwrap();
        assert!(body.contains(concat!("Version ", env!("CARGO_PKG_VERSION"))) && !body.contains("{version}"));
    }
}
