//! Where the token stands, which paths are this dialect's, and how it tells errors (netskope-v1.md "Form", "Who
//! answers on /api/v1/").

use serde_json::{Value, json};

use crate::harness::{BOOTSTRAP_TOKEN, Client, Server, our_error, uid, v1_error, windows};

const CLIENTS: &str = "/api/v1/clients";

fn nothing() -> Value {
    json!({"status": "success", "msg": "", "data": []})
}

fn nobody(server: &Server) -> Client {
    server.without_token()
}

#[test]
fn the_token_stands_in_the_address_in_a_body_or_in_a_form() {
    let server = Server::start();
    let client = nobody(&server);
    client.get(&format!("{CLIENTS}?token={BOOTSTRAP_TOKEN}&op=query")).expect(200, nothing());
    client.get(&format!("{CLIENTS}&token={BOOTSTRAP_TOKEN}&op=query")).expect(200, nothing());
    client.get(&format!("{CLIENTS}&op=query&token={BOOTSTRAP_TOKEN}")).expect(200, nothing());
    client.send("POST", &format!("{CLIENTS}?token={BOOTSTRAP_TOKEN}"), None).expect(200, nothing());
    client.post(CLIENTS, json!({"token": BOOTSTRAP_TOKEN, "op": "query", "limit": 5})).expect(200, nothing());
    let form = format!("token={BOOTSTRAP_TOKEN}&op=query&limit=5");
    client.send_text("POST", CLIENTS, "application/x-www-form-urlencoded", &form).expect(200, nothing());
    // One who has a header may use it here too.
    server.get(CLIENTS).expect(200, nothing());
    server.post(CLIENTS, json!({"token": "something else"})).expect(200, nothing());
}

#[test]
fn a_token_that_is_missing_is_told_from_one_that_does_not_count() {
    let server = Server::start();
    let client = nobody(&server);
    client.get(CLIENTS).expect(403, v1_error(403, &["token is missing"]));
    client.get(&format!("{CLIENTS}?token=")).expect(403, v1_error(403, &["token is missing"]));
    client.get(&format!("{CLIENTS}?token=wrong")).expect(403, v1_error(403, &["no token of this server"]));
    client.post(CLIENTS, json!({"token": "wrong"})).expect(403, v1_error(403, &["no token of this server"]));
    let two = format!("{CLIENTS}?token={BOOTSTRAP_TOKEN}&token=wrong");
    client.get(&two).expect(403, v1_error(403, &["two different tokens"]));
    let both = client.post(&format!("{CLIENTS}?token={BOOTSTRAP_TOKEN}"), json!({"token": "wrong"}));
    both.expect(403, v1_error(403, &["two different tokens"]));
    // Whoever may not is told nothing else.
    client.get(&format!("{CLIENTS}?limit=x")).expect(403, v1_error(403, &["token is missing"]));
}

#[test]
fn an_expired_token_and_a_revoked_one_end_at_once() {
    let server = Server::start();
    let made =
        server.post("/api/v1/tokens", json!({"name": "v1", "role": "administrator", "expiresIn": "1h"}));
    let made = made.expect_status(201).json();
    let (token, path) = (made["token"].as_str().unwrap(), format!("/api/v1/tokens/{}", made["id"]));
    let client = nobody(&server);
    let asked = format!("{CLIENTS}?token={token}");
    client.get(&asked).expect(200, nothing());
    server.patch(&path, json!({"expiresAt": "2020-01-01T00:00:00Z"})).expect_status(200);
    client.get(&asked).expect(403, v1_error(403, &["expired"]));
    server.patch(&path, json!({"expiresIn": "4w"})).expect_status(200);
    client.get(&asked).expect(200, nothing());
    server.delete(&path).expect_status(204);
    client.get(&asked).expect(403, v1_error(403, &["revoked"]));
}

#[test]
fn a_token_without_the_area_is_refused() {
    let server = Server::start();
    let fields = json!({"name": "v1", "role": "user", "areas": {"devices": "manage"}});
    let token = server.make_token(fields);
    let refused = nobody(&server).get(&format!("{CLIENTS}?token={token}"));
    refused.expect(403, v1_error(403, &["client_status"]));
    let fields = json!({"name": "v1", "role": "user", "areas": {"client_status": "view"}});
    let token = server.make_token(fields);
    nobody(&server).get(&format!("{CLIENTS}?token={token}")).expect(200, nothing());
}

