//! The settings of a site that keep callers away (decided.md "Common"): `requireUserAgent`, `movedTo`, `maintenance`, in
//! each dialect's own form (netskope-v2.md §2 and §3).

use serde_json::{Value, json};

use crate::harness::{Answer, BOOTSTRAP_TOKEN, Client, Server, our_error, uid, windows};
use crate::operations::{Dialect, Operation, Right, operations};

const SITE: &str = "/api/v1/sites/1";

#[track_caller]
fn set(server: &Client, settings: Value) -> Value {
    let answer = server.patch(SITE, json!({"settings": settings})).expect_status(200);
    answer.json()["settings"].clone()
}

/// The operations of a site's callers, which its settings can keep away; who manages sites is always served.
pub fn kept_away() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(|operation| {
        operation.right != Right::GlobalAdministrator && !operation.path.starts_with("/api/v1/sites")
    })
}

/// A failure in the body of the operation's dialect, with its code where that has one for all.
#[track_caller]
pub fn expect(answer: Answer, dialect: Dialect, status: u16, code: &str) -> Answer {
    let answer = answer.expect(status, dialect.error(status));
    if dialect == Dialect::Ours {
        assert_eq!(answer.json()["error"], code, "{answer}");
    }
    answer
}

#[test]
fn maintenance_is_told_in_each_dialect_and_ended_by_whoever_manages_the_site() {
    let mut server = Server::start();
    let admin = server.with_token(&server.make_token(json!({"name": "ann", "role": "administrator"})));
    server.check_in(windows(&uid(1)));
    let shown =
        set(&admin, json!({"maintenance": {"on": true, "message": "moving house", "retryAfter": 77}}));
    assert_eq!(shown["maintenance"], json!({"on": true, "message": "moving house", "retryAfter": 77}));
    for operation in kept_away() {
        let answer = server.send(operation.method, &operation.path, operation.body);
        assert!(answer.text.contains("under maintenance: moving house"), "{answer}");
        expect(answer, operation.dialect, 503, "maintenance").expect_header("Retry-After", "77");
    }
    // The token is judged first, another site goes on, and the server is as well as ever.
    server.without_token().get("/api/v1/devices").expect_status(401);
    let other = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let other = server.with_token(other["token"]["token"].as_str().unwrap());
    other.get("/api/v1/devices").expect_status(200);
    for path in ["/healthz", "/readyz", "/metrics", "/openapi/fleetmark.json"] {
        server.without_token().get(path).expect_status(200);
    }
    server.kill9();
    server.restart();
    server.get("/api/v1/devices").expect_status(503);
    // What is not named stays.
    let shown = set(&server, json!({"maintenance": {"on": false}}));
    assert_eq!(shown["maintenance"], json!({"on": false, "message": "moving house", "retryAfter": 77}));
    assert_eq!(server.get("/api/v1/devices").expect_status(200).json()["total"], 1);
    // Null is as if it had never been set.
    set(&server, json!({"maintenance": {"on": true}, "requireUserAgent": true}));
    let shown = set(&server, json!({"maintenance": null, "requireUserAgent": null, "auditAgents": null}));
    assert_eq!(shown["maintenance"], json!({"on": false, "message": null, "retryAfter": 120}));
    assert_eq!(shown["requireUserAgent"], false);
    server.get("/api/v1/devices").expect_status(200);
}

#[test]
fn who_calls_a_site_that_has_moved_is_sent_after_it() {
    let server = Server::start();
    let base = "https://new.example:8443";
    assert_eq!(set(&server, json!({"movedTo": base}))["movedTo"], base);
    for operation in kept_away() {
        let answer = server.send(operation.method, &operation.path, operation.body);
        let status = if operation.dialect == Dialect::V1 { 302 } else { 307 };
        let answer = expect(answer, operation.dialect, status, "site_moved");
        answer.expect_header("Location", &format!("{base}{}", operation.path));
    }
    let query = "/api/v1/devices?q=a%20b&limit=1";
    server.get(query).expect_status(307).expect_header("Location", &format!("{base}{query}"));
    server.without_token().get(query).expect_status(401);
    // The token goes nowhere else.
    let asked = format!("/api/v1/clients&token={BOOTSTRAP_TOKEN}&op=query");
    let sent = server.without_token().get(&asked).expect_status(302);
    sent.expect_header("Location", &format!("{base}/api/v1/clients?op=query"));
    assert_eq!(set(&server, json!({"movedTo": null}))["movedTo"], json!(null));
    server.get(query).expect_status(200);
}

#[test]
fn a_site_may_want_to_know_what_client_calls() {
    let server = Server::start();
    let named = |name: &str| (*server).clone().with_header("User-Agent", name);
    assert_eq!(set(&server, json!({"requireUserAgent": true}))["requireUserAgent"], true);
    for operation in kept_away() {
        let answer = named("curl/8.5.0").send(operation.method, &operation.path, operation.body);
        assert!(answer.text.contains("User-Agent must say"), "{answer}");
        expect(answer, operation.dialect, 400, "validation_failed");
    }
    named("").get("/api/v1/devices").expect(400, our_error(&["User-Agent"]));
    named("Acme-sync-1.0").get("/api/v1/devices").expect_status(200);
    named("Acme-sync-1.0 (linux)").get("/api/v2/deviceclassification/tags").expect_status(200);
    set(&named("curl/8.5.0"), json!({"requireUserAgent": false}));
    named("curl/8.5.0").get("/api/v1/devices").expect_status(200);
}

#[test]
fn what_is_no_setting_is_refused_by_name() {
    let server = Server::start();
    for (settings, named) in [
        (json!({"requireUserAgent": "yes"}), "settings.requireUserAgent"),
        (json!({"movedTo": "new.example"}), "settings.movedTo"),
        (json!({"movedTo": "https://new.example/path"}), "settings.movedTo"),
        (json!({"movedTo": 7}), "settings.movedTo"),
        (json!({"maintenance": true}), "settings.maintenance"),
        (json!({"maintenance": {"on": 1}}), "settings.maintenance.on"),
        (json!({"maintenance": {"message": ""}}), "settings.maintenance.message"),
        (json!({"maintenance": {"message": "x".repeat(256)}}), "settings.maintenance.message"),
        (json!({"maintenance": {"retryAfter": 0}}), "settings.maintenance.retryAfter"),
        (json!({"maintenance": {"retryAfter": 86_401}}), "settings.maintenance.retryAfter"),
        (json!({"maintenance": {"until": "noon"}}), "until"),
    ] {
        server.patch(SITE, json!({"settings": settings})).expect(400, our_error(&[named]));
    }
    server.get("/api/v1/devices").expect_status(200);
}
