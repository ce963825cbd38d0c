use serde_json::{Value, json};

use super::harness::Server;

const REGISTRATIONS: &str = "/api/v1/app-registrations";
const NOTICES: &str = "/api/v1/notices";
const ACCESS: &str = "/api/oauth/token";

/// The form by which a new app registration asks for an access token.
async fn register(server: &Server, more: Value) -> String {
    let mut body = json!({"name": "nightly", "expiresIn": "2h"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let made = server.post(REGISTRATIONS, body).await.json();
    let (id, secret) = (made["clientId"].as_str().unwrap(), made["clientSecret"].as_str().unwrap());
    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
}

async fn enter(server: &Server, form: &str) -> Server {
    let granted = server.send_form(ACCESS, form).await;
    assert_eq!(granted.status, 200, "{}", granted.text);
    server.with_token(granted.json()["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn an_access_token_is_good_for_an_hour_and_another_can_be_fetched() {
    let server = Server::start().await;
    let form = register(&server, json!({})).await;
    let first = enter(&server, &form).await;
    server.move_clock(3599);
    assert_eq!(first.get(REGISTRATIONS).await.status, 200);
    let second = enter(&server, &form).await;
    server.move_clock(1);
    first.get(REGISTRATIONS).await.says(401, "the access token has expired; fetch another");
    assert_eq!(second.get(REGISTRATIONS).await.status, 200);
    server.move_clock(3600);
    second.get(REGISTRATIONS).await.says(401, "the access token has expired");
    server.send_form(ACCESS, &form).await.says(403, "app_registration_expired");
}

#[tokio::test]
async fn an_access_token_ends_with_its_registration() {
    let server = Server::start().await;
    let form = register(&server, json!({"expiresIn": "1h"})).await;
    server.move_clock(1800);
    let client = enter(&server, &form).await;
    server.move_clock(1800);
    client.get(REGISTRATIONS).await.says(403, "app_registration_expired");
    let longer = json!({"expiresIn": "1h"});
    assert_eq!(server.send("PATCH", &format!("{REGISTRATIONS}/1"), Some(longer)).await.status, 200);
    assert_eq!(client.get(REGISTRATIONS).await.status, 200);
}

#[tokio::test]
async fn the_last_use_is_shown() {
    let server = Server::start().await;
    let form = register(&server, json!({"role": "user"})).await;
    let path = format!("{REGISTRATIONS}/1");
    let used = async || server.get(&path).await.json()["lastUsedAt"].clone();
    assert_eq!(used().await, Value::Null);
    let client = enter(&server, &form).await;
    assert_eq!(used().await, "2027-01-15T08:00:00.000Z");
    server.move_clock(60);
    let request = client.request("GET", REGISTRATIONS).header("User-Agent", "Acme-sync-1.0");
    client.call(request.body(axum::body::Body::empty()).unwrap()).await.says(403, "administrator");
    let shown = server.get(&path).await.json();
    assert_eq!((&shown["lastUsedBy"], &shown["lastUsedFrom"]), (&json!("Acme-sync-1.0"), &Value::Null));
    assert_eq!(used().await, "2027-01-15T08:01:00.000Z", "it called, though it may not do this");
    client.with_token("fm_unknown").get(REGISTRATIONS).await.says(401, "unauthorized");
    assert_eq!(used().await, "2027-01-15T08:01:00.000Z");
}

#[tokio::test]
async fn notices_come_up_thirty_and_seven_days_before_an_expiry_and_at_it() {
    const DAY: i64 = 86_400;
    let server = Server::start().await;
    register(&server, json!({"expiresIn": "31d"})).await;
    let body = json!({"name": "partner", "role": "user", "expiresIn": "31d"});
    server.post(super::harness::TOKENS, body).await;
    for (days, level) in
        [(0, None), (1, Some("expires_in_30_days")), (23, Some("expires_in_7_days")), (7, Some("expired"))]
    {
        server.move_clock(days * DAY);
        let notices = server.get(NOTICES).await.json();
        let levels: Vec<_> =
            notices["items"].as_array().unwrap().iter().map(|notice| notice["level"].clone()).collect();
        assert_eq!(levels, level.map(|level| vec![json!(level); 2]).unwrap_or_default(), "{notices}");
    }
    let told = async || server.get(NOTICES).await.json()["total"].clone();
    let change = async |path: &str, body| {
        assert_eq!(server.send("PATCH", path, Some(body)).await.status, 200);
    };
    change("/api/v1/tokens/1", json!({"expiresIn": "31d"})).await;
    assert_eq!(told().await, 1, "it was extended");
    change("/api/v1/tokens/1", json!({"expiresIn": "7d"})).await;
    assert_eq!(server.get(NOTICES).await.json()["items"][1]["level"], "expires_in_7_days");
    change("/api/v1/tokens/1", json!({"expiresAt": null})).await;
    assert_eq!(told().await, 1, "it lasts");
    change("/api/v1/tokens/1", json!({"expiresIn": "1h"})).await;
    assert_eq!(told().await, 2);
    assert_eq!(server.send("DELETE", "/api/v1/tokens/1", None).await.status, 204);
    assert_eq!(told().await, 1, "it was revoked");
}

#[tokio::test]
async fn a_site_holds_so_many_app_registrations() {
    let server = Server::start().await;
    for _ in 0..domain::APP_REGISTRATIONS_MAX {
        register(&server, json!({})).await;
    }
    let one_more = server.post(REGISTRATIONS, json!({"name": "x", "expiresIn": "1d"})).await;
    one_more.says(409, "a site holds at most 1000 app registrations");
}

#[tokio::test]
async fn an_access_token_that_cannot_be_kept_is_not_given() {
    let server = Server::start().await;
    let form = register(&server, json!({})).await;
    server.node.stop().await;
    server.send_form(ACCESS, &form).await.says(503, "the store does not take writes");
}
