//! Why a tag is on a device, and until when.

use serde_json::{Value, json};

use super::bodies::{TAGS, made, on};
use crate::harness::{
    Client, Server, any_time, any_uuid, linux, next_second, on_tag, our_error, rfc3339, uid, unix_now, until,
};

const BULK: &str = "/api/v1/devices/tags/bulk";

/// The device alone.
#[track_caller]
fn shown(client: &Client, device: &Value) -> Value {
    let path = format!("/api/v1/devices/{}", device["id"].as_str().unwrap());
    client.get(&path).expect_status(200).json()
}

/// Its assignments as (tag, source, author, end), by name of the tag.
#[track_caller]
fn assignments(client: &Client, device: &Value) -> Vec<(String, String, String, Option<String>)> {
    let device = shown(client, device);
    let (tags, assignments) = (device["tags"].as_array().unwrap(), device["assignments"].as_array().unwrap());
    assert_eq!(tags.len(), assignments.len());
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let both = tags.iter().zip(assignments);
    both.map(|(tag, assignment)| {
        assert_eq!(tag["id"], assignment["tagId"]);
        let told = |member: &str| text(&assignment[member]).unwrap();
        assert!(told("assignedAt").ends_with(".000Z"));
        (text(&tag["name"]).unwrap(), told("source"), told("author"), text(&assignment["expiresAt"]))
    })
    .collect()
}

fn of(tag: &str, source: &str, author: &str, end: Option<&str>) -> (String, String, String, Option<String>) {
    (tag.to_owned(), source.to_owned(), author.to_owned(), end.map(str::to_owned))
}

#[test]
fn each_tag_of_a_device_says_who_put_it_there_when_and_by_what_way() {
    let mut server = Server::start();
    let lab = made(&server, "lab", "green");
    made(&server, "office", "pink");
    let old = server.make_tag("old");
    let device = server.check_in(linux(&uid(1)));
    let ann = server.with_token(&server.make_token(
        json!({"name": "ann", "owner": "ann@corp.example", "role": "user", "areas": {"devices": "manage"}}),
    ));
    server.bulk("bulkadd", &[old], &[&uid(1)]);
    ann.post(&on(&device), json!({"tagId": lab, "source": "manual"})).expect_status(200);
    let end = "2099-01-31T00:00:00Z";
    let body = json!({"add": [{"tagName": "office"}, {"tagName": "lab"}], "devices": [{"id": device["id"]}],
        "source": "import"});
    server.post(BULK, body).expect_status(200);
    ann.post(&on(&device), json!({"tagName": "office", "expiresAt": end})).expect_status(200);
    // The first assignment stays, also when another end of it is set.
    let expected = [
        of("lab", "manual", "ann@corp.example", None),
        of("office", "import", "bootstrap", Some("2099-01-31T00:00:00.000Z")),
        of("old", "api", "bootstrap", None),
    ];
    assert_eq!(assignments(&server, &device), expected);
    server.kill9();
    server.restart();
    assert_eq!(assignments(&server, &device), expected);
    server.terminate();
    server.restart();
    assert_eq!(assignments(&server, &device), expected);
    let one = json!({"tagId": any_uuid(), "source": "manual", "author": "ann@corp.example",
        "assignedAt": any_time(), "expiresAt": null});
    assert!(crate::harness::difference(&one, &shown(&server, &device)["assignments"][0]).is_none());
}

#[test]
fn a_tag_that_ends_comes_off_at_that_second_and_the_device_is_classified_anew_in_the_same_commit() {
    let server = Server::start();
    server.make_classification("high risk");
    let quarantined = server.make_tag("quarantined");
    server.make_rule("quarantined ones", "high risk", "linux", on_tag(quarantined));
    let device = server.check_in(linux(&uid(1)));
    let end = next_second() + 2;
    let body = json!({"tagName": "quarantined", "expiresAt": rfc3339(end)});
    let put = server.post(&on(&device), body).expect_status(200);
    let version = put.header("Fleetmark-Version").unwrap().parse::<u64>().unwrap();
    assert_eq!(server.status_of(&uid(1)).1, "high risk");
    // Nobody writes meanwhile, and no read sees one without the other.
    until("the end", || {
        let told = shown(&server, &device);
        let is_tagged = told["tags"] != json!([]);
        assert_eq!(told["classification"] == "high risk", is_tagged);
        (!is_tagged).then_some(())
    });
    let now = unix_now();
    assert!((end..end + 30).contains(&now), "it ended at {end}, now it is {now}");
    let next = server.post(TAGS, json!({"name": "next", "color": "red"})).expect_status(201);
    next.expect_header("Fleetmark-Version", &(version + 2).to_string());
    let events = server.get("/api/v2/events/data/audit?limit=2").expect_status(200).json();
    let event = &events["result"][1];
    assert_eq!(
        (&event["audit_log_event"], &event["user"]),
        (&json!("Remove Device Tags"), &json!("fleetmark"))
    );
    let path = format!("/api/v1/devices/{}?at={}", device["id"].as_str().unwrap(), end - 1);
    assert_eq!(server.get(&path).expect_status(200).json()["classification"], "high risk");
}

