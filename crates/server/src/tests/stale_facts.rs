//! Facts that nobody has spoken of for too long.

use serde_json::{Value, json};

use super::harness::{CHECKINS, CLASSIFICATIONS, RULES, Server, TAGS};

const HOUR: i64 = 3600;

/// A server on which Windows machines with a passcode are fine, and the path of one that is.
async fn started() -> (Server, String) {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "fine"}])).await;
    let conditions = json!({"$and": [{"$and": [{"$or": [{"passcode_required_check": {}}]}]}]});
    let rule = json!([{"name": "with a passcode", "label": "fine", "os": "ios", "conditions": conditions}]);
    assert_eq!(server.post(RULES, rule).await.status, 201);
    let told = check_in(&server, json!({"passcode": true, "mdm": true})).await;
    assert_eq!(told["classification"], "fine");
    let path = format!("/api/v1/devices/{}", told["id"].as_str().unwrap());
    (server, path)
}

async fn check_in(server: &Server, facts: Value) -> Value {
    let device = json!({"nsdeviceuid": "m", "os": "ios", "osVersion": "17.2", "facts": facts});
    let answer = server.post(CHECKINS, json!({"checkins": [device]})).await;
    answer.json()["devices"][0].clone()
}

async fn set_max_age(server: &Server, age: Value) {
    let answer =
        server.send("PATCH", "/api/v1/sites/1", Some(json!({"settings": {"factMaxAge": age}}))).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Some write: what is due is done before it.
async fn write(server: &Server, name: &str) {
    assert_eq!(server.post(TAGS, json!({"name": name})).await.status, 201);
}

#[tokio::test]
async fn facts_older_than_the_site_allows_are_unknown_until_the_device_speaks_of_them_again() {
    let (server, path) = started().await;
    server.move_clock(HOUR / 2);
    // The operating system was spoken of again, the passcode was not.
    check_in(&server, json!({"mdm": true})).await;
    set_max_age(&server, json!("1h")).await;
    server.move_clock(HOUR / 2);
    write(&server, "as old as may be").await;
    assert_eq!(server.get(&path).await.json()["classification"], "fine");
    server.move_clock(61);
    write(&server, "older").await;
    let shown = server.get(&path).await.json();
    assert_eq!((&shown["classification"], &shown["undetermined"]), (&Value::Null, &json!(["fine"])));
    assert_eq!((&shown["facts"]["passcode"], &shown["facts"]["mdm"]["value"]), (&Value::Null, &json!(true)));
    assert_eq!((&shown["os"], &shown["osVersion"]), (&json!("ios"), &json!("17.2")));
    let explained = server.get(&format!("{path}/explain")).await.text;
    assert!(explained.contains("went stale"), "{explained}");

    let told = check_in(&server, json!({"passcode": true})).await;
    assert_eq!(told["classification"], "fine");
    assert!(!server.get(&format!("{path}/explain")).await.text.contains("went stale"));

    server.move_clock(2 * HOUR);
    write(&server, "long after").await;
    let shown = server.get(&path).await.json();
    assert_eq!(
        (&shown["os"], &shown["osVersion"], &shown["facts"]["os"]),
        (&json!("ios"), &Value::Null, &Value::Null)
    );
    assert_eq!(shown["status"], "Unmanaged");
}

#[tokio::test]
async fn facts_stay_where_the_site_sets_nothing_and_what_went_stale_does_not_come_back_by_setting_more() {
    let (server, path) = started().await;
    server.move_clock(1000 * HOUR);
    write(&server, "late").await;
    assert_eq!(server.get(&path).await.json()["classification"], "fine");
    set_max_age(&server, json!("30d")).await;
    write(&server, "later").await;
    assert_eq!(server.get(&path).await.json()["classification"], Value::Null);
    set_max_age(&server, Value::Null).await;
    write(&server, "latest").await;
    assert_eq!(server.get(&path).await.json()["classification"], Value::Null);
}
