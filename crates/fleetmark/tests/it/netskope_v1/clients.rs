//! `/api/v1/clients` (netskope-v1.md "clients").

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::{Client, Server, any, any_text, on_tag, uid, unix_now};

const PATH: &str = "/api/v1/clients";

fn report(nsdeviceuid: &str, userkey: &str) -> Value {
    json!({"nsdeviceuid": nsdeviceuid, "userkey": userkey, "username": format!("{userkey}@corp.example"),
        "hostname": format!("pc-{userkey}"), "os": "windows", "osVersion": "10.0.19045",
        "clientVersion": "94.0.0.946", "deviceMake": "VMware, Inc.", "deviceModel": "VMware7,1",
        "serialNumber": "S-7", "macAddresses": ["00:50:56:aa:bb:cc"], "event": "Device Posture Change"})
}

fn found(client: &Client, query: &str) -> Vec<Value> {
    let path = format!("{PATH}?op=query&query={}", query.replace(' ', "%20").replace('\'', "%27"));
    client.get(&path).expect_status(200).json()["data"].as_array().unwrap().clone()
}

fn userkeys(machine: &Value) -> Vec<&str> {
    let users = machine["attributes"]["users"].as_array().unwrap();
    users.iter().map(|user| user["userkey"].as_str().unwrap()).collect()
}

#[test]
fn a_machine_is_shown_with_all_its_users() {
    let server = Server::start();
    let before = unix_now();
    server.make_classification("low risk");
    let tag = server.make_tag("checked");
    server.make_rule("on the tag", "low risk", "windows", on_tag(tag));
    server.check_in(report(&uid(1), "joe"));
    server.check_in(report(&uid(1), "ann"));
    let body = json!({"tags": [tag], "devices": [{"nsdeviceuid": uid(1), "userkey": "ann"}]});
    server.post("/api/v2/devices/device/tags/bulkadd", body).expect_status(200);
    let event = json!({"actor": "", "event": "Device Posture Change", "npa_status": "", "status": "",
        "timestamp": any()});
    let user = |userkey: &str, status: &str, classification: &str| {
        json!({"_id": any_text(), "device_classification_status": status,
            "device_classification_custom_status": classification, "last_event": event, "user_source": "",
            "user_state": 0, "userkey": userkey, "username": format!("{userkey}@corp.example")})
    };
    let answer = server.get(&format!("{PATH}?op=query")).expect(
        200,
        json!({"status": "success", "msg": "", "data": [{"attributes": {
            "_id": any_text(), "device_id": any_text(), "client_version": "94.0.0.946",
            "host_info": {"device_make": "VMware, Inc.", "device_model": "VMware7,1", "hostname": "pc-ann",
                "managementID": "", "nsdeviceuid": uid(1), "os": "Windows", "os_version": "10.0.19045",
                "serialNumber": "S-7", "macAddresses": ["00:50:56:aa:bb:cc"],
                "last_hostinfo_update_timestamp": any_text()},
            "last_event": event,
            "users": [user("joe", "Unmanaged", ""), user("ann", "Managed", "low risk")],
        }}]}),
    );
    let machine = answer.json()["data"][0]["attributes"].clone();
    assert_eq!(machine["_id"], machine["device_id"]);
    assert!(machine["_id"].as_str().unwrap().ends_with(&format!("_{}", uid(1))));
    assert!(machine["last_event"]["timestamp"].as_u64().unwrap() >= before);
    let ids: HashSet<_> =
        machine["users"].as_array().unwrap().iter().map(|user| user["_id"].to_string()).collect();
    assert_eq!(ids.len(), 2);
    for id in ids {
        assert!(
            id.trim_matches('"').len() == 24
                && id.trim_matches('"').bytes().all(|byte| byte.is_ascii_hexdigit())
        );
    }
    // The same prefix as in the other dialect.
    let there = server.record_of(&uid(1));
    assert_eq!(there["device_id"], machine["device_id"]);
}

#[test]
fn a_query_asks_by_dotted_names_and_by_numbers_that_stand_for_words() {
    let server = Server::start_unpaced();
    server.make_classification("low risk");
    let tag = server.make_tag("checked");
    server.make_rule("on the tag", "low risk", "windows", on_tag(tag));
    server.check_in(report(&uid(1), "joe"));
    server.check_in(report(&uid(1), "ann"));
    let mut mac = report(&uid(2), "eve");
    mac["os"] = json!("mac");
    server.check_in(mac);
    let body = json!({"tags": [tag], "devices": [{"nsdeviceuid": uid(1), "userkey": "ann"}]});
    server.post("/api/v2/devices/device/tags/bulkadd", body).expect_status(200);
    let asked = |query: &str| -> Vec<String> {
        found(&server, query).iter().map(|machine| userkeys(machine).join("+")).collect()
    };
    assert_eq!(asked("users.userkey eq 'ann'"), ["joe+ann"]);
    assert_eq!(asked("host_info.os eq 1"), ["eve"]);
    assert_eq!(asked("host_info.os eq Mac"), ["eve"]);
    assert_eq!(asked("users.device_classification_status eq 0"), ["joe+ann"]);
    assert_eq!(asked("device_classification_status in [1, 2] and os eq 0"), ["joe+ann"]);
    assert_eq!(asked("users.device_classification_custom_status eq 'low risk'"), ["joe+ann"]);
    assert_eq!(asked("host_info.hostname like PC-E"), ["eve"]);
    assert_eq!(asked(&format!("host_info.nsdeviceuid eq '{}'", uid(2).to_lowercase())), ["eve"]);
    assert_eq!(asked("last_event.timestamp gt 1"), ["joe+ann", "eve"]);
    assert_eq!(asked("last_event.timestamp lt 1"), Vec::<String>::new());
}

#[test]
fn paging_five_hundred_by_five_hundred_ends_with_exactly_all_machines_while_they_check_in() {
    const MACHINES: usize = 10_000;
    let server = Server::start_unpaced();
    for first in (0..MACHINES).step_by(1000) {
        let reports: Vec<_> = (first..first + 1000).map(|n| report(&uid(n), "joe")).collect();
        server.post("/api/v1/checkins", json!({"checkins": reports})).expect_status(200);
    }
    let mut seen = Vec::new();
    for skip in (0..).step_by(500) {
        let page = server.get(&format!("{PATH}?op=query&limit=500&skip={skip}")).expect_status(200).json();
        let page = page["data"].as_array().unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(
            page.iter().map(|one| one["attributes"]["host_info"]["nsdeviceuid"].as_str().unwrap().to_owned()),
        );
        // Known ones come again, and new ones come first.
        let known = (0..50).map(|n| report(&uid((skip * 7 + n * 131) % MACHINES), "joe"));
        let new = (0..10).map(|n| report(&uid(MACHINES + skip + n), "joe"));
        let reports: Vec<_> = known.chain(new).collect();
        server.post("/api/v1/checkins", json!({"checkins": reports})).expect_status(200);
    }
    let known: HashSet<_> = (0..MACHINES).map(uid).collect();
    assert_eq!(seen.len(), MACHINES);
    assert_eq!(seen.into_iter().collect::<HashSet<_>>(), known);
}

#[test]
fn a_machine_that_is_removed_is_shown_no_more() {
    let server = Server::start();
    let device = server.check_in(report(&uid(1), "joe"));
    server.check_in(report(&uid(1), "ann"));
    server.delete(&format!("/api/v1/devices/{}", device["id"].as_str().unwrap())).expect_status(204);
    assert_eq!(found(&server, "userkey like ''").iter().map(userkeys).collect::<Vec<_>>(), [["ann"]]);
}
