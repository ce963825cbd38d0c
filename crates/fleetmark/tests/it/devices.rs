//! `/api/v1/devices` (alloyscan.md "Devices").

use serde_json::{Value, json};

use crate::harness::{
    Server, any_time, any_uuid, linux, next_millisecond, our_error, uid, unix_now, windows,
};

const PATH: &str = "/api/v1/devices";
const NOBODY: &str = "/api/v1/devices/0198502c-8a3b-8000-8000-000000000001";

/// A Linux machine of that name and number.
fn named(n: usize, hostname: &str) -> Value {
    let mut device = linux(&uid(n));
    device["hostname"] = json!(hostname);
    device
}

/// The names on a page, and the total.
#[track_caller]
fn names(server: &Server, query: &str) -> (Vec<String>, u64) {
    let body = server.get(&format!("{PATH}{query}")).expect_status(200).json();
    let names =
        body["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned());
    (names.collect(), body["total"].as_u64().unwrap())
}

#[test]
fn a_device_is_listed_with_what_it_said() {
    let server = Server::start();
    let tag = server.make_tag("lab");
    let mut device = windows(&uid(1));
    device["hostname"] = json!("pc-1.corp.example");
    device["macAddresses"] = json!(["00:00:5e:00:53:01", "00:00:5e:00:53:02"]);
    device["ipAddress"] = json!("10.1.2.3");
    device["serialNumber"] = json!("SN1");
    let told = server.check_in(device);
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let listed = json!({"id": told["id"], "name": "pc-1.corp.example", "dnsName": "pc-1.corp.example",
        "macAddress": "00:00:5e:00:53:01", "ipAddress": "10.1.2.3", "serialNumber": "SN1", "assetTag": null,
        "type": "Windows", "lastSeen": any_time(),
        "tags": [{"id": any_uuid(), "name": "lab", "color": "gray"}]});
    server.get(PATH).expect(200, json!({"items": [listed], "total": 1}));
}

#[test]
fn a_device_that_said_nothing_is_listed_by_its_uid() {
    let server = Server::start();
    server.check_in(json!({"nsdeviceuid": uid(1)}));
    let listed = json!({"id": any_uuid(), "name": uid(1), "dnsName": null, "macAddress": null,
        "ipAddress": null, "serialNumber": null, "assetTag": null, "type": null, "lastSeen": any_time(), "tags": []});
    server.get(PATH).expect(200, json!({"items": [listed], "total": 1}));
}

#[test]
fn a_device_alone_shows_its_facts_with_their_age() {
    let server = Server::start();
    server.make_classification("low risk");
    let tag = server.make_tag("fine");
    server.make_rule("fine devices", "low risk", "linux", crate::harness::on_tag(tag));
    let mut device = named(1, "build-7");
    let facts = json!({"domain": "", "antivirus": [{"product": "Guard", "upToDate": true}],
        "processes": {"sshd": true, "x": {"running": true, "signerName": "Corp"}},
        "files": {"/etc/x": {"present": true, "sha256": "0".repeat(64)}, "/etc/y": {"present": false}},
        "diskEncryption": [], "certificates": [{"store": "user", "issuer": "CN=Corp"}], "passcode": false});
    device["facts"] = facts.clone();
    let told = server.check_in(device);
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let shown = |member: &str| json!({"value": facts[member], "reportedAt": any_time()});
    let os = json!({"os": "linux", "osVersion": "12.5", "edition": null, "distribution": "Debian"});
    server.get(&format!("{PATH}/{}", told["id"].as_str().unwrap())).expect(
        200,
        json!({"id": told["id"], "name": "build-7", "dnsName": null, "macAddress": null, "ipAddress": null,
            "serialNumber": null, "assetTag": null, "type": "Linux", "lastSeen": any_time(),
            "firstSeen": any_time(), "tags": [{"id": any_uuid(), "name": "fine", "color": "gray"}],
            "assignments": [{"tagId": any_uuid(), "source": "api", "author": "bootstrap",
                "assignedAt": any_time(), "expiresAt": null}],
            "auditId": null, "auditDate": any_time(), "auditSource": "Agent",
            "nsdeviceuid": uid(1), "userkey": "ann@corp.example", "username": "ann@corp.example",
            "macAddresses": [], "clientVersion": "135.1.10.2611", "deviceMake": null, "deviceModel": null,
            "os": "linux", "osVersion": "12.5",
            "status": "Managed", "classification": "low risk", "undetermined": [],
            "facts": {"os": {"value": os, "reportedAt": any_time()}, "domain": shown("domain"),
                "antivirus": shown("antivirus"), "processes": shown("processes"), "files": shown("files"),
                "registry": null, "diskEncryption": shown("diskEncryption"),
                "certificates": shown("certificates"), "passcode": shown("passcode"), "compromised": null,
                "storageEncrypted": null, "mdm": null}}),
    );
}

#[test]
fn devices_come_by_name_and_in_pages() {
    let server = Server::start();
    for (n, name) in ["pc-b", "PC-A", "pc-c"].iter().enumerate() {
        server.check_in(named(n, name));
    }
    let all = |names: &[&str], total| (names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>(), total);
    assert_eq!(names(&server, ""), all(&["PC-A", "pc-b", "pc-c"], 3));
    assert_eq!(names(&server, "?limit=1"), all(&["PC-A"], 3));
    assert_eq!(names(&server, "?limit=1000&offset=1"), all(&["pc-b", "pc-c"], 3));
    assert_eq!(names(&server, "?offset=3"), all(&[], 3));
    assert_eq!(names(&server, "?offset=99999999999999999999"), all(&[], 3));
    assert_eq!(names(&server, "?q=C-A"), all(&["PC-A"], 1));
    assert_eq!(names(&server, &format!("?q={}", uid(2).to_lowercase())), all(&["pc-c"], 1));
    assert_eq!(names(&server, "?q=ANN@&limit=2&offset=2"), all(&["pc-c"], 3));
    assert_eq!(names(&server, "?q=nothing"), all(&[], 0));
    for query in ["?limit=0", "?limit=1001", "?limit=x", "?limit=-1"] {
        server.get(&format!("{PATH}{query}")).expect(400, our_error(&["limit"]));
    }
    server.get(&format!("{PATH}?offset=-1")).expect(400, our_error(&["offset"]));
}

#[test]
fn an_id_that_nothing_has_is_404_and_one_that_is_none_is_400() {
    let server = Server::start();
    server.check_in(linux(&uid(1)));
    server.get(NOBODY).expect(404, our_error(&["device 0198502c-8a3b-8000-8000-000000000001"]));
    server.delete(NOBODY).expect(404, our_error(&["device"]));
    for id in ["7", "x", &uid(1)[1..], "0198502c8a3b80008000000000000001", "%FF", "%00"] {
        server.get(&format!("{PATH}/{id}")).expect(400, our_error(&["UUID"]));
        server.delete(&format!("{PATH}/{id}")).expect(400, our_error(&["UUID"]));
    }
    // The tag's own UUID names no device.
    let tag = server.make_tag("lab");
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let listed = server.get(PATH).expect_status(200).json();
    let tag = listed["items"][0]["tags"][0]["id"].as_str().unwrap();
    server.get(&format!("{PATH}/{tag}")).expect(404, our_error(&["device"]));
}

#[test]
fn a_removed_device_is_gone_everywhere_and_comes_back_as_another() {
    let mut server = Server::start();
    let tag = server.make_tag("lab");
    let (first, other) = (server.check_in(linux(&uid(1))), server.check_in(windows(&uid(2))));
    server.bulk("bulkadd", &[tag], &[&uid(1), &uid(2)]);
    let path = format!("{PATH}/{}", first["id"].as_str().unwrap());
    let removed = server.delete(&path).expect_empty(204);
    assert!(removed.header("Fleetmark-Version").is_some(), "{removed}");

    let gone = |server: &Server| {
        server.get(&path).expect(404, our_error(&["device"]));
        server.delete(&path).expect(404, our_error(&["device"]));
        assert_eq!(names(server, "").1, 1);
        assert_eq!(server.bulk("bulkadd", &[tag], &[&uid(1)]), 0, "it is an unknown device");
        let rows = server.get("/api/v2/events/datasearch/clientstatus").expect_status(200).json();
        assert_eq!(rows["result"].as_array().unwrap().len(), 1);
        let body = json!({"name": "lab"});
        let tags = server.post("/api/v2/devices/device/tags/gettags", body).expect_status(200).json();
        assert_eq!(tags["data"]["data"][0]["device_count"], 1);
    };
    gone(&server);
    server.kill9();
    server.restart();
    gone(&server);

    let back = server.check_in(linux(&uid(1)));
    assert_ne!(back["id"], first["id"]);
    assert_eq!(back["tags"], json!([]));
    server.get(&path).expect(404, our_error(&["device"]));
    server.get(&format!("{PATH}/{}", other["id"].as_str().unwrap())).expect_status(200);
}

#[test]
fn a_moment_is_of_the_past_and_of_one_of_two_forms() {
    let server = Server::start();
    let told = server.check_in(linux(&uid(1)));
    let id = told["id"].as_str().unwrap();
    let future = unix_now() + 3600;
    for path in [PATH.to_owned(), format!("{PATH}/{id}")] {
        for (at, named) in [
            ("tomorrow".to_owned(), "at"),
            ("-5".to_owned(), "at"),
            ("1.5".to_owned(), "at"),
            ("2026-01-31T00:00:00+02:00".to_owned(), "%2B"),
            (future.to_string(), "future"),
            ("9999-01-01T00:00:00Z".to_owned(), "future"),
        ] {
            server.get(&format!("{path}?at={at}")).expect(400, our_error(&["at", named]));
        }
        server.get(&format!("{path}?at=")).expect_status(200);
    }
}

#[test]
fn devices_are_shown_as_of_any_moment() {
    let mut server = Server::start();
    let tag = server.make_tag("lab");
    let told = server.check_in(linux(&uid(1)));
    let path = format!("{PATH}/{}", told["id"].as_str().unwrap());
    let seen = server.get(&path).expect_status(200).json()["lastSeen"].as_str().unwrap().to_owned();
    next_millisecond();
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    server.check_in(windows(&uid(2)));
    let tagged = server.get(&path).expect_status(200).json();
    next_millisecond();
    server.delete(&path).expect_empty(204);

    let shown = |server: &Server| {
        assert_eq!(names(server, ""), (vec!["nskp-w11-joe-3".to_owned()], 1));
        assert_eq!(names(server, &format!("?at={seen}")), (vec!["build-7".to_owned()], 1));
        let then = server.get(&format!("{path}?at={seen}")).expect_status(200).json();
        assert_eq!((&then["name"], &then["tags"]), (&json!("build-7"), &json!([])));
        assert_eq!(tagged["tags"][0]["name"], "lab");
        // Before the site was founded there was nothing.
        assert_eq!(names(server, "?at=1"), (vec![], 0));
        server.get(&format!("{path}?at=2020-01-31T00:00:00Z")).expect(404, our_error(&["device"]));
    };
    shown(&server);
    server.kill9();
    server.restart();
    shown(&server);
}
