//! `GET /api/v2/events/data/audit` (netskope-v2.md §10).

use serde_json::{Value, json};

use crate::harness::{
    Server, any_id, any_uuid, events_error, linux, next_millisecond, on_tag, uid, unix_now,
};

const PATH: &str = "/api/v2/events/data/audit";

/// An event that the bootstrap token brought about.
fn event(name: &str, data_type: &str, data_values: &[&str]) -> Value {
    event_of("bootstrap", name, data_type, data_values)
}

fn event_of(user: &str, name: &str, data_type: &str, data_values: &[&str]) -> Value {
    json!({"_id": any_uuid(), "timestamp": any_id(), "user": user, "type": "admin_audit_logs",
        "audit_log_event": name, "supporting_data": {"data_type": data_type, "data_values": data_values}})
}

/// The names of the events that a call gives.
#[track_caller]
fn names(server: &Server, query: &str) -> Vec<String> {
    let body = server.get(&format!("{PATH}{query}")).expect_status(200).json();
    let events = body["result"].as_array().unwrap();
    events.iter().map(|event| event["audit_log_event"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn everything_that_was_done_is_an_event_newest_first() {
    let mut server = Server::start();
    let id = server.make_classification("low risk");
    let classification = format!("/api/v2/deviceclassification/tags/{id}");
    server.patch(&classification, json!({"name": "Low"})).expect_status(200);
    let tag = server.make_tag("lab");
    let rule = server.make_rule("labs", "Low", "linux", on_tag(tag));
    // What a device reports of itself is no event.
    let (going, staying) = (server.check_in(linux(&uid(1))), server.check_in(linux(&uid(2))));
    server.bulk("bulkadd", &[tag], &[&uid(1), &uid(2)]);
    // The site and the instance have a log each, and of one moment the site's comes first.
    next_millisecond();
    server.make_token(json!({"name": "import", "role": "user", "areas": {}}));
    next_millisecond();
    server.bulk("bulkreplace", &[], &[&uid(2)]);
    next_millisecond();
    server.patch("/api/v1/sites/1", json!({"settings": {"retention": "90d"}})).expect_status(200);
    next_millisecond();
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    let gone = going["id"].as_str().unwrap();
    server.delete(&format!("/api/v1/devices/{gone}")).expect_empty(204);
    assert_ne!(staying["id"], going["id"]);

    let result = json!([
        event("Delete Device", "device", &["build-7"]),
        event("Delete Rule", "rule", &["labs"]),
        event("Edit Site Settings", "site", &["default"]),
        event("Remove Device Tags", "device_tag,device", &["lab", "build-7"]),
        event("Create Token", "token", &["import"]),
        // A device that was removed has no name any more.
        event("Add Device Tags", "device_tag,device", &["lab", gone, "build-7"]),
        event("Create Rule", "rule", &["labs"]),
        event("Create Device Tag", "device_tag", &["lab"]),
        event("Edit Classification", "classification", &["low risk", "Low"]),
        event("Create Classification", "classification", &["low risk"]),
        event_of("fleetmark", "Create Site", "site", &["default"]),
    ]);
    let answer = server.get(PATH).expect(200, json!({"ok": 1, "result": result})).json();
    server.kill9();
    server.restart();
    assert_eq!(server.get(PATH).expect_status(200).json(), answer, "the same, with the same ids");
}

#[test]
fn events_come_in_pages_and_a_limit_is_clamped() {
    let server = Server::start();
    for n in 0..5 {
        server.make_tag(&format!("tag {n}"));
    }
    let all = server.get(PATH).expect_status(200).json()["result"].as_array().unwrap().clone();
    assert_eq!(all.len(), 6);
    let page =
        |query: &str| server.get(&format!("{PATH}{query}")).expect_status(200).json()["result"].clone();
    assert_eq!(page("?limit=1"), json!(all[..1]));
    assert_eq!(page("?limit=2&offset=3"), json!(all[3..5]));
    assert_eq!(page("?offset=5&limit=99999999999999999999"), json!(all[5..]));
    assert_eq!(page("?offset=6"), json!([]));
    assert_eq!(page("?limit=0"), json!([]));
}

#[test]
fn a_window_is_of_whole_seconds_with_both_ends() {
    let server = Server::start();
    server.make_tag("lab");
    let event = server.get(&format!("{PATH}?limit=1")).expect_status(200).json()["result"][0].clone();
    let at = event["timestamp"].as_i64().unwrap();
    assert!(at.unsigned_abs().abs_diff(unix_now()) < 60);
    let tags = |query: &str| names(&server, query).iter().filter(|name| *name == "Create Device Tag").count();
    assert_eq!(tags(&format!("?starttime={at}&endtime={at}")), 1);
    assert_eq!(tags(&format!("?starttime={}", at + 1)), 0);
    assert_eq!(tags(&format!("?endtime={}", at - 1)), 0);
    assert_eq!(tags("?starttime=0&endtime=99999999999"), 1);
    assert_eq!(tags("?endtime=0"), 0);
}

#[test]
fn a_query_picks_events() {
    let server = Server::start();
    let tag = server.make_tag("lab");
    server.patch(&format!("/api/v2/devices/device/tags/{tag}"), json!({"name": "office"})).expect_status(200);
    server.make_classification("low");
    assert_eq!(
        names(&server, "?query=audit_log_event%20eq%20%27Edit%20Device%20Tag%27"),
        ["Edit Device Tag"]
    );
    let tags = names(&server, "?query=audit_log_event%20like%20tag%20and%20user%20eq%20bootstrap");
    assert_eq!(tags, ["Edit Device Tag", "Create Device Tag"]);
    assert_eq!(names(&server, "?query=audit_log_event%20like%20tag&offset=1"), ["Create Device Tag"]);
    let unread = server.get(&format!("{PATH}?query=user%20eq"));
    unread.expect(400, events_error(&["syntax error", "position 8"]));
    let unknown = server.get(&format!("{PATH}?query=hostname%20eq%20x"));
    unknown.expect(400, events_error(&["hostname", "audit_log_event"]));
}

#[test]
fn what_is_no_number_is_refused_by_name() {
    let server = Server::start();
    for name in ["starttime", "endtime", "limit", "offset"] {
        for value in ["x", "1.5", "2026-01-31T00:00:00Z"] {
            server.get(&format!("{PATH}?{name}={value}")).expect(400, events_error(&[name]));
        }
    }
}
