//! `/api/oauth/token` (alloyscan, Authentication; RFC 6749, section 4.4).

use axum::http::{HeaderValue, header};
use axum::response::Response;
use node::ACCESS_TOKEN_SECONDS;
use wire::oauth::{AccessTokenReply, AccessTokenRequest};

use crate::auth::Client;
use crate::failure::Failure;
use crate::reply;

/// Issues an access token
///
/// To an app registration, for an hour, by its client id and secret (OAuth 2.0, client credentials): both in the form,
/// or both by HTTP Basic. Other parameters are passed over. One registration may have 1000 access tokens that are good
/// at once; the next puts an end to the oldest.
#[utoipa::path(
    post,
    path = "/api/oauth/token",
    operation_id = "issueAccessToken",
    tag = "app registrations",
    request_body(content = AccessTokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Issued. The access token is shown here and never again.",
            body = AccessTokenReply,
            headers(("Cache-Control" = String, description = "`no-store`: it is a secret."))),
        (status = 400, description = "A parameter is missing, is given twice, or asks for another grant."),
        (status = 401, description = "No app registration has this client id and this secret.",
            headers(("WWW-Authenticate" = String, description = "How to present both."))),
        (status = 403, description = "The app registration is switched off or has expired."),
        (status = 413, description = "The form is longer than 64 KiB."),
        (status = 415, description = "The body is not declared as `application/x-www-form-urlencoded`."),
    ),
)]
pub(super) async fn issue(client: Client) -> Result<Response, Failure> {
    let text = client.issue().await?;
    let mut response = reply::ok(&AccessTokenReply {
        access_token: text.as_str().to_owned(),
        token_type: "Bearer".to_owned(),
        expires_in: ACCESS_TOKEN_SECONDS,
    });
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// Issues an access token, under its older path
///
/// As `POST /api/oauth/token`.
#[utoipa::path(
    post,
    path = "/identity-server/connect/token",
    operation_id = "issueAccessTokenAtOlderPath",
    tag = "app registrations",
    request_body(content = AccessTokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Issued. The access token is shown here and never again.",
            body = AccessTokenReply,
            headers(("Cache-Control" = String, description = "`no-store`: it is a secret."))),
        (status = 400, description = "A parameter is missing, is given twice, or asks for another grant."),
        (status = 401, description = "No app registration has this client id and this secret.",
            headers(("WWW-Authenticate" = String, description = "How to present both."))),
        (status = 403, description = "The app registration is switched off or has expired."),
        (status = 413, description = "The form is longer than 64 KiB."),
        (status = 415, description = "The body is not declared as `application/x-www-form-urlencoded`."),
    ),
)]
pub(super) async fn issue_at_older_path(client: Client) -> Result<Response, Failure> {
    issue(client).await
}
