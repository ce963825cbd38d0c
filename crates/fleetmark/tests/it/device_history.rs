//! `/api/v1/devices/{id}/history` (DESIGN "HTTP"; decided.md "Common").

use serde_json::{Value, json};

use crate::harness::{Server, any_id, any_text, any_time, any_uuid, linux, on_tag, our_error, uid};

const NOBODY: &str = "/api/v1/devices/0198502c-8a3b-8000-8000-000000000001/history";

fn path(id: &Value) -> String {
    format!("/api/v1/devices/{}/history", id.as_str().unwrap())
}

/// An item of which the members that are not given say that nothing happened.
fn item(event: &str, members: Value) -> Value {
    let mut item = json!({"id": any_uuid(), "time": any_time(), "user": "bootstrap", "requestId": any_text(),
        "version": any_id(), "event": event, "added": null, "reports": [], "tagsAdded": [], "tagsRemoved": [],
        "expiriesChanged": [], "removed": null, "before": null, "after": null, "causes": []});
    for (name, value) in members.as_object().unwrap() {
        item[name] = value.clone();
    }
    item
}

fn outcome(status: &str, classification: Value) -> Value {
    json!({"status": status, "classification": classification, "undetermined": []})
}

fn on(name: &str) -> Value {
    json!({"id": any_uuid(), "name": name, "source": "api", "expiresAt": null})
}

/// By a call; `null` where the tag was deleted or the device removed.
fn off(name: &str, source: Value) -> Value {
    json!({"id": any_uuid(), "name": name, "source": source, "expiresAt": null})
}

fn cause(object: &str, change: &str, entity: &str) -> Value {
    json!({"object": object, "change": change, "entity": entity})
}

/// Deletes a tag, from all devices that carry it.
fn delete_tag(server: &Server, name: &str) {
    let found = server.get(&format!("/api/v1/tags?q={name}")).expect_status(200).json();
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    server.delete(&format!("/api/v1/tags/{id}")).expect_status(204);
}

/// A device's life: it comes, is tagged, says something new and something old, a rule moves it and is edited, its tags
/// are renamed and deleted, and it is removed.
#[test]
fn a_device_shows_all_that_happened_to_it_newest_first() {
    let mut server = Server::start();
    let told = server.check_in(linux(&uid(1)));
    let other = server.check_in(linux(&uid(2)));
    let (risky, spare) = (server.make_tag("risky"), server.make_tag("spare"));
    server.make_classification("high risk");
    server.bulk("bulkadd", &[risky, spare], &[&uid(1), &uid(2)]);
    let rule = server.make_rule("on risky", "high risk", "linux", on_tag(risky));
    server.bulk("bulkremove", &[risky], &[&uid(1)]);
    let mut renamed = linux(&uid(1));
    renamed["hostname"] = json!("build-8");
    renamed["facts"] = json!({"passcode": true, "processes": {"x": {"running": true, "signerName": "X"}}});
    server.check_in(renamed.clone());
    server.check_in(renamed);
    let label = json!({"name": "off-duty"});
    server.patch(&format!("/api/v2/devices/device/tags/{spare}"), label).expect_status(200);
    server.bulk("bulkadd", &[risky], &[&uid(1)]);
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    delete_tag(&server, "off-duty");
    server.delete(&format!("/api/v1/devices/{}", told["id"].as_str().unwrap())).expect_status(204);

    let not_configured = || outcome("Not Configured", json!(null));
    let (unmanaged, risk) = (|| outcome("Unmanaged", json!(null)), || outcome("Managed", json!("high risk")));
    let left = json!({"nsdeviceuid": uid(1), "userkey": "ann@corp.example", "hostname": "build-8",
        "lastSeen": any_time(), "tags": [off("risky", json!(null))]});
    let said = json!({"hostname": "build-8",
        "facts": {"passcode": true, "processes": {"x": {"running": true, "signerName": "X"}}}});
    let first = json!({"username": "ann@corp.example", "hostname": "build-7", "os": "linux", "osVersion": "12.5",
        "distribution": "Debian", "clientVersion": "135.1.10.2611"});
    let items = [
        item("Removed", json!({"removed": left, "before": not_configured()})),
        item(
            "Tagged",
            json!({"tagsRemoved": [off("off-duty", json!(null))], "causes": [cause("Tag", "Deleted", "off-duty")]}),
        ),
        item(
            "Reclassified",
            json!({"before": risk(), "after": not_configured(),
            "causes": [cause("Rule", "Deleted", "on risky")]}),
        ),
        item("Tagged", json!({"tagsAdded": [on("risky")], "before": unmanaged(), "after": risk()})),
        item("CheckedIn", json!({"reports": [said]})),
        item(
            "Tagged",
            json!({"tagsRemoved": [off("risky", json!("api"))], "before": risk(), "after": unmanaged()}),
        ),
        item(
            "Reclassified",
            json!({"before": not_configured(), "after": risk(),
            "causes": [cause("Rule", "Added", "on risky")]}),
        ),
        item("Tagged", json!({"tagsAdded": [on("risky"), on("off-duty")]})),
        item(
            "Added",
            json!({"added": {"nsdeviceuid": uid(1), "userkey": "ann@corp.example"}, "reports": [first],
            "after": not_configured()}),
        ),
    ];
    let all = json!({"items": items, "total": 9});
    server.get(&path(&told["id"])).expect(200, all.clone());
    let page = json!({"items": items[2..4], "total": 9});
    server.get(&format!("{}?limit=2&offset=2", path(&told["id"]))).expect(200, page);
    let beyond = json!({"items": [], "total": 9});
    server.get(&format!("{}?offset=9", path(&told["id"]))).expect(200, beyond);
    server.get(&path(&other["id"])).expect_status(200);

    server.terminate();
    server.restart();
    server.get(&path(&told["id"])).expect(200, all.clone());
    server.kill9();
    server.restart();
    server.get(&path(&told["id"])).expect(200, all);
}

