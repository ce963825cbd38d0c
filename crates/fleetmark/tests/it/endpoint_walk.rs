//! Every operation, called by everyone who may not and by one who just may (netskope-v2.md §2, decided.md).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Client, Server};
use crate::operations::{AREAS, Operation, Right, operations};

/// A token of a user with these areas.
fn user(server: &Server, areas: Value) -> Client {
    let token = server.make_token(json!({"name": "walker", "role": "user", "areas": areas}));
    server.with_token(&token)
}

fn all_areas(level: &str) -> Value {
    AREAS.iter().map(|area| ((*area).to_owned(), json!(level))).collect::<serde_json::Map<_, _>>().into()
}

#[track_caller]
fn refused(client: &Client, operation: &Operation, status: u16) {
    let answer = client.send(operation.method, operation.path, operation.body.clone());
    answer.expect(status, operation.dialect.refusal());
}

/// Carried out, or refused for another reason than the token.
#[track_caller]
fn let_through(client: &Client, operation: &Operation) {
    let answer = client.send(operation.method, operation.path, operation.body.clone());
    assert!(![401, 403, 405].contains(&answer.status) && answer.status < 500, "{answer}");
    assert!(!answer.text.contains("no Route matched"), "{answer}");
}

/// A path of the table or of a document with one word for every id.
fn template(path: &str) -> String {
    let path = path.split('?').next().unwrap();
    let parts = path.split('/').map(|part| {
        let id = part == "999999" || part.len() == 36 || part.starts_with('{');
        if id { "{id}" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_documented_operation_that_asks_for_a_token_is_walked_and_no_other() {
    let server = Server::start();
    let mut documented = BTreeSet::new();
    for name in ["netskope-v2", "alloyscan", "fleetmark"] {
        let document = server.get(&format!("/openapi/{name}.json")).expect_status(200).json();
        for (path, item) in document["paths"].as_object().unwrap() {
            let methods = item.as_object().unwrap().iter();
            let secured = methods.filter(|(_, said)| !said["security"].as_array().unwrap().is_empty());
            documented.extend(secured.map(|(method, _)| (method.to_uppercase(), template(path))));
        }
    }
    let walked = operations().iter().map(|one| (one.method.to_owned(), template(one.path))).collect();
    assert_eq!(documented, walked);
}

#[test]
fn no_operation_answers_without_a_token_that_it_knows() {
    let server = Server::start();
    let revoked = server.post("/api/v1/tokens", json!({"name": "gone", "role": "administrator"}));
    let revoked = revoked.expect_status(201).json();
    let id = revoked["id"].to_string().replace('"', "");
    server.delete(&format!("/api/v1/tokens/{id}")).expect_status(204);
    let strangers = [
        server.without_token(),
        server.with_token("not-a-token-of-this-server"),
        server.with_token(""),
        server.with_token(revoked["token"].as_str().unwrap()),
        server.without_token().with_header("Netskope-Api-Token", "not-a-token-of-this-server"),
        server.without_token().with_header("Authorization", "Basic dXNlcjpwYXNz"),
    ];
    for operation in operations() {
        for stranger in &strangers {
            refused(stranger, &operation, 401);
        }
    }
}

#[test]
fn no_operation_answers_a_token_without_the_area() {
    let server = Server::start();
    for operation in operations() {
        let mut areas = all_areas("manage");
        if let Right::View(area) | Right::Manage(area) = operation.right {
            areas.as_object_mut().unwrap().remove(area);
        }
        refused(&user(&server, areas), &operation, 403);
        refused(&user(&server, json!({})), &operation, 403);
    }
}

#[test]
fn viewing_is_not_enough_where_something_is_managed() {
    let server = Server::start();
    let viewer = user(&server, all_areas("view"));
    for operation in operations() {
        match operation.right {
            Right::View(_) => let_through(&viewer, &operation),
            Right::Manage(_) | Right::Administrator => refused(&viewer, &operation, 403),
        }
    }
}

#[test]
fn the_right_that_is_asked_for_suffices() {
    let server = Server::start();
    let administrator =
        server.with_token(&server.make_token(json!({"name": "root", "role": "administrator"})));
    for operation in operations() {
        match operation.right {
            Right::View(area) => let_through(&user(&server, json!({area: "view"})), &operation),
            Right::Manage(area) => let_through(&user(&server, json!({area: "manage"})), &operation),
            Right::Administrator => {}
        }
        let_through(&administrator, &operation);
        let_through(&server, &operation);
    }
}
