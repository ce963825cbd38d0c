//! `/api/v1/segments` and the tags that devices get without anyone's asking (alloyscan.md, Segments).

use serde_json::{Value, json};

use crate::harness::{Client, Server, any, our_error, uid, windows};

const PATH: &str = "/api/v1/segments";

/// A tag: its UUID.
fn tag(client: &Client, name: &str) -> String {
    let made = client.post("/api/v1/tags", json!({"name": name, "color": "green"})).expect_status(201);
    made.json()["id"].as_str().unwrap().to_owned()
}

/// A segment of networks: its path.
fn segment(client: &Client, name: &str, ranges: &[&str], auto_tag: Option<&str>) -> String {
    let body = json!({"name": name, "type": "address-list", "ranges": ranges, "autoTagId": auto_tag});
    let made = client.post(PATH, body).expect_status(201).json();
    format!("{PATH}/{}", made["id"].as_str().unwrap())
}

/// A check-in from an address; the names of the tags that the device has after it.
fn heard(client: &Client, number: usize, address: Option<&str>) -> Vec<String> {
    let mut device = windows(&uid(number));
    device["ipAddress"] = json!(address);
    let judged = client.check_in(device);
    judged["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_segment_is_made_shown_changed_and_deleted() {
    let mut server = Server::start();
    let green = tag(&server, "green");
    let body = json!({"name": " Branch ", "type": "address-list", "ranges": ["10.2.0.0/16", "10.1.0.0/16", "10.2.0.0/16"],
        "autoTagId": green});
    let shown = |name: &str, ranges: Value, auto_tag: Value| {
        json!({"id": any(), "name": name, "type": "address-list", "ranges": ranges, "autoTagId": auto_tag,
            "deviceCount": 0, "lastScan": null})
    };
    let made = server
        .post(PATH, body)
        .expect(201, shown("Branch", json!(["10.1.0.0/16", "10.2.0.0/16"]), json!(green)));
    let path = format!("{PATH}/{}", made.json()["id"].as_str().unwrap());
    let patch = json!({"name": "branch", "ranges": ["10.3.0.0/16"], "autoTagId": null});
    let changed = shown("branch", json!(["10.3.0.0/16"]), json!(null));
    server.patch(&path, patch).expect(200, changed.clone());
    server.kill9();
    server.restart();
    server.get(&path).expect(200, changed.clone());
    server.get(PATH).expect(200, json!({"items": [changed], "total": 1}));
    server.get(&format!("{PATH}?offset=1")).expect(200, json!({"items": [], "total": 1}));
    server.delete(&path).expect_empty(204);
    server.get(&path).expect(404, our_error(&["segment"]));
    server.delete(&path).expect(404, our_error(&["segment"]));
    // What it had is free again.
    segment(&server, "Branch", &["10.3.0.0/16"], None);
}

#[test]
fn everything_that_is_wrong_with_a_segment_is_named() {
    let server = Server::start();
    let first = segment(&server, "first", &["10.0.0.0/8", "2001:db8::/32"], None);
    let good = json!({"name": "second", "type": "address-list", "ranges": ["10.1.0.0/16"]});
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body
    };
    for (body, status, named) in [
        (with("name", json!("")), 400, &["name", "empty"][..]),
        (with("name", json!("FIRST")), 409, &["\"first\"", "already exists"]),
        (with("type", json!("vlan")), 400, &["type", "address-list or domain"]),
        (
            with("ranges", json!(["10.1.0.0/16", "10.1.0.1/16", "x"])),
            400,
            &["ranges[1]", "10.1.0.0/16", "ranges[2]"],
        ),
        (with("ranges", json!(["2001:db8::/32"])), 409, &["2001:db8::/32", "\"first\""]),
        (with("ranges", json!(vec!["10.9.0.0/16"; 1001])), 400, &["ranges", "1000"]),
        (with("autoTagId", json!("green")), 400, &["autoTagId", "GET /api/v1/tags"]),
        (with("autoTagId", json!("0198502c-8a3b-8000-8000-000000000001")), 400, &["autoTagId"]),
        (with("vlan", json!(7)), 400, &["property vlan should not exist"]),
        (json!({"name": "x"}), 400, &["type is missing", "ranges is missing"]),
    ] {
        server.post(PATH, body).expect(status, our_error(named));
    }
    server.patch(&first, json!({"type": "domain"})).expect(400, our_error(&["type"]));
    server
        .patch(&first, json!({"ranges": ["corp.example"]}))
        .expect(400, our_error(&["ranges[0]", "10.1.0.0/16"]));
    assert_eq!(server.get(PATH).json()["total"], 1);
}

