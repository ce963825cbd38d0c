use serde_json::json;

use super::harness::{CLASSIFICATIONS, RULES, Server, TAGS};

#[tokio::test]
async fn conditions_come_back_word_for_word() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}])).await;
    let conditions = r#"{ "$or":[ {"opswat_check":{"z":1.50,"a":null,"M":"\u00e9"}} ] }"#;
    let body = format!(r#"[{{"os":"windows","label":"LOW","name":"r","conditions":{conditions}}}]"#);
    let made = server.send_text("POST", RULES, &body).await;
    assert_eq!((made.status.as_u16(), made.text.as_str()), (201, ""));
    assert!(made.header("fleetmark-version").is_some());
    server.get(RULES).await.says(200, &format!(r#""label":"low","os":"windows","conditions":{conditions}"#));
}

#[tokio::test]
async fn a_list_is_filtered_and_an_offset_needs_a_limit() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low"}, {"name": "high"}])).await;
    let check = json!({"$and": [{"process_check": {"process": "x"}}]});
    let rule = |name: &str, label: &str, os: &str| json!({"name": name, "label": label, "os": os, "conditions": check});
    let rules = json!([rule("a", "low", "linux"), rule("b", "high", "mac"), rule("c", "low", "windows")]);
    assert_eq!(server.post(RULES, rules).await.status, 201);
    let names = async |query: &str| -> Vec<String> {
        let list = server.get(&format!("{RULES}{query}")).await.json();
        list.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("?label=LOW").await, ["a", "c"]);
    assert_eq!(names("?label=low&os=linux").await, ["a"]);
    assert_eq!(names("?label=absent").await, [""; 0]);
    assert_eq!(names("?offset=1&limit=1").await, ["b"]);
    assert_eq!(names("?limit=2").await, ["a", "b"]);
    server.get(&format!("{RULES}?offset=1")).await.says(400, "offset needs a limit");
    server.get(&format!("{RULES}?os=beos")).await.says(400, "os must be one of windows");
}

#[tokio::test]
async fn errors_of_the_core_keep_their_status() {
    let server = Server::start().await;
    server.post(CLASSIFICATIONS, json!([{"name": "low", "description": "one"}])).await;
    let repeat = json!([{"name": "low", "description": "two"}]);
    server.post(CLASSIFICATIONS, repeat).await.says(409, r#""error":"Conflict""#);
    let tag = server.post(TAGS, json!({"name": "risky"})).await.json()["data"]["id"].clone();
    let on_tag = json!({"$and": [{"device_tag_check": {"tag_id": tag}}]});
    let rule = json!([{"name": "r", "label": "low", "os": "linux", "conditions": on_tag}]);
    server.post(RULES, rule.clone()).await;
    server.post(RULES, rule).await.says(409, "already exists");
    server.send("DELETE", &format!("{CLASSIFICATIONS}/1"), None).await.says(400, "1 rule uses it (r)");
    let answer = server.send("DELETE", &format!("{TAGS}/{tag}?force=true"), None).await;
    answer.says(400, r#""code":"in_use""#);
    server.send("DELETE", &format!("{TAGS}/{tag}?force=maybe"), None).await.says(400, "true or false");
    for forced in ["True", "TRUE", "1", "False", "0"] {
        let answer = server.send("DELETE", &format!("{TAGS}/{tag}?force={forced}"), None).await;
        answer.says(400, r#""code":"in_use""#);
    }
}
