//! `POST /api/v1/devices` (alloyscan.md "Devices"; ours): devices that are added by hand.

use serde_json::{Value, json};

use crate::harness::{Server, on_tag, our_error, uid, windows};

const PATH: &str = "/api/v1/devices";

#[test]
fn a_device_that_is_added_is_there_until_its_agent_reports_for_it() {
    let mut server = Server::start();
    let body = json!({"name": "printer-3.corp.example", "macAddress": "00:00:5e:00:53:01", "ipAddress": "10.1.2.3",
        "serialNumber": "S-1", "type": "windows", "nsdeviceuid": uid(1), "userkey": "joe@corp.example"});
    let added = server.post(PATH, body.clone()).expect_status(201);
    let device = added.json();
    let path = format!("{PATH}/{}", device["id"].as_str().unwrap());
    let added = added.expect_header("Location", &path);
    assert!(added.header("Fleetmark-Version").is_some(), "{added}");
    for (member, value) in [
        ("name", json!("printer-3.corp.example")),
        ("dnsName", json!("printer-3.corp.example")),
        ("macAddress", json!("00:00:5e:00:53:01")),
        ("ipAddress", json!("10.1.2.3")),
        ("serialNumber", json!("S-1")),
        ("type", json!("Windows")),
        ("assetTag", json!(null)),
        ("lastSeen", json!(null)),
        ("auditDate", json!(null)),
        ("auditSource", json!("Manual")),
        ("nsdeviceuid", json!(uid(1))),
        ("userkey", json!("joe@corp.example")),
        ("status", json!("Not Configured")),
    ] {
        assert_eq!(device[member], value, "{member}");
    }
    server.kill9();
    server.restart();
    server.get(&path).expect(200, device.clone());
    assert_eq!(server.get(&format!("{PATH}?q=10.1.2&seenBefore=4102444800")).json()["total"], 1);
    assert_eq!(server.get(&format!("{PATH}?seenAfter=0")).json()["total"], 0);
    server.post(PATH, body).expect(409, our_error(&[&uid(1), "already"]));

    // Its agent comes: that is this device, with what was known of it.
    let tag = server.make_tag("lab");
    server.make_classification("low risk");
    server.make_rule("low", "low risk", "windows", on_tag(tag));
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let told = server.check_in(windows(&uid(1)));
    assert_eq!((&told["id"], &told["classification"]), (&device["id"], &json!("low risk")));
    let shown = server.get(&path).expect_status(200).json();
    assert_eq!((&shown["auditSource"], &shown["serialNumber"]), (&json!("Agent"), &json!("S-1")));
    server.delete(&path).expect_status(204);
}

#[test]
fn a_name_is_enough() {
    let server = Server::start();
    let add = |body: Value| server.post(PATH, body).expect_status(201).json();
    let (one, other) = (add(json!({"name": "a"})), add(json!({"name": "a"})));
    assert_ne!(one["nsdeviceuid"], other["nsdeviceuid"]);
    assert_eq!(
        (&one["userkey"], &one["type"], &one["status"]),
        (&json!(""), &json!(null), &json!("Unknown"))
    );
    let device = json!({"nsdeviceuid": one["nsdeviceuid"], "hostname": "b"});
    assert_eq!(server.check_in(device)["id"], one["id"]);
    for (body, named) in [
        (json!({}), "name"),
        (json!({"name": ""}), "name"),
        (json!({"name": "a", "ipAddress": "10.1.2"}), "ipAddress"),
        (json!({"name": "a", "type": "Printer"}), "type"),
        (json!({"name": "a", "nsdeviceuid": "a,b"}), "nsdeviceuid"),
        (json!({"name": "a", "userkey": "a,b"}), "userkey"),
        (json!({"name": "a", "serialNumber": ""}), "serialNumber"),
        (json!({"name": "a", "macAddress": 7}), "macAddress"),
        (json!({"name": "a", "assetTag": "7"}), "assetTag"),
    ] {
        server.post(PATH, body).expect(400, our_error(&[named]));
    }
}

#[test]
fn who_is_added_by_hand_is_discovered_by_its_first_check_in() {
    let server = Server::start();
    let tag = server.post("/api/v1/tags", json!({"name": "Lab", "color": "teal"})).expect_status(201).json();
    let body =
        json!({"name": "lab", "type": "address-list", "ranges": ["10.1.0.0/16"], "autoTagId": tag["id"]});
    server.post("/api/v1/segments", body).expect_status(201);
    let body = json!({"name": "a", "nsdeviceuid": uid(1), "ipAddress": "10.1.2.3"});
    assert_eq!(server.post(PATH, body).expect_status(201).json()["tags"], json!([]));
    let told = server.check_in(json!({"nsdeviceuid": uid(1), "ipAddress": "10.1.2.3"}));
    assert_eq!(told["tags"][0]["name"], "Lab");
}
