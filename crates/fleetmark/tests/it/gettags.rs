//! `POST /api/v2/devices/device/tags/gettags` in its forms (netskope-v2.md §8).

use serde_json::{Value, json};

use crate::harness::{Server, devices_error, linux, uid, windows};

const PATH: &str = "/api/v2/devices/device/tags/gettags";
const LAPTOP: &str = "6E3B1C52-0A11-4E5B-8E1F-1C7C1A900001";
const SERVER: &str = "6E3B1C52-0A11-4E5B-8E1F-1C7C1A900002";
const STRANGER: &str = "6E3B1C52-0A11-4E5B-8E1F-1C7C1A900003";

fn page(tags: Value, total: usize, offset: usize, limit: usize) -> Value {
    json!({"success": true, "data": {"data": tags, "total_count": total, "offset": offset, "limit": limit}})
}

fn entry(id: u64, name: &str, devices: usize) -> Value {
    json!({"id": id, "name": name, "description": format!("about {name}"), "device_count": devices,
        "device_classification_count": 0})
}

fn make(server: &Server, name: &str) -> u64 {
    let body = json!({"name": name, "description": format!("about {name}")});
    let answer = server.post("/api/v2/devices/device/tags", body).expect_status(201);
    answer.json()["data"]["id"].as_u64().unwrap()
}

fn names(answer: &Value) -> Vec<String> {
    let tags = answer["data"]["data"].as_array().unwrap();
    let mut names: Vec<_> = tags.iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_empty_body_is_the_catalogue() {
    let server = Server::start();
    server.post(PATH, json!({})).expect(200, page(json!([]), 0, 0, 20));
    let id = make(&server, "fine");
    server.check_in(windows(LAPTOP));
    server.bulk("bulkadd", &[id], &[LAPTOP]);
    server.post(PATH, json!({})).expect(200, page(json!([entry(id, "fine", 1)]), 1, 0, 20));
}

#[test]
fn no_devices_with_offset_and_limit_is_the_catalogue_in_pages() {
    let server = Server::start();
    let all: Vec<_> = (10..35).map(|n| format!("tag {n}")).collect();
    for name in &all {
        make(&server, name);
    }
    let of = |body: Value| server.post(PATH, body).expect_status(200).json();
    let first = of(json!({}));
    assert_eq!((names(&first).len(), &first["data"]["total_count"]), (20, &json!(25)));
    let mut seen = Vec::new();
    for offset in [0, 10, 20, 30] {
        let body = json!({"devices": [], "offset": offset, "limit": 10});
        let answer = of(body);
        assert_eq!(answer["data"]["offset"], offset);
        assert_eq!((&answer["data"]["limit"], &answer["data"]["total_count"]), (&json!(10), &json!(25)));
        seen.extend(names(&answer));
    }
    seen.sort();
    assert_eq!(seen, all);
}

#[test]
fn a_limit_or_an_offset_out_of_range_is_refused() {
    let server = Server::start();
    for limit in [json!(0), json!(1001), json!(-1), json!("ten")] {
        server.post(PATH, json!({"limit": limit})).expect(400, devices_error(&["limit"]));
    }
    server.post(PATH, json!({"offset": -1})).expect(400, devices_error(&["offset"]));
    server.post(PATH, json!({"limit": 1000})).expect(200, page(json!([]), 0, 0, 1000));
}

#[test]
fn a_tag_is_looked_up_by_id_or_by_name() {
    let server = Server::start();
    make(&server, "other");
    let id = make(&server, "Low Risk");
    let found = page(json!([entry(id, "Low Risk", 0)]), 1, 0, 20);
    server.post(PATH, json!({"id": id})).expect(200, found.clone());
    server.post(PATH, json!({"name": "low RISK"})).expect(200, found);
    server.post(PATH, json!({"id": 999_999})).expect(200, page(json!([]), 0, 0, 20));
    server.post(PATH, json!({"name": "absent"})).expect(200, page(json!([]), 0, 0, 20));
    // The whole name, not a part of it.
    server.post(PATH, json!({"name": "low"})).expect(200, page(json!([]), 0, 0, 20));
}

#[test]
fn devices_name_the_union_of_the_tags_they_carry() {
    let server = Server::start();
    let tags: Vec<_> = ["a", "b", "c", "unused"].iter().map(|name| make(&server, name)).collect();
    server.check_in(windows(LAPTOP));
    server.check_in(linux(SERVER));
    server.bulk("bulkadd", &tags[..2], &[LAPTOP]);
    server.bulk("bulkadd", &tags[1..3], &[SERVER]);
    let devices = json!([
        {"nsdeviceuid": LAPTOP, "userkey": "joe@corp.example", "hostname": "nskp-w11-joe-3"},
        {"nsdeviceuid": SERVER.to_lowercase(), "userkey": SERVER},
        {"nsdeviceuid": STRANGER},
    ]);
    let answer = server.post(PATH, json!({"devices": devices})).expect_status(200).json();
    assert_eq!(names(&answer), ["a", "b", "c"]);
    assert_eq!(answer["data"]["total_count"], 3);
    let nobody = json!([{"nsdeviceuid": LAPTOP, "userkey": "nobody@corp.example"}]);
    server.post(PATH, json!({"devices": nobody})).expect(200, page(json!([]), 0, 0, 20));
}

#[test]
fn a_device_id_is_answered_in_the_short_form_with_every_tag_of_the_system() {
    let server = Server::start();
    let low = make(&server, "low risk");
    let medium = make(&server, "medium risk");
    server.check_in(windows(LAPTOP));
    server.bulk("bulkadd", &[medium], &[LAPTOP]);
    let of = |uid: &str| server.post(PATH, json!({"device_id": uid})).sorted_by("/data", "name");
    let unassigned = json!({"id": low, "name": "low risk"});
    let assigned = json!({"id": medium, "name": "medium risk", "assigned": true});
    of(LAPTOP).expect(200, json!({"data": [unassigned, assigned]}));
    of(&LAPTOP.to_lowercase()).expect(200, json!({"data": [unassigned, assigned]}));
    // "Query any device and it returns all available tags in the system" (seed).
    let also_unassigned = json!({"id": medium, "name": "medium risk"});
    of(STRANGER).expect(200, json!({"data": [unassigned, also_unassigned]}));
}

#[test]
fn more_devices_than_a_call_may_name_are_refused() {
    let server = Server::start();
    let devices: Vec<_> = (0..1001).map(|n| json!({"nsdeviceuid": uid(n)})).collect();
    server.post(PATH, json!({"devices": devices})).expect(400, devices_error(&["1000"]));
}