#[test]
fn everything_that_is_wrong_has_an_entry() {
    let server = Server::start();
    let answer = server.get(&format!("{CLIENTS}?op=delete&query=hostname%20eq&limit=0&skip=-1"));
    let errors = answer.expect(400, v1_error(400, &[])).json()["errors"].clone();
    let errors: Vec<_> = errors.as_array().unwrap().iter().map(|error| error.as_str().unwrap()).collect();
    assert_eq!(errors.len(), 4, "{errors:?}");
    for (error, named) in errors.iter().zip(["op", "query", "limit", "skip"]) {
        assert!(error.starts_with(named), "{error}");
    }
    for limit in ["5001", "x", "1.5", "99999999999999999999"] {
        let answer = server.get(&format!("{CLIENTS}?limit={limit}"));
        answer.expect(400, v1_error(400, &["limit must be a whole number from 1 to 5000"]));
    }
    server.get(&format!("{CLIENTS}?query=host_info.shoe%20eq%207")).expect(400, v1_error(400, &["shoe"]));
}

#[test]
fn bodies_that_are_none_are_refused_in_the_envelope() {
    let server = Server::start();
    for (text, named) in [
        ("{", "strict JSON"),
        ("[]", "object of parameters"),
        ("7", "object of parameters"),
        (r#"{"limit": 1, "limit": 2}"#, "duplicate"),
        (r#"{"limit": [1]}"#, "limit must be a text or a number"),
    ] {
        let answer = server.send_text("POST", CLIENTS, "application/json", text);
        answer.expect(400, v1_error(400, &[named]));
    }
    let differ = server.post(&format!("{CLIENTS}?skip=0&limit=5"), json!({"skip": 1, "limit": 5}));
    differ.expect(400, v1_error(400, &["skip is given more than once"]));
    let answer = server.send_text("POST", CLIENTS, "text/plain", "token=x");
    answer.expect(415, v1_error(415, &["application/json"]));
    let long = format!("token=x&query={}", "a".repeat(64 << 10));
    let answer = server.send_text("POST", CLIENTS, "application/x-www-form-urlencoded", &long);
    answer.expect(413, v1_error(413, &["65536"]));
}

#[test]
fn endpoints_of_the_original_that_are_about_something_else_are_404_once_the_token_counts() {
    let server = Server::start_unpaced();
    for endpoint in ["report", "quarantine", "updateUrlList", "updateFileHashList", "userconfig"] {
        let path = format!("/api/v1/{endpoint}");
        nobody(&server).get(&path).expect(403, v1_error(403, &["token is missing"]));
        nobody(&server).get(&format!("{path}?token=wrong")).expect(403, v1_error(403, &[]));
        let known = format!("{path}?token={BOOTSTRAP_TOKEN}");
        nobody(&server).get(&known).expect(404, v1_error(404, &["no such endpoint"]));
        nobody(&server).post(&path, json!({"token": BOOTSTRAP_TOKEN})).expect(404, v1_error(404, &[]));
        server.get(&path).expect(404, v1_error(404, &[]));
    }
}

#[test]
fn a_path_that_nobody_has_is_this_dialects_when_the_address_has_a_token() {
    let server = Server::start();
    let client = nobody(&server);
    client.get(&format!("/api/v1/nothing?token={BOOTSTRAP_TOKEN}")).expect(404, v1_error(404, &[]));
    client.get("/api/v1/nothing&op=query&token=wrong").expect(403, v1_error(403, &[]));
    client.get("/api/v1/nothing?op=query").expect(404, our_error(&["no_route"]));
    client.post("/api/v1/nothing", json!({"token": BOOTSTRAP_TOKEN})).expect(404, our_error(&["no_route"]));
    // What another family routes is that family's.
    client.get(&format!("/api/v1/devices?token={BOOTSTRAP_TOKEN}")).expect(401, our_error(&["unauthorized"]));
}

#[test]
fn another_method_is_405_in_the_envelope() {
    let server = Server::start();
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = server.send(method, CLIENTS, None).expect(405, v1_error(405, &[]));
        let allow = answer.header("Allow").unwrap();
        assert!(allow.contains("GET") && allow.contains("POST") && !allow.contains(method), "{allow}");
    }
}

#[test]
fn one_site_sees_nothing_of_another() {
    let server = Server::start();
    server.check_in(windows(&uid(1)));
    let site = server.post("/api/v1/sites", json!({"name": "lab"})).expect_status(201).json();
    let token = site["token"]["token"].as_str().unwrap();
    nobody(&server).get(&format!("{CLIENTS}?token={token}")).expect(200, nothing());
    let events = nobody(&server).get(&format!("/api/v1/events?type=infrastructure&token={token}"));
    events.expect(200, nothing());
}
