//! Maintenance of the whole server, in each dialect's own form (netskope-v1.md "Form", decided.md "Common").

use serde_json::{Value, json};

use crate::harness::{Client, Server, linux, our_error, uid};
use crate::site_access::{expect, kept_away};

const PATH: &str = "/api/v1/maintenance";
const TOKEN: &str = "/api/oauth/token";
const FORM: &str = "application/x-www-form-urlencoded";

fn none() -> Value {
    json!({"on": false, "message": null, "retryAfter": 120})
}

#[track_caller]
fn set(server: &Client, change: Value) -> Value {
    server.patch(PATH, change).expect_status(200).json()
}

#[test]
fn every_site_is_told_in_each_dialect_until_a_global_administrator_ends_it() {
    let mut server = Server::start();
    server.check_in(linux(&uid(1)));
    let other = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let other_token = other["token"]["token"].as_str().unwrap();
    server.get(PATH).expect(200, none());
    let shown = set(&server, json!({"on": true, "message": "moving house", "retryAfter": 77}));
    assert_eq!(shown, json!({"on": true, "message": "moving house", "retryAfter": 77}));
    server.get(PATH).expect(200, shown);
    for caller in [(*server).clone(), server.with_token(other_token)] {
        for operation in kept_away() {
            let answer = caller.send(operation.method, &operation.path, operation.body);
            assert!(answer.text.contains("the server is under maintenance: moving house"), "{answer}");
            expect(answer, operation.dialect, 503, "maintenance").expect_header("Retry-After", "77");
        }
    }
    // The token is judged first, and sites are managed as ever.
    for operation in kept_away() {
        let answer = server.without_token().send(operation.method, &operation.path, operation.body);
        answer.expect(operation.dialect.unauthenticated(), operation.dialect.refusal());
    }
    server.with_token(other_token).get("/api/v1/sites").expect_status(200);
    server.patch("/api/v1/sites/1", json!({"settings": {"retention": "90d"}})).expect_status(200);
    for path in ["/healthz", "/metrics", "/openapi/fleetmark.json"] {
        server.without_token().get(path).expect_status(200);
    }
    // Whoever watches the server goes on sending it its callers: they are told why, and it can be ended.
    server.without_token().get("/readyz").expect(200, json!({"status": "maintenance"}));
    server.kill9();
    server.restart();
    let other = server.with_token(other_token);
    other.get("/api/v1/devices").expect_status(503);
    // What is not named stays, and a site's own is another.
    let shown = set(&server, json!({"on": false}));
    assert_eq!(shown, json!({"on": false, "message": "moving house", "retryAfter": 77}));
    server.without_token().get("/readyz").expect(200, json!({"status": "ok"}));
    other.patch("/api/v1/sites/2", json!({"settings": {"maintenance": {"on": true}}})).expect_status(200);
    other.get("/api/v1/devices").expect_status(503);
    assert_eq!(server.get("/api/v1/devices").expect_status(200).json()["total"], 1);
    assert_eq!(set(&server, none()), none());
}

#[test]
fn it_is_begun_and_ended_by_global_administrators_alone() {
    let server = Server::start();
    let admin = server.with_token(&server.make_token(json!({"name": "ann", "role": "administrator"})));
    let global = json!({"name": "joe", "role": "user", "globalAdministrator": true});
    let global = server.with_token(&server.make_token(global));
    let begin = || json!({"on": true});
    admin.get(PATH).expect(403, our_error(&["Global Administrator"]));
    admin.patch(PATH, begin()).expect(403, our_error(&["Global Administrator"]));
    server.without_token().patch(PATH, begin()).expect_status(401);
    admin.get("/api/v1/devices").expect_status(200);
    set(&global, begin());
    admin.get("/api/v1/devices").expect_status(503);
    set(&global, json!({"on": false}));
    admin.get("/api/v1/devices").expect_status(200);
}

