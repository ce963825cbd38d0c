use serde_json::json;

use super::harness::{Server, TOKENS};
use crate::TokenText;

#[tokio::test]
async fn a_token_is_shown_once_with_what_is_known_of_it() {
    let server = Server::start().await;
    let body = json!({"name": "partner", "owner": "ann@corp.example", "role": "user",
        "areas": {"devices": "manage", "cci": "view"}, "expiresIn": "30d"});
    let answer = server.post(TOKENS, body).await;
    let mut made = answer.json();
    assert_eq!(answer.status, 201);
    assert!(answer.header("fleetmark-version").is_some());
    let token = made.as_object_mut().unwrap().remove("token").unwrap();
    assert!(TokenText::is_well_formed(token.as_str().unwrap()));
    let shown = json!({"id": 1, "name": "partner", "owner": "ann@corp.example", "role": "user",
        "areas": {"cci": "view", "devices": "manage"}, "globalAdministrator": false, "expiresAt": "2027-02-14T08:00:00.000Z",
        "lastUsedAt": null, "lastUsedBy": null, "lastUsedFrom": null,
        "createdBy": "bootstrap", "createdAt": "2027-01-15T08:00:00.000Z"});
    assert_eq!(made, shown);
    server.get(&format!("{TOKENS}/1")).await.is(200, shown.clone());
    server.get(TOKENS).await.is(200, json!({"items": [shown], "total": 1}));
}

#[tokio::test]
async fn the_list_comes_in_pages() {
    let server = Server::start().await;
    for name in ["a", "b", "c"] {
        server.post(TOKENS, json!({"name": name, "role": "administrator"})).await;
    }
    let page = server.get(&format!("{TOKENS}?limit=1&offset=1")).await.json();
    assert_eq!(
        (&page["items"][0]["name"], &page["items"].as_array().unwrap().len(), &page["total"]),
        (&json!("b"), &1, &json!(3))
    );
    server.get(&format!("{TOKENS}?limit=0")).await.says(400, "limit must be 1 to 1000");
    server.get(&format!("{TOKENS}?offset=x")).await.says(400, "offset");
}

#[tokio::test]
async fn patch_changes_what_it_names_and_delete_revokes() {
    let server = Server::start().await;
    let body = json!({"name": "a", "role": "user", "areas": {"devices": "view"}});
    let made = server.post(TOKENS, body).await.json();
    let holder = server.with_token(made["token"].as_str().unwrap());
    let path = format!("{TOKENS}/1");
    let patch = json!({"areas": {"client_status": "view"}, "owner": "bob"});
    let patched = server.send("PATCH", &path, Some(patch)).await.json();
    assert_eq!((&patched["areas"], &patched["owner"]), (&json!({"client_status": "view"}), &json!("bob")));
    assert_eq!(holder.get(super::harness::STATUS).await.status, 200);
    let deleted = server.send("DELETE", &path, None).await;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    assert_eq!(holder.get(super::harness::STATUS).await.status, 401);
    let gone = json!({"error": "not_found", "message": "token 1 does not exist"});
    server.send("DELETE", &path, None).await.is(404, gone.clone());
    server.get(&path).await.is(404, gone);
}

#[tokio::test]
async fn every_member_at_fault_is_named() {
    let server = Server::start().await;
    let past = "2020-01-01T00:00:00Z";
    let areas = json!({"devices": "own", "moon": "view"});
    let body = json!({"name": "", "role": "king", "areas": areas, "expiresAt": past});
    let answer = server.post(TOKENS, body).await;
    let details = answer.json()["details"].clone();
    let fields: Vec<_> = details.as_array().unwrap().iter().map(|detail| detail["field"].clone()).collect();
    assert_eq!(fields, ["name", "owner", "role", "areas.devices", "areas.moon", "expiresAt"]);
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (400, &json!("validation_failed")));
    let twice = r#"{"name":"a","role":"user","areas":{"devices":"view","devices":"manage"}}"#;
    let answer = server.send_text("POST", TOKENS, twice).await;
    assert_eq!(answer.json()["error"], "duplicate_member");
    let past = json!({"name": "a", "role": "user", "expiresAt": past});
    server.post(TOKENS, past).await.says(400, "expiresAt must be a moment to come");
    let wrong = json!({"name": "a", "role": "user", "areas": ["devices"], "colour": "red"});
    server.post(TOKENS, wrong).await.says(400, "property colour should not exist");
    let wrong = json!({"name": "a", "role": "user", "areas": ["devices"]});
    let answer = server.post(TOKENS, wrong).await;
    assert_eq!(answer.json()["details"][0]["field"], "areas");
}
