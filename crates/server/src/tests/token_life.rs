use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::harness::{Answer, CLASSIFICATIONS, Server, TOKENS};
use crate::edge::Patience;

const CLIENTS: &str = "/api/v1/clients";

/// A new token of an administrator that is good for so long.
async fn token(server: &Server, expires_in: &str) -> String {
    let body = json!({"name": "partner", "role": "administrator", "expiresIn": expires_in});
    server.post(TOKENS, body).await.json()["token"].as_str().unwrap().to_owned()
}

/// The members that tell of the last use of the token of that id.
async fn last_use(server: &Server, id: u32) -> [Value; 3] {
    let shown = server.get(&format!("{TOKENS}/{id}")).await.json();
    ["lastUsedAt", "lastUsedBy", "lastUsedFrom"].map(|member| shown[member].clone())
}

/// A request with these headers, from that address.
async fn call(server: &Server, peer: &str, path: &str, headers: &[(&str, &[u8])]) -> u16 {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (edge, request) = (&server.app.edge, request.body(Body::empty()).unwrap());
    let gate = edge.gate().of_peer(peer.parse().unwrap());
    edge.answer(request, &gate, &mut Patience::default()).await.status().as_u16()
}

/// The same call in every dialect's way of presenting a token.
async fn in_every_way(server: &Server, token: &str) -> Vec<(&'static str, Answer)> {
    let request = |method: &str, path: &str| Request::builder().method(method).uri(path);
    let bearer = format!("Bearer {token}");
    let ways = [
        ("v2, by its header", request("GET", CLASSIFICATIONS).header("Netskope-Api-Token", token), None),
        ("v2, bearer", request("GET", CLASSIFICATIONS).header("Authorization", &bearer), None),
        ("alloyscan, bearer", request("GET", "/api/v1/tags").header("Authorization", &bearer), None),
        ("ours, bearer", request("GET", TOKENS).header("Authorization", &bearer), None),
        ("v1, in the address", request("GET", &format!("{CLIENTS}?token={token}")), None),
        ("v1, behind &", request("GET", &format!("{CLIENTS}&token={token}")), None),
        (
            "v1, in JSON",
            request("POST", CLIENTS).header("Content-Type", "application/json"),
            Some(json!({"token": token}).to_string()),
        ),
        (
            "v1, in a form",
            request("POST", CLIENTS).header("Content-Type", "application/x-www-form-urlencoded"),
            Some(format!("token={token}")),
        ),
    ];
    let mut answers = Vec::new();
    for (way, request, body) in ways {
        let body = body.map_or_else(Body::empty, Body::from);
        answers.push((way, server.call(request.body(body).unwrap()).await));
    }
    answers
}

#[tokio::test]
async fn an_expiry_comes_at_its_second_in_every_dialect() {
    let server = Server::start().await;
    for (life, seconds) in [("1h", 3600), ("30d", 30 * 86_400), ("1w", 7 * 86_400), ("1M", 31 * 86_400)] {
        let token = token(&server, life).await;
        server.move_clock(seconds - 1);
        for (way, answer) in in_every_way(&server, &token).await {
            assert_eq!(answer.status, 200, "{way} {life} {}", answer.text);
        }
        server.move_clock(1);
        for (way, answer) in in_every_way(&server, &token).await {
            let status = if way.starts_with("v1") { 403 } else { 401 };
            assert!(answer.text.contains("the token has expired"), "{way} {life} {}", answer.text);
            assert_eq!(answer.status, status, "{way} {life}");
        }
        server.move_clock(-seconds);
    }
    let token = token(&server, "never").await;
    server.move_clock(200 * 365 * 86_400);
    for (way, answer) in in_every_way(&server, &token).await {
        assert_eq!(answer.status, 200, "{way} {}", answer.text);
    }
}

