use serde_json::{Value, json};

use super::harness::{AUDIT, Server, TAGS};

async fn events(server: &Server, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("{AUDIT}?{query}")).await.json();
    answer["result"].as_array().unwrap().clone()
}

#[tokio::test]
async fn few_events_among_many_are_found_whatever_is_read_at_once() {
    let server = Server::start().await;
    for number in 0..30 {
        server.post(TAGS, json!({"name": format!("tag {number}")})).await.says(201, "tag");
        server.move_clock(1);
        if number % 10 == 0 {
            server.user(json!({})).await;
        }
    }
    let all = events(&server, "").await;
    assert_eq!(all.len(), 34);
    for offset in 0..all.len() {
        assert_eq!(events(&server, &format!("limit=1&offset={offset}")).await, all[offset..=offset]);
    }
    let picked =
        |name: &str| all.iter().filter(|event| event["audit_log_event"] == name).cloned().collect::<Vec<_>>();
    for (name, count) in [("Create Token", 3), ("Create Site", 1)] {
        let wanted = picked(name);
        assert_eq!(wanted.len(), count, "{name}");
        let query = format!("query=audit_log_event+eq+%27{}%27", name.replace(' ', "+"));
        for (offset, event) in wanted.iter().enumerate() {
            let found = events(&server, &format!("{query}&limit=1&offset={offset}")).await;
            assert_eq!(found, std::slice::from_ref(event));
        }
        assert_eq!(events(&server, &query).await, wanted);
    }
}
