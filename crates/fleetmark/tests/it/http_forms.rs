//! What every operation does with requests that are not of its form (decided.md "Common"), in its own dialect.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::harness::{Answer, Server, devices_error, message, our_error, uid, windows};
use crate::operations::operations;

#[test]
fn bad_json_is_400() {
    let server = Server::start();
    for operation in operations().iter().filter(|operation| operation.body.is_some()) {
        for text in ["", "{", "not json", "[{}", "{\"a\":}", "\u{0}"] {
            let answer = server.send_text(operation.method, &operation.path, "application/json", text);
            answer.expect(400, operation.dialect.error(400));
        }
    }
}

#[test]
fn a_member_given_twice_is_400() {
    let server = Server::start();
    for operation in operations() {
        let Some(body) = &operation.body else { continue };
        let object = if body.is_array() { &body[0] } else { body };
        let (name, value) = object.as_object().unwrap().iter().next().unwrap();
        let doubled = body.to_string().replacen('{', &format!("{{\"{name}\":{value},"), 1);
        let answer = server.send_text(operation.method, &operation.path, "application/json", &doubled);
        answer.expect(400, operation.dialect.error(400));
    }
}

#[test]
fn another_content_type_is_415() {
    let server = Server::start();
    for operation in operations() {
        let Some(body) = &operation.body else { continue };
        for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            let answer = server.send_text(operation.method, &operation.path, content_type, &body.to_string());
            answer.expect(415, operation.dialect.error(415));
        }
    }
}

#[test]
fn a_content_type_may_name_its_charset() {
    let server = Server::start();
    let body = r#"{"name":"fine"}"#;
    let path = "/api/v2/devices/device/tags";
    server.send_text("POST", path, "application/json; charset=utf-8", body).expect_status(201);
}

#[test]
fn another_method_is_405_and_names_the_right_ones() {
    let server = Server::start();
    let mut by_path = BTreeMap::new();
    for operation in operations() {
        let entry = by_path.entry(operation.path).or_insert((operation.dialect, BTreeSet::new()));
        entry.1.insert(operation.method);
    }
    for (path, (dialect, methods)) in by_path {
        let wrong =
            ["PUT", "POST", "PATCH", "DELETE", "GET"].into_iter().find(|m| !methods.contains(m)).unwrap();
        let body = (wrong != "GET" && wrong != "DELETE").then(|| json!({}));
        let answer = server.send(wrong, &path, body).expect(405, dialect.error(405));
        let allow = answer.header("Allow").unwrap_or_else(|| panic!("{answer}\nno Allow"));
        let allowed: BTreeSet<_> = allow.split(',').map(str::trim).collect();
        assert!(methods.is_subset(&allowed), "{answer}\nAllow lacks one of {methods:?}");
        assert!(!allowed.contains(wrong), "{answer}");
    }
}

#[test]
fn an_unknown_route_is_404() {
    let server = Server::start();
    for path in [
        "/api/v2/nothing",
        "/api/v2/deviceclassification",
        "/api/v2/deviceclassification/nothing",
        "/api/v2/devices/device",
        "/api/v2/events/datasearch/nothing",
    ] {
        server.get(path).expect(404, message(&["no Route matched with those values"]));
    }
    server.get("/api/v1/nothing").expect(404, our_error(&[]));
}

#[test]
fn every_answer_has_a_request_id() {
    let server = Server::start();
    let mut ids = BTreeSet::new();
    for operation in operations() {
        for client in [server.without_token(), server.clone()] {
            let answer = client.send(operation.method, &operation.path, operation.body.clone());
            let id = answer.header("X-Request-Id").unwrap_or_else(|| panic!("{answer}\nno X-Request-Id"));
            assert!(ids.insert(id.to_owned()), "{answer}\nan id of another answer");
        }
    }
    for path in ["/healthz", "/readyz", "/api/v2/nothing", "/nothing"] {
        assert!(server.get(path).header("X-Request-Id").is_some(), "{path}");
    }
}

#[test]
fn a_request_id_that_came_in_well_formed_goes_out_again() {
    let server = Server::start();
    let path = "/api/v2/deviceclassification/tags";
    let id = "3f0c9a2e-5b7d-4c11-9a52-0d1e2f3a4b5c";
    server.clone().with_header("X-Request-Id", id).get(path).expect_header("X-Request-Id", id);
    for strange in ["a b\tc", "<script>", &"x".repeat(5000)] {
        let answer = server.clone().with_header("X-Request-Id", strange).get(path).expect_status(200);
        let id = answer.header("X-Request-Id").unwrap();
        assert!(id != strange && !id.is_empty(), "{answer}");
    }
}

#[test]
fn every_write_names_the_version_it_made() {
    let server = Server::start();
    let version = |answer: Answer| -> u64 {
        let header = answer.header("Fleetmark-Version").unwrap_or_else(|| panic!("{answer}\nno version"));
        header.parse().unwrap()
    };
    let mut last = 0;
    for answer in [
        server.post("/api/v2/deviceclassification/tags", json!([{"name": "a"}])),
        server.post("/api/v2/devices/device/tags", json!({"name": "a"})),
        server.post("/api/v1/checkins", json!({"checkins": [windows(&uid(1))]})),
    ] {
        let made = version(answer);
        assert!(made > last, "versions grow: {made} after {last}");
        last = made;
    }
}

#[test]
fn an_array_is_no_object() {
    let server = Server::start();
    let values = |object: &Value| object.as_object().unwrap().values().cloned().collect::<Value>();
    for operation in operations() {
        let Some(body) = &operation.body else { continue };
        let body = if body.is_array() { json!([values(&body[0])]) } else { values(body) };
        let answer = server.send(operation.method, &operation.path, Some(body));
        assert!(answer.text.contains("must be an object"), "{answer}");
        answer.expect(400, operation.dialect.error(400));
    }
}

#[test]
fn a_client_that_still_uploads_gets_its_answer() {
    let server = Server::start();
    let body = |bytes: usize| format!(r#"{{"name":"{}"}}"#, "x".repeat(bytes));
    let (large, small) = (body(20 << 20), body(2 << 20));
    let (json, tags) = ("application/json", "/api/v2/devices/device/tags");
    for _ in 0..20 {
        server.send_text("POST", tags, json, &large).expect(413, devices_error(&["16777216 bytes"]));
        let stranger = server.without_token();
        stranger.send_text("POST", tags, json, &small).expect(401, message(&["a token is needed"]));
        server
            .send_text("POST", tags, "text/plain", &small)
            .expect(415, devices_error(&["application/json"]));
        stranger.send_text("POST", "/api/v1/nothing", json, &small).expect(404, our_error(&[]));
    }
    server.send_text("POST", "/api/v1/checkins", json, &large).expect(413, our_error(&["16777216 bytes"]));
}

#[test]
fn a_token_may_be_any_text() {
    for token in ["pässwörd 日本", "correct horse battery staple"] {
        let server = Server::start_with(&[("FLEETMARK_BOOTSTRAP_TOKEN", token)]);
        let presenting = |token| server.without_token().with_header("Netskope-Api-Token", token);
        presenting(token).get("/api/v1/tokens").expect_status(200);
        presenting(&token[..9]).get("/api/v1/tokens").expect(401, our_error(&[]));
    }
}