#[tokio::test]
async fn an_expiry_is_changed_and_taken_away_again_without_another_token() {
    let server = Server::start().await;
    let token = token(&server, "1h").await;
    let holder = server.with_token(&token);
    let path = format!("{TOKENS}/1");
    let set = async |change: Value| {
        let answer = server.send("PATCH", &path, Some(change)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["expiresAt"].clone()
    };
    // The server's clock shows 2027-01-15T08:00:00Z.
    for (change, end) in [
        (json!({"expiresIn": "12h"}), "2027-01-15T20:00:00.000Z"),
        (json!({"expiresIn": "30d"}), "2027-02-14T08:00:00.000Z"),
        (json!({"expiresIn": "4w"}), "2027-02-12T08:00:00.000Z"),
        (json!({"expiresIn": "6M"}), "2027-07-15T08:00:00.000Z"),
        (json!({"expiresAt": "2027-01-16T00:00:00+01:00"}), "2027-01-15T23:00:00.000Z"),
    ] {
        assert_eq!(set(change).await, end);
    }
    for forever in [json!({"expiresAt": null}), json!({"expiresIn": "never"})] {
        set(json!({"expiresIn": "1h"})).await;
        assert_eq!(set(forever).await, Value::Null);
        server.move_clock(3600);
        assert_eq!(holder.get(TOKENS).await.status, 200);
    }
    // At the end of January a month later is the end of February.
    server.move_clock(16 * 86_400 - 7200);
    assert_eq!(set(json!({"expiresIn": "1M"})).await, "2027-02-28T08:00:00.000Z");
    for both in [
        json!({"expiresAt": null, "expiresIn": "30d"}),
        json!({"expiresAt": "2099-01-01T00:00:00Z", "expiresIn": "never"}),
    ] {
        server.send("PATCH", &path, Some(both)).await.says(400, "give expiresAt or expiresIn, not both");
    }
    assert_eq!(set(json!({"name": "other"})).await, "2027-02-28T08:00:00.000Z", "what is not said stays");
}

#[tokio::test]
async fn the_last_use_is_shown_with_its_user_agent_and_address() {
    let server = Server::start().await;
    let token = token(&server, "30d").await;
    assert_eq!(last_use(&server, 1).await, [Value::Null, Value::Null, Value::Null]);
    let entries = server.get("/api/v1/changes").await.json()["total"].clone();
    let bearer = format!("Bearer {token}");
    let by = |agent| [("authorization", bearer.as_bytes()), ("user-agent", agent)];
    assert_eq!(call(&server, "192.0.2.7", TOKENS, &by(b"Acme-sync-1.0")).await, 200);
    let first = [json!("2027-01-15T08:00:00.000Z"), json!("Acme-sync-1.0"), json!("192.0.2.7")];
    assert_eq!(last_use(&server, 1).await, first);
    call(&server, "192.0.2.8", TOKENS, &by(b"other")).await;
    assert_eq!(last_use(&server, 1).await, first, "one is noted a second");
    server.move_clock(1);
    call(&server, "::ffff:192.0.2.8", TOKENS, &by(&[b'a'; 300])).await;
    let second = [json!("2027-01-15T08:00:01.000Z"), json!("a".repeat(256)), json!("192.0.2.8")];
    assert_eq!(last_use(&server, 1).await, second);
    server.move_clock(1);
    call(&server, "2001:db8::7", TOKENS, &by(b"tab\tand \xff")).await;
    let third = [json!("2027-01-15T08:00:02.000Z"), json!("tab?and ?"), json!("2001:db8::7")];
    assert_eq!(last_use(&server, 1).await, third);
    server.move_clock(1);
    call(&server, "192.0.2.7", TOKENS, &[("netskope-api-token", token.as_bytes())]).await;
    let fourth = [json!("2027-01-15T08:00:03.000Z"), Value::Null, json!("192.0.2.7")];
    assert_eq!(last_use(&server, 1).await, fourth);
    // No entry tells of a use.
    assert_eq!(server.get("/api/v1/changes").await.json()["total"], entries);
}

#[tokio::test]
async fn every_call_is_a_use_whose_token_counts_whatever_comes_of_it() {
    let server = Server::start().await;
    let made = server.post(TOKENS, json!({"name": "partner", "role": "user"})).await.json();
    let text = made["token"].as_str().unwrap();
    let holder = server.with_token(text);
    let used_at = async || last_use(&server, 1).await[0].clone();
    let site = "/api/v1/sites/1";
    for (settings, status) in [
        (json!({}), 403),
        (json!({"maintenance": {"on": true}}), 503),
        (json!({"maintenance": {"on": false}, "movedTo": "https://new.example"}), 307),
    ] {
        server.move_clock(1);
        let set = server.send("PATCH", site, Some(json!({"settings": settings}))).await;
        assert_eq!(set.status, 200, "{}", set.text);
        assert_eq!(holder.get(TOKENS).await.status.as_u16(), status);
        server
            .send("PATCH", site, Some(json!({"settings": {"maintenance": {"on": false}, "movedTo": null}})))
            .await;
        assert_eq!(used_at().await, server.node.now().to_string(), "{status}");
    }
    let last = used_at().await;
    server.move_clock(1);
    holder.with_token("fm_unknown").get(TOKENS).await.says(401, "no token of this server");
    server.send("PATCH", &format!("{TOKENS}/1"), Some(json!({"expiresAt": "2020-01-01T00:00:00Z"}))).await;
    holder.get(TOKENS).await.says(401, "expired");
    assert_eq!(used_at().await, last, "a refused token is not used");
    let body = json!({"expiresIn": "never", "role": "administrator"});
    assert_eq!(server.send("PATCH", &format!("{TOKENS}/1"), Some(body)).await.status, 200);
    for path in [format!("{CLIENTS}?token={text}"), format!("/api/v1/quarantine&token={text}")] {
        server.move_clock(1);
        server.call(Request::get(&path).body(Body::empty()).unwrap()).await;
        assert_eq!(used_at().await, server.node.now().to_string(), "{path}");
    }
}
