use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::harness::{BOOTSTRAP, CLASSIFICATIONS, Server, TAGS, TOKENS};
use crate::TokenText;

#[tokio::test]
async fn a_token_that_does_not_count_is_401_in_the_words_of_the_path() {
    let server = Server::start().await;
    let unknown = TokenText::generate();
    for (token, reason) in
        [("not-a-token", "no token of this server"), (unknown.as_str(), "unknown or was revoked")]
    {
        let stranger = server.with_token(token);
        for path in [CLASSIFICATIONS, "/api/v2/events/datasearch/clientstatus", "/api/v2/devices/supportedos"]
        {
            let answer = stranger.get(path).await;
            answer.says(401, reason);
            assert_eq!(answer.json().as_object().unwrap().len(), 1, "{}", answer.text);
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
        assert_eq!(stranger.get(TOKENS).await.json()["error"], "unauthorized");
    }
    let nobody = server.call(Request::get(CLASSIFICATIONS).body(Body::empty()).unwrap()).await;
    nobody.says(401, "Netskope-Api-Token: TOKEN");
}

#[tokio::test]
async fn a_view_lets_read_and_look_up_but_not_write() {
    let server = Server::start().await;
    let viewer = server.user(json!({"devices": "view"})).await;
    assert_eq!(viewer.post(&format!("{TAGS}/gettags"), json!({})).await.status, 200);
    let refused = viewer.post(TAGS, json!({"name": "x"})).await;
    refused.is(403, json!({"message": "this call needs a token with the area devices at level manage"}));
    viewer.get(CLASSIFICATIONS).await.says(403, "device_classification at level view");
    let refused = viewer.get(TOKENS).await;
    let text = "this call needs the token of an administrator";
    refused.is(403, json!({"error": "forbidden", "message": text}));
    let manager = server.user(json!({"devices": "manage"})).await;
    assert_eq!(manager.post(TAGS, json!({"name": "x"})).await.status, 201);
    assert_eq!(manager.post(&format!("{TAGS}/gettags"), json!({})).await.status, 200);
}

#[tokio::test]
async fn rights_are_judged_before_the_body_is_read() {
    let server = Server::start().await;
    let viewer = server.user(json!({"devices": "view"})).await;
    assert_eq!(viewer.send_text("POST", TAGS, "not JSON").await.status, 403);
}

#[tokio::test]
async fn expiry_is_judged_at_every_request() {
    let server = Server::start().await;
    let body = json!({"name": "short", "role": "administrator", "expiresIn": "1h"});
    let made = server.post(TOKENS, body).await.json();
    let holder = server.with_token(made["token"].as_str().unwrap());
    server.move_clock(3599);
    assert_eq!(holder.get(CLASSIFICATIONS).await.status, 200);
    server.move_clock(1);
    holder.get(CLASSIFICATIONS).await.says(401, "expired");
    let path = format!("{TOKENS}/{}", made["id"]);
    assert_eq!(
        server.send("PATCH", &path, Some(json!({"expiresAt": null}))).await.json()["expiresAt"],
        json!(null)
    );
    assert_eq!(holder.get(CLASSIFICATIONS).await.status, 200);
}

#[tokio::test]
async fn the_bootstrap_token_acts_as_bootstrap_and_is_in_no_list() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}])).await;
    assert_eq!(server.get(CLASSIFICATIONS).await.json()[0]["modifiedBy"], "bootstrap");
    server.get(TOKENS).await.is(200, json!({"items": [], "total": 0}));
    let by_name = Request::get(TOKENS).header("Netskope-Api-Token", BOOTSTRAP).body(Body::empty()).unwrap();
    assert_eq!(server.call(by_name).await.status, 200);
}
