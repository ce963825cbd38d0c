//! `POST /api/v1/tags/{id}/merge`: one tag of two.

use serde_json::json;

use super::bodies::{NOTHING, TAGS, made, on, path_of, tag};
use crate::harness::{Server, linux, on_tag, our_error, uid};

fn merge(tag: &str) -> String {
    format!("{}/merge", path_of(tag))
}

#[test]
fn every_device_that_carries_the_one_gets_the_other() {
    let mut server = Server::start();
    let (old, new) = (made(&server, "old", "gray"), made(&server, "new", "cyan"));
    made(&server, "third", "pink");
    for (n, names) in
        [&["old"][..], &["new"], &["old", "new"], &["old", "third"], &[]].into_iter().enumerate()
    {
        let device = server.check_in(linux(&uid(n)));
        for name in names {
            server.post(&on(&device), json!({"tagName": name})).expect_status(200);
        }
    }
    let answer =
        server.post(&merge(&old), json!({"into": new.to_uppercase()})).expect(200, tag("new", "cyan", 4));
    assert_eq!(answer.json()["id"], new);
    let made_of_two = |server: &Server| {
        server.get(&path_of(&old)).expect(404, our_error(&[&old]));
        let tags: Vec<_> = (0..5).map(|n| server.tags_of(&uid(n)).join(" ")).collect();
        assert_eq!(tags, ["new", "new", "new", "new third", ""]);
    };
    made_of_two(&server);
    let events = server.get("/api/v2/events/data/audit?limit=2").expect_status(200).json();
    let names: Vec<_> =
        events["result"].as_array().unwrap().iter().map(|event| &event["audit_log_event"]).collect();
    assert_eq!(names, ["Delete Device Tag", "Add Device Tags"]);
    server.kill9();
    server.restart();
    made_of_two(&server);
}

#[test]
fn merging_classifies_in_the_same_commit() {
    let server = Server::start();
    server.make_classification("low risk");
    let trusted = server.make_tag("trusted");
    server.make_rule("trusted ones", "low risk", "linux", on_tag(trusted));
    let old = made(&server, "reliable", "gray");
    let device = server.check_in(linux(&uid(1)));
    server.post(&on(&device), json!({"tagId": old})).expect_status(200);
    let id = server.get(&format!("{TAGS}?q=trusted")).json()["items"][0]["id"].as_str().unwrap().to_owned();
    server.post(&merge(&old), json!({"into": id})).expect(200, tag("trusted", "gray", 1));
    assert_eq!(server.status_of(&uid(1)), ("Managed".to_owned(), "low risk".to_owned()));
    // The one that rules check cannot go.
    let other = made(&server, "other", "gray");
    server.post(&merge(&id), json!({"into": other})).expect(409, our_error(&["in_use", "trusted ones"]));
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let server = Server::start();
    let (one, two) = (made(&server, "one", "gray"), made(&server, "two", "gray"));
    for (body, named) in [
        (json!({"into": one}), "into must be another tag"),
        (json!({"into": NOTHING}), "into must be the UUID of a tag of this site"),
        (json!({"into": "two"}), "into must be the UUID of a tag of this site"),
        (json!({"into": 7}), "into must be a string"),
        (json!({}), "into is missing"),
        (json!({"into": two, "name": "x"}), "property name should not exist"),
    ] {
        server.post(&merge(&one), body).expect(400, our_error(&[named]));
    }
    server.post(&merge(NOTHING), json!({"into": two})).expect(404, our_error(&["not_found", NOTHING]));
    server.post(&merge("7"), json!({"into": two})).expect(400, our_error(&["UUID"]));
    let user = json!({"name": "u", "role": "user", "areas": {"devices": "manage"}});
    let user = server.with_token(&server.make_token(user));
    user.post(&merge(&one), json!({"into": two})).expect(403, our_error(&["administrator"]));
    assert_eq!(server.get(TAGS).json()["total"], 2);
}
