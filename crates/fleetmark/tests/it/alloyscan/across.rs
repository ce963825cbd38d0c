//! One tag, two names for it: what is done in one dialect is there in the other at once.

use serde_json::json;

use super::bodies::{TAGS, carried, made, on, path_of, tag};
use crate::harness::{Client, Server, linux, next_millisecond, uid};

const GET_TAGS: &str = "/api/v2/devices/device/tags/gettags";
const AUDIT: &str = "/api/v2/events/data/audit";

/// An administrator of that name.
fn person(server: &Server, name: &str) -> Client {
    let fields = json!({"name": name, "owner": name, "role": "administrator"});
    server.with_token(&server.make_token(fields))
}

#[test]
fn a_tag_lives_through_both_dialects_and_the_trail_has_each_step() {
    let server = Server::start();
    let (ann, joe) = (person(&server, "ann@corp.example"), person(&server, "joe@corp.example"));
    let device = server.check_in(linux(&uid(1)));
    next_millisecond();
    // Made here,
    let id = made(&ann, "Lab (2.0)", "cyan");
    let found = joe.post(GET_TAGS, json!({"name": "lab (2.0)"})).expect_status(200).json();
    let number = found["data"]["data"][0]["id"].as_u64().unwrap();
    // assigned there,
    assert_eq!(joe.bulk("bulkadd", &[number], &[&uid(1)]), 1);
    // seen here,
    ann.get(&path_of(&id)).expect(200, tag("Lab (2.0)", "cyan", 1));
    let shown = ann.get(&format!("/api/v1/devices/{}", device["id"].as_str().unwrap())).json();
    assert_eq!(shown["tags"], json!([{"id": id, "name": "Lab (2.0)", "color": "cyan"}]));
    // renamed here,
    ann.patch(&path_of(&id), json!({"name": "Office"})).expect(200, tag("Office", "cyan", 1));
    // seen renamed there,
    assert_eq!(joe.tags_of(&uid(1)), ["Office"]);
    let listed = joe.post(GET_TAGS, json!({"id": number})).expect_status(200).json();
    assert_eq!(listed["data"]["data"][0]["name"], "Office");
    assert_eq!(listed["data"]["data"][0]["device_count"], 1);
    // deleted here,
    ann.delete(&path_of(&id)).expect_empty(204);
    // gone there.
    assert!(joe.tags_of(&uid(1)).is_empty());
    let gone = joe.post(GET_TAGS, json!({"id": number})).expect_status(200).json();
    assert_eq!(gone["data"]["total_count"], 0);

    let events = server.get(&format!("{AUDIT}?query=audit_log_event%20like%20tag")).expect_status(200).json();
    let told = events["result"].as_array().unwrap().iter().map(|event| {
        let values = &event["supporting_data"]["data_values"];
        json!([event["user"], event["audit_log_event"], values])
    });
    let told = told.collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            json!(["ann@corp.example", "Delete Device Tag", ["Office", "build-7"]]),
            json!(["ann@corp.example", "Edit Device Tag", ["Lab (2.0)", "Office"]]),
            json!(["joe@corp.example", "Add Device Tags", [format!("device tag {number}"), "build-7"]]),
            json!(["ann@corp.example", "Create Device Tag", ["Lab (2.0)"]]),
        ]
    );
}

#[test]
fn a_tag_that_was_made_there_is_gray_here_and_keeps_its_description() {
    let server = Server::start();
    let made = server.post("/api/v2/devices/device/tags", json!({"name": "low risk", "description": "one"}));
    let number = made.expect_status(201).json()["data"]["id"].as_u64().unwrap();
    let listed =
        server.get(TAGS).expect(200, json!({"items": [tag("low risk", "gray", 0)], "total": 1})).json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    server
        .patch(&path_of(id), json!({"name": "Low: 100 %", "color": "teal"}))
        .expect(200, tag("Low: 100 %", "teal", 0));
    let there = server.post(GET_TAGS, json!({"id": number})).expect_status(200).json();
    assert_eq!(there["data"]["data"][0]["name"], "Low: 100 %");
    assert_eq!(there["data"]["data"][0]["description"], "one");
    // There the colour has no name, and stays.
    let path = format!("/api/v2/devices/device/tags/{number}");
    server.patch(&path, json!({"name": "low"})).expect_status(200);
    server.get(&path_of(id)).expect(200, tag("low", "teal", 0));
}

#[test]
fn each_dialect_has_its_own_limit_of_tags_a_device() {
    let server = Server::start();
    let device = server.check_in(linux(&uid(1)));
    for n in 0..6 {
        made(&server, &format!("tag {n}"), "cyan");
        server.post(&on(&device), json!({"tagName": format!("tag {n}")})).expect_status(200);
    }
    let extra = server.make_tag("one more");
    let body = json!({"tags": [extra], "devices": [{"nsdeviceuid": uid(1)}]});
    server.post("/api/v2/devices/device/tags/bulkadd", body).expect_status(400);
    let all = server.post(&on(&device), json!({"tagName": "one more"})).expect_status(200).json();
    assert_eq!(all["total"], 7);
    assert_eq!(all["items"][0]["name"], "one more");
    let first = carried("one more", "gray");
    assert_eq!(all["items"][0]["color"], first["color"]);
}