#[test]
fn what_is_none_is_refused_by_name_and_changes_nothing() {
    let server = Server::start();
    for (change, named) in [
        (json!({"on": 1}), "on"),
        (json!({"on": true, "message": ""}), "message"),
        (json!({"on": true, "message": "x".repeat(256)}), "message"),
        (json!({"on": true, "message": "a\nb"}), "message"),
        (json!({"on": true, "retryAfter": 0}), "retryAfter"),
        (json!({"on": true, "retryAfter": 86_401}), "retryAfter"),
        (json!({"on": true, "retryAfter": "soon"}), "retryAfter"),
        (json!({"on": true, "until": "noon"}), "until"),
        (json!([]), ""),
    ] {
        server.patch(PATH, change).expect(400, our_error(&[named]));
    }
    let both = server.patch(PATH, json!({"message": "", "retryAfter": 0})).expect_status(400).json();
    assert_eq!(both["details"].as_array().map(Vec::len), Some(2), "{both}");
    server.get(PATH).expect(200, none());
    assert_eq!(set(&server, json!({})), none());
    for method in ["POST", "PUT", "DELETE"] {
        let answer = server.send(method, PATH, None).expect_status(405);
        answer.expect_header("Allow", "GET,HEAD,PATCH");
    }
}

#[test]
fn the_change_logs_of_all_sites_tell_of_it() {
    let server = Server::start();
    let early = server.post("/api/v1/sites", json!({"name": "early"})).expect_status(201).json();
    set(&server, json!({"on": true, "message": "moving house"}));
    set(&server, json!({"on": true}));
    set(&server, json!({"on": false, "message": null}));
    let late = server.post("/api/v1/sites", json!({"name": "late"})).expect_status(201).json();
    let of = |site: &Value, path: &str| {
        server.with_token(site["token"]["token"].as_str().unwrap()).get(path).expect_status(200).json()
    };
    let on = json!({"maintenance": {"on": true, "message": "moving house", "retryAfter": 120}});
    let off = json!({"maintenance": none()});
    let path = "/api/v1/changes?object=server";
    for log in [server.get(path).json(), of(&early, path)] {
        assert_eq!(log["total"], 2, "what changes nothing has no entry: {log}");
        let entry = &log["items"][1];
        assert_eq!((&entry["object"], &entry["change"]), (&json!("Server"), &json!("Modified")), "{entry}");
        assert_eq!((&entry["entity"], &entry["user"]), (&json!("server"), &json!("bootstrap")), "{entry}");
        assert_eq!((&entry["before"], &entry["after"]), (&off, &on), "{entry}");
        assert_eq!((&log["items"][0]["before"], &log["items"][0]["after"]), (&on, &off), "{log}");
    }
    assert_eq!(of(&late, path)["total"], 0, "the site came after that");
    let audit = "/api/v2/events/data/audit?query=audit_log_event+eq+%27Edit+Server+Maintenance%27";
    let events = of(&early, audit)["result"].clone();
    assert_eq!(events.as_array().map(Vec::len), Some(2), "{events}");
    assert_eq!(of(&late, audit)["result"], json!([]));
}

#[test]
fn who_asks_for_an_access_token_is_told_once_the_secret_is_right() {
    let server = Server::start();
    let (_, id, secret, access) = server.make_app(json!({"name": "nightly", "expiresIn": "1d"}));
    let ask = |secret: &str| {
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        server.without_token().send_text("POST", TOKEN, FORM, &form)
    };
    let site = |settings: Value| {
        server.patch("/api/v1/sites/1", json!({"settings": settings})).expect_status(200);
    };
    let of_server = |maintenance: Value| drop(set(&server, maintenance));
    let of_site = |maintenance: Value| site(json!({"maintenance": maintenance}));
    let both: [&dyn Fn(Value); 2] = [&of_server, &of_site];
    for maintain in both {
        maintain(json!({"on": true, "message": "tea", "retryAfter": 9}));
        let told = ask(&secret).expect(503, our_error(&["maintenance", "tea"]));
        told.expect_header("Retry-After", "9");
        ask("wrong").expect(401, our_error(&["invalid_client"]));
        server.with_token(&access).get("/api/v1/devices").expect_status(503);
        maintain(none());
        ask(&secret).expect_status(200);
        server.with_token(&access).get("/api/v1/devices").expect_status(200);
    }
    site(json!({"movedTo": "https://new.example"}));
    let sent = ask(&secret).expect(307, our_error(&["site_moved"]));
    sent.expect_header("Location", &format!("https://new.example{TOKEN}"));
    ask("wrong").expect(401, our_error(&["invalid_client"]));
}
