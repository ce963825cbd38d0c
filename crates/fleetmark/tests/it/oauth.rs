//! `POST /api/oauth/token` and what its access tokens open (alloyscan.md "Authentication", RFC 6749).

use serde_json::{Value, json};

use crate::harness::{Answer, Client, Server, any_text, message, our_error};

const REGISTRATIONS: &str = "/api/v1/app-registrations";
const TOKEN: &str = "/api/oauth/token";
const OLDER: &str = "/identity-server/connect/token";
const FORM: &str = "application/x-www-form-urlencoded";
const DEVICES: &str = "/api/v1/devices";
const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";

/// An app registration's path, client id and secret.
struct App {
    path: String,
    id: String,
    secret: String,
}

impl App {
    fn make(server: &Client, more: Value) -> Self {
        let mut body = json!({"name": "nightly", "owner": "ann@corp.example", "expiresIn": "90d"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = server.post(REGISTRATIONS, body).expect_status(201).json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Self {
            path: format!("{REGISTRATIONS}/{}", made["id"]),
            id: text("clientId"),
            secret: text("clientSecret"),
        }
    }

    fn form(&self) -> String {
        format!("grant_type=client_credentials&client_id={}&client_secret={}", self.id, self.secret)
    }

    #[track_caller]
    fn ask(&self, server: &Client) -> Answer {
        ask(server, TOKEN, &self.form())
    }

    /// A client with a new access token.
    #[track_caller]
    fn enter(&self, server: &Client) -> Client {
        let granted = self.ask(server).expect_status(200).json();
        server.with_token(granted["access_token"].as_str().unwrap())
    }
}

#[track_caller]
fn ask(server: &Client, path: &str, form: &str) -> Answer {
    server.without_token().send_text("POST", path, FORM, form)
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let groups = text.as_bytes().chunks(3).map(|group| {
        let bits = group.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        let digit = |place: usize| char::from(DIGITS[(bits >> (18 - 6 * place)) as usize % 64]);
        (0..4).map(|place| if place <= group.len() { digit(place) } else { '=' }).collect::<String>()
    });
    groups.collect()
}

#[test]
fn client_id_and_secret_are_good_for_access_tokens_of_an_hour() {
    let server = Server::start();
    let app = App::make(&server, json!({}));
    let granted = json!({"access_token": any_text(), "token_type": "Bearer", "expires_in": 3600});
    for path in [TOKEN, OLDER] {
        for form in [app.form(), format!("{}&scope=api&resource=x&resource=y", app.form())] {
            let answer = ask(&server, path, &form).expect(200, granted.clone());
            let answer =
                answer.expect_header("Cache-Control", "no-store").expect_header("Pragma", "no-cache");
            let token = answer.json()["access_token"].as_str().unwrap().to_owned();
            server.with_token(&token).get(DEVICES).expect_status(200);
            let by_name = server.without_token().with_header("Netskope-Api-Token", &token);
            by_name.get(CLASSIFICATIONS).expect_status(200);
        }
    }
    server
        .without_token()
        .send_text("POST", TOKEN, &format!("{FORM}; charset=utf-8"), &app.form())
        .expect_status(200);
}

#[test]
fn the_client_may_say_who_it_is_by_http_basic_instead() {
    let server = Server::start();
    let app = App::make(&server, json!({}));
    let with = |id: &str, secret: &str| {
        let basic = format!("Basic {}", base64(&format!("{id}:{secret}")));
        server.without_token().with_header("Authorization", &basic)
    };
    let right = with(&app.id, &app.secret);
    let grant = "grant_type=client_credentials";
    right.send_text("POST", TOKEN, FORM, grant).expect_status(200);
    right.send_text("POST", TOKEN, FORM, &format!("{grant}&client_id={}", app.id)).expect_status(200);
    let both = right.send_text("POST", TOKEN, FORM, &app.form());
    assert_eq!(both.expect(400, our_error(&["not both"])).json()["error"], "invalid_request");
    let other = right.send_text("POST", TOKEN, FORM, &format!("{grant}&client_id=other"));
    other.expect(400, our_error(&["client_id"]));
    let wrong = with(&app.id, "wrong").send_text("POST", TOKEN, FORM, grant);
    let wrong = wrong.expect_header("WWW-Authenticate", "Basic realm=\"fleetmark\"");
    assert_eq!(wrong.expect(401, our_error(&[])).json()["error"], "invalid_client");
    let bad = server.without_token().with_header("Authorization", "Basic !");
    bad.send_text("POST", TOKEN, FORM, grant).expect(400, our_error(&["Authorization"]));
    // It says nothing of the client.
    let bearer = server.send_text("POST", TOKEN, FORM, &app.form());
    bearer.expect_status(200);
}

#[test]
fn a_wrong_secret_and_an_unknown_client_are_told_alike() {
    let server = Server::start();
    let (app, other) = (App::make(&server, json!({})), App::make(&server, json!({"name": "other"})));
    let form = |id: &str, secret: &str| {
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}")
    };
    let nobody = "0198502c-8a3b-4000-8000-000000000001";
    let mut bodies = Vec::new();
    for form in [
        form(&app.id, "wrong"),
        form(&app.id, &other.secret),
        form(nobody, &app.secret),
        form("nightly", &app.secret),
        form("%FF", "%FF"),
    ] {
        let answer = ask(&server, TOKEN, &form).expect(401, our_error(&[]));
        assert_eq!(answer.json()["error"], "invalid_client");
        bodies.push(answer.text);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    // The secret opens nothing by itself.
    server.with_token(&app.secret).get(DEVICES).expect(401, our_error(&[]));
}

#[test]
fn what_is_wrong_with_a_request_is_named() {
    let server = Server::start();
    let app = App::make(&server, json!({}));
    let App { id, secret, .. } = &app;
    for (form, code, named) in [
        (String::new(), "invalid_request", &["grant_type", "client_id", "client_secret"][..]),
        (
            format!("grant_type=client_credentials&client_id={id}"),
            "invalid_request",
            &["client_secret is missing"],
        ),
        (
            format!("grant_type=client_credentials&client_secret={secret}"),
            "invalid_request",
            &["client_id is missing"],
        ),
        (
            format!("grant_type=&client_id={id}&client_secret={secret}"),
            "invalid_request",
            &["grant_type is missing"],
        ),
        (
            format!("grant_type=password&client_id={id}&client_secret={secret}"),
            "unsupported_grant_type",
            &["client_credentials"],
        ),
        (format!("{}&client_id={id}", app.form()), "invalid_request", &["client_id", "more than once"]),
        (format!("{}&client_secret=", app.form()), "invalid_request", &["client_secret", "more than once"]),
        (format!("{}&grant_type=password", app.form()), "invalid_request", &["grant_type", "more than once"]),
    ] {
        for path in [TOKEN, OLDER] {
            let answer = ask(&server, path, &form).expect(400, our_error(named));
            assert_eq!(answer.json()["error"], code, "{answer}");
            assert!(!answer.text.contains(secret.as_str()), "{answer}");
        }
    }
    let anonymous = server.without_token();
    for content_type in ["application/json", "text/plain", "multipart/form-data"] {
        let answer = anonymous.send_text("POST", TOKEN, content_type, &app.form());
        answer.expect(415, our_error(&[FORM]));
    }
    for length in [64 << 10, 1 << 20] {
        let large = format!("{}&x={}", app.form(), "x".repeat(length));
        ask(&server, TOKEN, &large).expect(413, our_error(&["65536"]));
    }
    anonymous.get(TOKEN).expect(405, our_error(&[])).expect_header("Allow", "POST");
    anonymous.get("/api/oauth").expect(404, our_error(&[]));
}

#[test]
fn what_an_access_token_opens_is_what_its_registration_says_now() {
    let server = Server::start();
    let app = App::make(&server, json!({"role": "user", "areas": {"device_classification": "manage"}}));
    let client = app.enter(&server);
    client.post(CLASSIFICATIONS, json!([{"name": "low"}])).expect_status(201);
    assert_eq!(server.classification_named("low")["modifiedBy"], "ann@corp.example");
    client.get(DEVICES).expect(403, our_error(&["devices"]));
    client.get(REGISTRATIONS).expect(403, our_error(&[]));
    server.patch(&app.path, json!({"areas": {"devices": "view"}, "owner": "bob"})).expect_status(200);
    client.get(DEVICES).expect_status(200);
    client.get(CLASSIFICATIONS).expect(403, message(&[]));
    server.patch(&app.path, json!({"role": "administrator"})).expect_status(200);
    let made =
        client.post("/api/v1/tokens", json!({"name": "by the app", "role": "user"})).expect_status(201);
    assert_eq!(made.json()["createdBy"], "bob");
    // An administrator of its site, and of no other.
    client.post("/api/v1/sites", json!({"name": "lab"})).expect(403, our_error(&["Global Administrator"]));
}

#[test]
fn a_registration_that_is_off_or_expired_is_403_and_a_deleted_one_401() {
    let server = Server::start();
    let app = App::make(&server, json!({}));
    let client = app.enter(&server);
    let set = |body: Value| server.patch(&app.path, body).expect_status(200);
    for (close, code, open) in [
        (json!({"enabled": false}), "app_registration_disabled", json!({"enabled": true})),
        (
            json!({"expiresAt": "2020-01-01T00:00:00Z"}),
            "app_registration_expired",
            json!({"expiresIn": "1d"}),
        ),
    ] {
        set(close);
        for answer in [client.get(DEVICES), app.ask(&server), ask(&server, OLDER, &app.form())] {
            assert_eq!(answer.expect(403, our_error(&["administrator"])).json()["error"], code);
        }
        client.get(CLASSIFICATIONS).expect(403, message(&["administrator"]));
        // Who does not know the secret does not learn of it.
        let stranger = format!("grant_type=client_credentials&client_id={}&client_secret=x", app.id);
        ask(&server, TOKEN, &stranger).expect(401, our_error(&[]));
        // Extended or enabled again, id, secret and access token are good as before.
        set(open);
        client.get(DEVICES).expect_status(200);
        app.ask(&server).expect_status(200);
    }
    server.delete(&app.path).expect_status(204);
    client.get(DEVICES).expect(401, our_error(&[]));
    app.ask(&server).expect(401, our_error(&[]));
}

#[test]
fn access_tokens_and_the_last_use_survive_a_crash_and_a_restart() {
    let mut server = Server::start();
    let app = App::make(&server, json!({}));
    let tokens: Vec<String> = (0..20)
        .map(|_| app.ask(&server).expect_status(200).json()["access_token"].as_str().unwrap().to_owned())
        .collect();
    // What was answered is on disk.
    server.kill9();
    server.restart();
    for token in &tokens {
        server.with_token(token).get(DEVICES).expect_status(200);
    }
    let used = server.get(&app.path).expect_status(200).json()["lastUsedAt"].clone();
    assert!(used.is_string());
    server.terminate();
    server.restart();
    assert_eq!(server.get(&app.path).expect_status(200).json()["lastUsedAt"], used);
    server.with_token(&tokens[0]).get(DEVICES).expect_status(200);
}

#[test]
fn a_call_and_an_issue_are_uses_and_a_refusal_is_none() {
    let server = Server::start();
    let app = App::make(&server, json!({}));
    let used = || server.get(&app.path).expect_status(200).json()["lastUsedAt"].clone();
    let wrong = format!("grant_type=client_credentials&client_id={}&client_secret=x", app.id);
    ask(&server, TOKEN, &wrong).expect_status(401);
    assert_eq!(used(), Value::Null);
    let client = app.enter(&server);
    let issued = used();
    assert!(issued.is_string());
    assert_eq!(server.get(&app.path).json()["lastUsedFrom"], "127.0.0.1");
    crate::harness::next_second();
    client.get(DEVICES).expect_status(200);
    let called = used();
    assert!(called.as_str() > issued.as_str(), "{called} {issued}");
    server.patch(&app.path, json!({"enabled": false})).expect_status(200);
    crate::harness::next_second();
    client.get(DEVICES).expect_status(403);
    assert_eq!(used(), called);
}

#[test]
fn an_access_token_is_of_its_registrations_site() {
    let server = Server::start();
    server.make_tag("here");
    let lab = server.post("/api/v1/sites", json!({"name": "lab"})).expect_status(201).json();
    let lab = server.with_token(lab["token"]["token"].as_str().unwrap());
    let app = App::make(&lab, json!({}));
    let client = app.enter(&server);
    assert_eq!(client.make_tag("here"), 1);
    assert_eq!(client.get(REGISTRATIONS).expect_status(200).json()["total"], 1);
    assert_eq!(server.get(REGISTRATIONS).expect_status(200).json()["total"], 0);
    server.get(&app.path).expect(404, our_error(&[]));
}