#[test]
fn a_new_device_gets_the_tag_of_the_narrowest_segment_once() {
    let server = Server::start();
    let (wide, narrow) = (tag(&server, "wide"), tag(&server, "narrow"));
    heard(&server, 1, Some("10.1.2.3"));
    segment(&server, "wide", &["10.0.0.0/8"], Some(&wide));
    let inner = segment(&server, "narrow", &["10.1.0.0/16"], Some(&narrow));
    // Who was there before gets nothing, nor does who moves there later.
    assert_eq!(heard(&server, 1, Some("10.1.2.3")), Vec::<String>::new());
    assert_eq!(heard(&server, 2, Some("192.0.2.1")), Vec::<String>::new());
    assert_eq!(heard(&server, 2, Some("10.1.2.9")), Vec::<String>::new());
    assert_eq!(heard(&server, 3, Some("10.1.2.4")), ["narrow"]);
    assert_eq!(heard(&server, 4, Some("10.2.2.4")), ["wide"]);
    // Who first says later where it is, is discovered then.
    assert_eq!(heard(&server, 5, None), Vec::<String>::new());
    assert_eq!(heard(&server, 5, Some("10.1.2.5")), ["narrow"]);
    // What is taken off by hand stays off.
    let device = server.check_in(windows(&uid(3)))["id"].as_str().unwrap().to_owned();
    server.delete(&format!("/api/v1/devices/{device}/tags/{narrow}")).expect_empty(204);
    assert_eq!(heard(&server, 3, Some("10.1.2.4")), Vec::<String>::new());
    // Dropping the setting, or the segment, strips nothing.
    server.patch(&inner, json!({"autoTagId": null})).expect_status(200);
    server.delete(&inner).expect_empty(204);
    assert_eq!(heard(&server, 5, Some("10.1.2.5")), ["narrow"]);
    assert_eq!(heard(&server, 6, Some("10.1.2.6")), ["wide"]);
}

#[test]
fn a_tag_that_a_segment_gives_moves_the_classification_in_the_same_commit() {
    let server = Server::start();
    server.make_classification("quarantined");
    let id = server.make_tag("guest");
    server.make_rule("guests", "quarantined", "windows", crate::harness::on_tag(id));
    let tags = server.get("/api/v1/tags").json();
    segment(&server, "guests", &["10.66.0.0/16"], tags["items"][0]["id"].as_str());
    let mut device = windows(&uid(1));
    device["ipAddress"] = json!("10.66.1.1");
    let judged = server.check_in(device);
    assert_eq!(
        (&judged["classification"], &judged["tags"][0]["name"]),
        (&json!("quarantined"), &json!("guest"))
    );
    // It carries the tag like any other: counted, and seen in the other dialect.
    assert_eq!(server.get("/api/v1/tags").json()["items"][0]["usage"], 1);
    assert_eq!(server.tags_of(&uid(1)), ["guest"]);
}

