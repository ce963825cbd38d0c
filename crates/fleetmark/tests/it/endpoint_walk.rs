//! Every operation, called by everyone who may not and by one who just may (netskope-v2.md §2, decided.md).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Client, Server, on_tag};
use crate::operations::{AREAS, Ids, Operation, Right, operations, operations_on};

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
    let answer = client.send(operation.method, &operation.path, operation.body.clone());
    answer.expect(status, operation.dialect.refusal());
}

/// Carried out, or refused for another reason than the token.
#[track_caller]
fn let_through(client: &Client, operation: &Operation) {
    let answer = client.send(operation.method, &operation.path, operation.body.clone());
    assert!(![401, 403, 405].contains(&answer.status) && answer.status < 500, "{answer}");
    assert!(!answer.text.contains("no Route matched"), "{answer}");
}

/// A path of the table or of a document with one word for every id.
fn template(path: &str, ids: &Ids) -> String {
    let path = path.split('?').next().unwrap();
    let numbers = [ids.classification, ids.rule, ids.tag, ids.token, ids.site, ids.registration];
    let numbers = numbers.map(|id| id.to_string());
    let parts = path.split('/').map(|part| {
        let id = part.starts_with('{')
            || [&ids.device, &ids.tag_uuid, &ids.segment].iter().any(|id| *id == part)
            || numbers.iter().any(|id| id == part);
        if id { "{id}" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[test]
fn every_documented_operation_that_asks_for_a_token_is_walked_and_no_other() {
    let server = Server::start();
    let mut documented = BTreeSet::new();
    for name in ["netskope-v2", "netskope-v1", "alloyscan", "fleetmark"] {
        let document = server.get(&format!("/openapi/{name}.json")).expect_status(200).json();
        for (path, item) in document["paths"].as_object().unwrap() {
            let methods = item.as_object().unwrap().iter();
            let secured = methods.filter(|(_, said)| !said["security"].as_array().unwrap().is_empty());
            documented.extend(
                secured.map(|(method, _)| (method.to_uppercase(), template(path, &Ids::of_nothing()))),
            );
        }
    }
    let walked = operations()
        .iter()
        .map(|one| (one.method.to_owned(), template(&one.path, &Ids::of_nothing())))
        .collect();
    assert_eq!(documented, walked);
}

#[test]
fn no_operation_answers_without_a_token_that_it_knows() {
    let server = Server::start();
    let revoked = server.post("/api/v1/tokens", json!({"name": "gone", "role": "administrator"}));
    let revoked = revoked.expect_status(201).json();
    server.delete(&format!("/api/v1/tokens/{}", revoked["id"])).expect_status(204);
    let expired = server.post("/api/v1/tokens", json!({"name": "old", "role": "administrator"}));
    let expired = expired.expect_status(201).json();
    let end = json!({"expiresAt": "2020-01-01T00:00:00Z"});
    server.patch(&format!("/api/v1/tokens/{}", expired["id"]), end).expect_status(200);
    let (app, _, _, of_deleted) = server.make_app(json!({"name": "gone", "expiresIn": "1d"}));
    server.delete(&app).expect_status(204);
    let strangers = [
        server.with_token(&of_deleted),
        server.without_token(),
        server.with_token("not-a-token-of-this-server"),
        server.with_token(""),
        server.with_token(revoked["token"].as_str().unwrap()),
        server.with_token(expired["token"].as_str().unwrap()),
        server.without_token().with_header("Netskope-Api-Token", "not-a-token-of-this-server"),
        server.without_token().with_header("Authorization", "Basic dXNlcjpwYXNz"),
    ];
    for operation in operations() {
        for stranger in &strangers {
            refused(stranger, &operation, operation.dialect.unauthenticated());
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
            Right::Manage(_) | Right::Administrator | Right::GlobalAdministrator => {
                refused(&viewer, &operation, 403);
            }
        }
    }
}

#[test]
fn the_right_that_is_asked_for_suffices() {
    let server = Server::start();
    let administrator =
        server.with_token(&server.make_token(json!({"name": "root", "role": "administrator"})));
    let global = json!({"name": "global", "role": "user", "globalAdministrator": true});
    let global = server.with_token(&server.make_token(global));
    for operation in operations() {
        match operation.right {
            Right::View(area) => let_through(&user(&server, json!({area: "view"})), &operation),
            Right::Manage(area) => let_through(&user(&server, json!({area: "manage"})), &operation),
            Right::Administrator => {}
            Right::GlobalAdministrator => let_through(&global, &operation),
        }
        match operation.right {
            Right::GlobalAdministrator => refused(&administrator, &operation, 403),
            _ => let_through(&administrator, &operation),
        }
        let_through(&server, &operation);
    }
}

/// A word in every name that the first site gives.
const THEIRS: &str = "only-theirs";

/// One of everything, on the first site.
fn furnished(server: &Server) -> Ids {
    let name = |what: &str| format!("{THEIRS} {what}");
    // So that the ids are none that the walk itself makes elsewhere.
    for number in 1..=20 {
        server.make_tag(&name(&number.to_string()));
    }
    let (classification, tag) = (server.make_classification(&name("label")), server.make_tag(&name("tag")));
    let rule = server.make_rule(&name("rule"), &name("label"), "linux", on_tag(tag));
    let device = server.check_in(json!({"nsdeviceuid": format!("{THEIRS}-uid"), "userkey": "joe",
        "hostname": format!("{THEIRS}-host"), "os": "linux"}));
    server.bulk("bulkadd", &[tag], &[&format!("{THEIRS}-uid")]);
    let token = server.post("/api/v1/tokens", json!({"name": name("token"), "role": "user"}));
    let token = token.expect_status(201).json()["id"].as_u64().unwrap();
    let registration = json!({"name": name("app"), "expiresIn": "1d"});
    let registration = server.post("/api/v1/app-registrations", registration).expect_status(201).json();
    let registration = registration["id"].as_u64().unwrap();
    let tags = server.get("/api/v1/tags?limit=1000").expect_status(200).json();
    let named = tags["items"].as_array().unwrap().iter().find(|one| one["name"] == name("tag")).unwrap();
    let segment = json!({"name": name("segment"), "type": "address-list", "ranges": ["198.51.100.0/24"],
        "autoTagId": named["id"]});
    let segment = server.post("/api/v1/segments", segment).expect_status(201).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (device, tag_uuid, segment) = (text(&device["id"]), text(&named["id"]), text(&segment["id"]));
    Ids { classification, rule, tag, token, site: 1, registration, device, tag_uuid, segment }
}

#[test]
fn what_is_another_sites_does_not_exist() {
    let server = Server::start();
    let ids = furnished(&server);
    let made = server.post("/api/v1/sites", json!({"name": "elsewhere"})).expect_status(201).json();
    let elsewhere = server.with_token(made["token"]["token"].as_str().unwrap());
    for operation in operations_on(&ids) {
        let answer = elsewhere.send(operation.method, &operation.path, operation.body.clone());
        assert!(!answer.text.contains(THEIRS), "{answer}");
        if operation.right == Right::GlobalAdministrator {
            answer.expect(403, operation.dialect.refusal());
        } else if template(&operation.path, &ids).contains("{id}") {
            answer.expect(404, operation.dialect.error(404));
        } else {
            let_through(&elsewhere, &operation);
        }
    }
    // And nothing was done to it.
    for path in operations_on(&ids).iter().filter(|one| one.method == "GET").map(|one| &one.path) {
        server.get(path).expect_status(200);
    }
    assert_eq!(server.tags_of(&format!("{THEIRS}-uid")), [format!("{THEIRS} tag")]);
}
