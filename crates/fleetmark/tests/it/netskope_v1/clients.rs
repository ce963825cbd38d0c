//! `/api/v1/clients` (netskope-v1.md "clients").

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::harness::{Client, Server, any, any_text, next_second, on_tag, rfc3339, uid, unix_now};

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

fn userkeys_joined(machine: &Value) -> String {
    userkeys(machine).join("+")
}

fn rfc3339_millis(seconds: u64) -> String {
    rfc3339(seconds).replace('Z', ".000Z")
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
            "device_classification_custom_status": classification, "last_event": event, "user_added_time": any(), "user_source": "",
            "user_state": 0, "userkey": userkey, "username": format!("{userkey}@corp.example")})
    };
    let answer = server.get(&format!("{PATH}?op=query")).expect(
        200,
        json!({"status": "success", "msg": "", "data": [{"attributes": {
            "_id": any_text(), "device_id": any_text(), "client_install_time": any(), "client_version": "94.0.0.946",
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

/// When a machine was installed, and when each of its users was added.
fn first_seen(machine: &Value) -> (u64, Vec<(String, u64)>) {
    let attributes = &machine["attributes"];
    let users = attributes["users"].as_array().unwrap().iter();
    let added = users.map(|user| {
        (user["userkey"].as_str().unwrap().to_owned(), user["user_added_time"].as_u64().unwrap())
    });
    (attributes["client_install_time"].as_u64().unwrap(), added.collect())
}

#[test]
fn a_machine_tells_when_it_was_installed_and_when_each_of_its_users_was_added() {
    let mut server = Server::start();
    let joe = next_second();
    server.check_in(report(&uid(1), "joe"));
    let ann = next_second();
    // Whoever adds a device by hand adds its user.
    let body = json!({"name": "pc", "nsdeviceuid": uid(1), "userkey": "ann"});
    let by_hand = server.post("/api/v1/devices", body).expect_status(201).json();
    server.check_in(report(&uid(2), "eve"));
    let later = next_second();
    // What checks in again was seen before.
    server.check_in(report(&uid(1), "joe"));
    server.check_in(report(&uid(1), "ann"));
    let within = |second: u64, from: u64| (from..from + 30).contains(&second);
    let check = |server: &Server| {
        let found = found(server, "last_event.timestamp gt 0");
        let [one, two] = [first_seen(&found[0]), first_seen(&found[1])];
        assert_eq!(one.1[0], ("joe".into(), one.0), "the machine came with its first user");
        assert!(within(one.0, joe) && one.0 < ann, "{one:?}");
        assert!(one.1[1].0 == "ann" && within(one.1[1].1, ann) && one.1[1].1 < later, "{one:?}");
        assert!(two.1 == [("eve".into(), two.0)] && within(two.0, ann) && two.0 < later, "{two:?}");
        (one, two)
    };
    let told = check(&server);
    server.terminate();
    server.restart();
    assert_eq!(check(&server), told, "from its checkpoint");
    server.kill9();
    server.restart();
    assert_eq!(check(&server), told);

    // Asked for, also as of then.
    let ((installed, users), _) = told;
    let asked = |query: String| found(&server, &query).iter().map(userkeys_joined).collect::<Vec<_>>();
    assert_eq!(asked(format!("client_install_time eq {installed}")), ["joe+ann"]);
    assert_eq!(asked(format!("client_install_time gt {installed}")), ["eve"]);
    assert_eq!(asked(format!("users.user_added_time from {ann} to {later}")), ["joe+ann", "eve"]);
    assert_eq!(asked(format!("user_added_time lt {ann}")), ["joe+ann"]);
    assert_eq!(asked(format!("user_added_time gte {later}")), Vec::<String>::new());

    // The same moment where the device is shown alone.
    let id = by_hand["id"].as_str().unwrap();
    assert_eq!(by_hand["firstSeen"], rfc3339_millis(users[1].1));
    for query in [String::new(), format!("?at={later}")] {
        let shown = server.get(&format!("/api/v1/devices/{id}{query}")).expect_status(200).json();
        assert_eq!(shown["firstSeen"], by_hand["firstSeen"]);
    }
}

#[test]
fn who_comes_back_after_removal_is_seen_for_the_first_time_again() {
    let server = Server::start();
    let joe = server.check_in(report(&uid(1), "joe"));
    let second = next_second();
    server.check_in(report(&uid(1), "ann"));
    let third = next_second();
    server.delete(&format!("/api/v1/devices/{}", joe["id"].as_str().unwrap())).expect_status(204);
    server.check_in(report(&uid(1), "joe"));
    let (installed, users) = first_seen(&found(&server, "userkey eq joe")[0]);
    assert!((second..third).contains(&installed), "now it is ann's who came first");
    assert_eq!(users[0], ("ann".into(), installed));
    assert!(users[1].0 == "joe" && users[1].1 >= third, "{users:?}");
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
    let asked = |query: &str| -> Vec<String> { found(&server, query).iter().map(userkeys_joined).collect() };
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