/// More devices than are noted one by one: what is done to all of them at once stands in the history of each.
#[test]
fn what_is_done_to_a_whole_fleet_is_in_the_history_of_each_device() {
    let server = Server::start();
    let devices: Vec<Value> = (0..1500).map(|n| linux(&uid(n))).collect();
    let mut ids = Vec::new();
    for call in devices.chunks(1000) {
        let answer = server.post("/api/v1/checkins", json!({"checkins": call})).expect_status(200).json();
        ids.extend(answer["devices"].as_array().unwrap().iter().map(|device| device["id"].clone()));
    }
    server.make_tag("fleet");
    let bulk = json!({"add": [{"tagName": "fleet"}], "filter": {"q": "build"}});
    server.post("/api/v1/devices/tags/bulk", bulk).expect_status(200);
    server.make_classification("any");
    let tag = server.make_tag("never");
    server.make_rule("never", "any", "linux", on_tag(tag));
    delete_tag(&server, "fleet");

    let (before, after) = (outcome("Not Configured", json!(null)), outcome("Unmanaged", json!(null)));
    for id in [&ids[0], &ids[700], &ids[1499]] {
        let shown = server.get(&path(id)).expect_status(200).json();
        let items = shown["items"].as_array().unwrap();
        let events: Vec<_> = items.iter().map(|item| item["event"].as_str().unwrap()).collect();
        assert_eq!(events, ["Tagged", "Reclassified", "Tagged", "Added"]);
        assert_eq!(items[0]["causes"], json!([cause("Tag", "Deleted", "fleet")]));
        assert_eq!(items[1]["causes"], json!([cause("Rule", "Added", "never")]));
        assert_eq!((&items[1]["before"], &items[1]["after"]), (&before, &after));
        assert_eq!(items[2]["tagsAdded"][0]["name"], "fleet");
    }
}

#[test]
fn a_device_that_never_was_has_no_history() {
    let server = Server::start();
    server.get(NOBODY).expect(404, our_error(&["0198502c-8a3b-8000-8000-000000000001"]));
    server.get("/api/v1/devices/7/history").expect(400, our_error(&["UUID"]));
    let device = server.check_in(linux(&uid(1)));
    for (query, parts) in [("limit=0", ["limit", "1 to 1000"]), ("offset=x", ["offset", "number"])] {
        server.get(&format!("{}?{query}", path(&device["id"]))).expect(400, our_error(&parts));
    }
}

#[test]
fn a_device_of_another_site_has_no_history_here() {
    let server = Server::start();
    let device = server.check_in(linux(&uid(1)));
    let made = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let there = server.with_token(made["token"]["token"].as_str().unwrap());
    there.get(&path(&device["id"])).expect(404, our_error(&[device["id"].as_str().unwrap()]));
    server.get(&path(&device["id"])).expect_status(200);
}