#[test]
fn a_domain_segment_has_the_devices_of_its_domain_that_are_in_no_network() {
    let server = Server::start();
    let (net, domain) = (tag(&server, "net"), tag(&server, "domain"));
    segment(&server, "net", &["10.0.0.0/8"], Some(&net));
    let body = json!({"name": "corp", "type": "domain", "ranges": ["corp.example"], "autoTagId": domain});
    server.post(PATH, body).expect_status(201);
    let judged = |number, address: &str| {
        let mut device = windows(&uid(number));
        device["ipAddress"] = json!(address);
        device["facts"] = json!({"domain": "EU.Corp.Example"});
        server.check_in(device)["tags"][0]["name"].clone()
    };
    assert_eq!((judged(1, "10.1.1.1"), judged(2, "192.0.2.1")), (json!("net"), json!("domain")));
}

#[test]
fn devices_are_counted_where_they_are_now() {
    let server = Server::start();
    let (wide, narrow) =
        (segment(&server, "wide", &["10.0.0.0/8"], None), segment(&server, "narrow", &["10.1.0.0/16"], None));
    for (number, address) in [(1, "10.1.0.1"), (2, "10.1.0.2"), (3, "10.2.0.1"), (4, "192.0.2.1")] {
        heard(&server, number, Some(address));
    }
    let counted = |path: &str| {
        let shown = server.get(path).expect_status(200).json();
        (shown["deviceCount"].as_u64().unwrap(), shown["lastScan"].is_string())
    };
    assert_eq!((counted(&wide), counted(&narrow)), ((1, true), (2, true)));
    heard(&server, 1, Some("10.3.0.1"));
    assert_eq!((counted(&wide), counted(&narrow)), ((2, true), (1, true)));
}

#[test]
fn a_backfill_tags_who_is_there_and_a_dry_run_says_the_same() {
    let server = Server::start();
    let (green, other) = (tag(&server, "green"), tag(&server, "other"));
    let path = segment(&server, "branch", &["10.1.0.0/16"], None);
    for (number, address) in [(1, "10.1.0.1"), (2, "10.1.0.2"), (3, "10.2.0.1")] {
        heard(&server, number, Some(address));
    }
    let backfill = format!("{path}/backfill");
    server.post(&backfill, json!({})).expect(400, our_error(&["autoTagId", "set it first"]));
    server.patch(&path, json!({"autoTagId": green})).expect_status(200);
    let answer = |devices: u32, dry_run: bool| json!({"tag": {"id": green, "name": "green", "color": "green"}, "devices": devices, "dryRun": dry_run});
    server.post(&format!("{backfill}?dryRun=true"), json!({})).expect(200, answer(2, true));
    assert_eq!(server.tags_of(&uid(1)), Vec::<String>::new());
    server.post(&format!("{backfill}?dryRun=maybe"), json!({})).expect(400, our_error(&["dryRun"]));
    server.post(&backfill, json!({})).expect(200, answer(2, false));
    server.post(&backfill, json!({})).expect(200, answer(0, false));
    assert_eq!([1, 2, 3].map(|number| server.tags_of(&uid(number)).len()), [1, 1, 0]);
    // Deleting the tag takes it from the segment too.
    server.delete(&format!("/api/v1/tags/{green}")).expect_empty(204);
    assert_eq!(server.get(&path).json()["autoTagId"], json!(null));
    server.patch(&path, json!({"autoTagId": other})).expect_status(200);
}

#[test]
fn the_trail_tells_who_made_a_segment_and_what_it_gave() {
    let server = Server::start();
    let green = tag(&server, "green");
    let path = segment(&server, "branch", &["10.1.0.0/16"], Some(&green));
    heard(&server, 1, Some("10.1.0.1"));
    server.delete(&path).expect_empty(204);
    let events = server.get("/api/v2/events/data/audit").expect_status(200).json();
    let names: Vec<_> = events["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["audit_log_event"].as_str().unwrap())
        .collect();
    for name in ["Create Segment", "Delete Segment", "Add Device Tags"] {
        assert!(names.contains(&name), "{names:?}");
    }
}
