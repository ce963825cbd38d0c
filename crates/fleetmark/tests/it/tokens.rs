//! `/api/v1/tokens` and how a token is shown (decided.md "Management", DESIGN §6, netskope-v2.md §2).

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::harness::{BOOTSTRAP_TOKEN, Client, Server, message, our_error};

const PATH: &str = "/api/v1/tokens";
const SOME_READ: &str = "/api/v2/deviceclassification/tags";

/// A new token: its id as it stands in a path, and the token.
fn make(server: &Client, body: Value) -> (String, String) {
    let made = server.post(PATH, body).expect_status(201).json();
    (made["id"].to_string().replace('"', ""), made["token"].as_str().unwrap().to_owned())
}

fn administrator(name: &str) -> Value {
    json!({"name": name, "role": "administrator"})
}

#[test]
fn a_token_is_shown_when_it_is_made_and_never_again() {
    let server = Server::start();
    let (id, token) = make(
        &server,
        json!({"name": "partner", "owner": "ann@corp.example", "role": "user", "areas": {"devices": "manage"},
            "expiresIn": "30d"}),
    );
    assert!(token.len() >= 27, "160 bits need 27 characters of base 64");
    let (_, other) = make(&server, administrator("another"));
    assert_ne!(token, other);
    let list = server.get(PATH).expect_status(200);
    assert!(!list.text.contains(&token), "{list}");
    let body = list.json();
    assert_eq!(body["total"], body["items"].as_array().unwrap().len());
    let shown = body["items"].as_array().unwrap().iter().find(|token| token["name"] == "partner").unwrap();
    assert_eq!(shown["id"].to_string().replace('"', ""), id);
    assert_eq!((&shown["owner"], &shown["role"]), (&json!("ann@corp.example"), &json!("user")));
    assert_eq!(shown["areas"], json!({"devices": "manage"}));
    assert!(shown["expiresAt"].is_string(), "{shown}");
}

#[test]
fn a_tokens_life_has_the_length_it_was_given() {
    let server = Server::start();
    for life in ["12h", "30d", "4w", "6M", "never"] {
        let mut body = administrator(life);
        body["expiresIn"] = json!(life);
        let (_, token) = make(&server, body);
        server.with_token(&token).get(SOME_READ).expect_status(200);
    }
    for life in ["soon", "-1h", "", "1"] {
        let mut body = administrator("x");
        body["expiresIn"] = json!(life);
        server.post(PATH, body).expect(400, our_error(&["expiresIn"]));
    }
    let mut body = administrator("until then");
    body["expiresAt"] = json!("2099-01-01T00:00:00Z");
    make(&server, body);
    let mut body = administrator("x");
    body["expiresAt"] = json!("tomorrow");
    server.post(PATH, body).expect(400, our_error(&["expiresAt"]));
}

#[test]
fn a_body_that_is_not_of_the_form_names_the_member() {
    let server = Server::start();
    for (member, body) in [
        ("name", json!({"role": "user", "areas": {}})),
        ("role", json!({"name": "x", "role": "king"})),
        ("areas", json!({"name": "x", "role": "user", "areas": {"devices": "own"}})),
        ("colour", json!({"name": "x", "role": "user", "areas": {}, "colour": "red"})),
    ] {
        server.post(PATH, body).expect(400, our_error(&[member]));
    }
}

#[test]
fn an_expired_token_is_refused_on_the_very_next_request() {
    let server = Server::start();
    let (id, token) = make(&server, administrator("short"));
    let client = server.with_token(&token);
    client.get(SOME_READ).expect_status(200);
    let patch = |moment: &str| server.patch(&format!("{PATH}/{id}"), json!({"expiresAt": moment}));
    patch("2020-01-01T00:00:00Z").expect_status(200);
    client.get(SOME_READ).expect(401, message(&[]));
    client.get(PATH).expect(401, our_error(&[]));
    patch("2099-01-01T00:00:00Z").expect_status(200);
    client.get(SOME_READ).expect_status(200);
}

#[test]
fn a_revoked_token_is_refused_on_the_very_next_request_and_after_a_restart() {
    let mut server = Server::start();
    let (id, token) = make(&server, administrator("gone"));
    let (_, kept) = make(&server, administrator("kept"));
    let path = format!("{PATH}/{id}");
    server.delete(&path).expect_empty(204);
    server.with_token(&token).get(SOME_READ).expect(401, message(&[]));
    server.delete(&path).expect(404, our_error(&[]));
    server.patch(&path, json!({"expiresAt": "2099-01-01T00:00:00Z"})).expect(404, our_error(&[]));
    server.kill9();
    server.restart();
    server.with_token(&token).get(SOME_READ).expect(401, message(&[]));
    server.with_token(&kept).get(SOME_READ).expect_status(200);
}

#[test]
fn the_owner_is_who_modified_it() {
    let server = Server::start();
    let mut body = administrator("integration");
    body["owner"] = json!("test@test.com");
    let (_, owned) = make(&server, body);
    let (_, named) = make(&server, administrator("nightly import"));
    let post = |token: &str, name: &str| {
        server.with_token(token).post(SOME_READ, json!([{"name": name}])).expect_status(201);
        server.classification_named(name)["modifiedBy"].clone()
    };
    assert_eq!(post(&owned, "a"), "test@test.com");
    // Without an owner it is the token's name (decided.md).
    assert_eq!(post(&named, "b"), "nightly import");
}

#[test]
fn both_headers_are_read_and_the_scheme_word_in_any_case() {
    let server = Server::start();
    let anonymous = server.without_token();
    let refused_without = anonymous.get(SOME_READ);
    refused_without.expect(401, message(&[]));
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let header = format!("{scheme} {BOOTSTRAP_TOKEN}");
        anonymous.clone().with_header("Authorization", &header).get(SOME_READ).expect_status(200);
    }
    let by_name = anonymous.clone().with_header("Netskope-Api-Token", BOOTSTRAP_TOKEN);
    by_name.get(SOME_READ).expect_status(200);
    let bearer = format!("Bearer {BOOTSTRAP_TOKEN}");
    let both = by_name.with_header("Authorization", &bearer);
    both.get(SOME_READ).expect_status(200);
    // Two different ones: whose request would it be?
    let (_, other) = make(&server, administrator("other"));
    let different = anonymous.with_header("Netskope-Api-Token", &other).with_header("Authorization", &bearer);
    let answer = different.get(SOME_READ);
    assert!([400, 401].contains(&answer.status), "{answer}");
}

#[test]
fn header_names_are_read_in_any_case() {
    let server = Server::start();
    let address = server.base().strip_prefix("http://").unwrap();
    for header in
        ["NETSKOPE-API-TOKEN: ", "netskope-api-token: ", "nEtSkOpE-aPi-ToKeN: ", "AUTHORIZATION: bearer "]
    {
        // The client of the other tests writes its own names in lower case, so this one is written by hand.
        let mut connection = TcpStream::connect(address).unwrap();
        let request = format!(
            "GET {SOME_READ} HTTP/1.1\r\nHost: {address}\r\n{header}{BOOTSTRAP_TOKEN}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{header}: {answer}");
    }
}
