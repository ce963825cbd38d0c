//! `/api/v1/events` and `/api/v1/alerts` (netskope-v1.md "Endpoints").

use serde_json::{Value, json};

use crate::harness::{Server, any, any_text, any_uuid, uid, v1_error, windows};

const EVENTS: &str = "/api/v1/events";
const ALERTS: &str = "/api/v1/alerts";

fn data(server: &Server, path: &str) -> Vec<Value> {
    let answer = server.get(path).expect_status(200).json();
    assert_eq!((&answer["status"], &answer["msg"]), (&json!("success"), &json!("")));
    answer["data"].as_array().unwrap().clone()
}

#[test]
fn what_people_did_is_the_audit_trail_newest_first() {
    let server = Server::start();
    for name in ["one", "two", "three"] {
        server.make_tag(name);
    }
    let events = data(&server, &format!("{EVENTS}?type=audit&query=audit_log_event%20like%20tag"));
    let names: Vec<_> = events.iter().map(|event| &event["supporting_data"]["data_values"][0]).collect();
    assert_eq!(names, ["three", "two", "one"]);
    assert_eq!(events[0]["audit_log_event"], "Create Device Tag");
    let page =
        data(&server, &format!("{EVENTS}?type=audit&query=audit_log_event%20like%20tag&limit=1&skip=1"));
    assert_eq!(page, events[1..2]);
    // The other dialect tells the same.
    let there = server.get("/api/v2/events/data/audit?query=audit_log_event%20like%20tag").json();
    assert_eq!(there["result"], json!(events));
}

#[test]
fn what_devices_reported_last_is_told_of_each_newest_first() {
    let server = Server::start();
    for n in 1..=3 {
        let mut device = windows(&uid(n));
        device["event"] = json!(format!("event {n}"));
        server.check_in(device);
    }
    let path = format!("{EVENTS}?type=infrastructure");
    let events = data(&server, &path);
    let mut told: Vec<_> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    told.sort_unstable();
    assert_eq!(told, ["event 1", "event 2", "event 3"]);
    server.get(&format!("{path}&query=event%20eq%20%27event%202%27")).expect(
        200,
        json!({"status": "success", "msg": "", "data": [{"_id": any_uuid(), "timestamp": any(),
            "type": "infrastructure", "event": "event 2", "hostname": any_text(), "nsdeviceuid": uid(2),
            "os": "Windows", "userkey": any_text(), "username": any(),
            "device_classification_status": any_text(), "device_classification_custom_status": any()}]}),
    );
    assert_eq!(data(&server, &format!("{path}&endtime=1000")), Vec::<Value>::new());
    assert_eq!(data(&server, &format!("{path}&timeperiod=3600")), events);
}

#[test]
fn alerts_are_an_empty_list_in_the_envelope() {
    let server = Server::start();
    let none = json!({"status": "success", "msg": "", "data": []});
    server.get(ALERTS).expect(200, none.clone());
    let path = format!("{ALERTS}?type=policy&timeperiod=86400&acked=false&limit=100&skip=0&unsorted=true");
    server.get(&path).expect(200, none);
}

#[test]
fn a_span_that_is_none_is_refused_with_all_that_is_wrong() {
    let server = Server::start();
    for path in [format!("{EVENTS}?type=audit&"), format!("{ALERTS}?")] {
        let refused = |query: &str, named: &[&str]| {
            server.get(&format!("{path}{query}")).expect(400, v1_error(400, named));
        };
        refused("timeperiod=7", &["timeperiod must be one of 3600, 86400, 604800, 2592000"]);
        refused("timeperiod=3600&starttime=1", &["timeperiod or starttime and endtime, not both"]);
        refused("starttime=x&endtime=-1&limit=0", &["starttime", "endtime", "limit"]);
        refused("starttime=10&endtime=9", &["endtime must not be before starttime"]);
    }
    server.get(EVENTS).expect(400, v1_error(400, &["type must be audit or infrastructure"]));
    server.get(&format!("{EVENTS}?type=page")).expect(400, v1_error(400, &["type must be"]));
    server.get(&format!("{EVENTS}?type=audit&query=x%20eq%201")).expect(400, v1_error(400, &["query", "x"]));
}