#[test]
fn what_ended_while_the_server_was_down_is_gone_at_the_first_read_that_a_write_follows() {
    let mut server = Server::start();
    made(&server, "short", "gray");
    let device = server.check_in(linux(&uid(1)));
    let end = next_second() + 1;
    let body = json!({"add": [{"tagName": "short"}], "filter": {"q": "build"}, "expiresAt": rfc3339(end)});
    server.post(BULK, body).expect_status(200);
    server.kill9();
    until("the end", || (unix_now() > end).then_some(()));
    server.restart();
    // What a write is decided on has nothing that has ended.
    let answer = server.post(&on(&device), json!({"tagName": "short"})).expect_status(200);
    assert_eq!(answer.json()["total"], 1);
    assert_eq!(assignments(&server, &device), [of("short", "api", "bootstrap", None)]);
}

#[test]
fn an_end_is_moved_and_taken_away() {
    let server = Server::start();
    made(&server, "lab", "green");
    let device = server.check_in(linux(&uid(1)));
    let put = |more: Value| {
        let mut body = json!({"tagName": "lab"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let version = server.post(&on(&device), body).expect_status(200);
        let end = shown(&server, &device)["assignments"][0]["expiresAt"].clone();
        (version.header("Fleetmark-Version").unwrap().parse::<u64>().unwrap(), end)
    };
    let (first, end) = put(json!({"expiresAt": "2099-01-01T00:00:00Z"}));
    assert_eq!(end, "2099-01-01T00:00:00.000Z");
    assert_eq!(put(json!({})), (first, end.clone()), "nothing is said of it");
    assert_eq!(put(json!({"expiresAt": "2099-01-01T01:00:00+01:00"})), (first, end), "it is the same");
    assert_eq!(
        put(json!({"expiresAt": "2098-01-01T00:00:00Z"})),
        (first + 1, json!("2098-01-01T00:00:00.000Z"))
    );
    assert_eq!(put(json!({"expiresAt": null})), (first + 2, Value::Null));
    assert!(put(json!({"expiresIn": "2h"})).1.is_string());
    assert_eq!(put(json!({"expiresIn": "never"})), (first + 4, Value::Null));
    let body = json!({"add": [{"tagName": "lab"}], "devices": [{"id": device["id"]}], "expiresIn": "1d"});
    let dry = server.post(&format!("{BULK}?dryRun=true"), body.clone()).expect_status(200).json();
    assert_eq!(server.post(BULK, body).expect_status(200).json(), dry);
    assert_eq!((&dry["changed"], &dry["items"][0]["added"]), (&json!(1), &json!([])));
}

#[test]
fn terms_that_cannot_be_understood_or_kept_are_refused_by_name() {
    let server = Server::start();
    made(&server, "lab", "green");
    let device = server.check_in(linux(&uid(1)));
    for (terms, parts) in [
        (json!({"expiresAt": "2020-01-01T00:00:00Z"}), ["expiresAt", "later than now"]),
        (json!({"expiresAt": "tomorrow"}), ["expiresAt", "2027-01-31T00:00:00Z"]),
        (json!({"expiresAt": 7}), ["expiresAt", "string"]),
        (json!({"expiresIn": "soon"}), ["expiresIn", "30d"]),
        (json!({"expiresIn": "1d", "expiresAt": "2099-01-01T00:00:00Z"}), ["expiresIn", "not both"]),
        (json!({"source": "segment"}), ["source", "api, manual, import"]),
    ] {
        let mut body = json!({"tagName": "lab"});
        body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        server.post(&on(&device), body).expect(400, our_error(&parts));
        let mut body = json!({"add": [{"tagName": "lab"}], "devices": [{"id": device["id"]}]});
        body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        server.post(BULK, body).expect(400, our_error(&parts));
    }
    assert_eq!(shown(&server, &device)["tags"], json!([]));
}

#[test]
fn a_merge_keeps_the_end_and_of_two_the_later() {
    let server = Server::start();
    let (old, new) = (made(&server, "old", "gray"), made(&server, "new", "cyan"));
    let devices: Vec<_> = (1..=3).map(|n| server.check_in(linux(&uid(n)))).collect();
    let put = |n: usize, name: &str, end: Value| {
        server.post(&on(&devices[n]), json!({"tagName": name, "expiresAt": end})).expect_status(200);
    };
    put(0, "old", json!("2098-01-01T00:00:00Z"));
    put(1, "old", json!("2099-01-01T00:00:00Z"));
    put(1, "new", json!("2098-01-01T00:00:00Z"));
    put(2, "old", json!("2098-01-01T00:00:00Z"));
    put(2, "new", Value::Null);
    server.post(&format!("{TAGS}/{old}/merge"), json!({"into": new})).expect_status(200);
    let ends: Vec<_> = devices.iter().map(|device| assignments(&server, device)).collect();
    let expected = [Some("2098-01-01T00:00:00.000Z"), Some("2099-01-01T00:00:00.000Z"), None];
    assert_eq!(ends, expected.map(|end| vec![of("new", "api", "bootstrap", end)]));
}
