//! `GET /api/v2/events/datasearch/clientstatus` (netskope-v2.md §9), as far as it reads the present.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{
    Server, any, any_uuid, linux, next_millisecond, search_error, text_with, uid, unix_now, windows,
};

const PATH: &str = "/api/v2/events/datasearch/clientstatus";

fn page(rows: Value) -> Value {
    let count = rows.as_array().map_or(0, Vec::len);
    json!({"result": rows, "status": {"count": count, "execution": "SUCCESS",
        "message": "Executed Successfully", "status_code": 200}})
}

fn rows(server: &Server, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("{PATH}?{query}")).expect_status(200).json();
    let rows = answer["result"].as_array().unwrap().clone();
    assert_eq!(answer["status"]["count"], rows.len());
    rows
}

#[test]
fn an_empty_fleet_is_an_empty_page() {
    Server::start().get(PATH).expect(200, page(json!([])));
}

#[test]
fn the_whole_record_nests() {
    let server = Server::start();
    let mut device = windows(&uid(1));
    for (member, value) in [
        ("deviceMake", json!("Microsoft Corporation")),
        ("deviceModel", json!("Surface Laptop 5")),
        ("serialNumber", json!("0F00AB123")),
        ("macAddresses", json!(["00:15:5d:01:02:03"])),
        ("ipAddress", json!("10.1.2.3")),
        ("event", json!("Device Posture Change")),
    ] {
        device[member] = value;
    }
    server.check_in(device);
    server.get(PATH).expect(
        200,
        page(json!([{
            "_id": any_uuid(), "device_id": text_with(&format!("_{}", uid(1))),
            "client_version": "135.1.10.2611", "timestamp": any(), "last_event_timestamp": any(),
            "last_connected_from_private_ip": "10.1.2.3", "last_connected_from_public_ip": any(),
            "host_info": {"hostname": "nskp-w11-joe-3", "nsdeviceuid": uid(1), "os": "Windows",
                "os_version": text_with("10.0.22631"), "device_make": "Microsoft Corporation",
                "device_model": "Surface Laptop 5", "serial_number": "0F00AB123",
                "mac_addresses": ["00:15:5d:01:02:03"], "managementID": any(), "last_update_timestamp": any()},
            "user_info": {"username": "joe@corp.example", "userkey": "joe@corp.example",
                "device_classification_status": "Not Configured",
                "device_classification_custom_status": "", "device_classification_custom_status_id": null},
            "last_seen_device_event": {"actor": any(), "event": "Device Posture Change", "status": any(),
                "npa_status": any(), "timestamp": any()},
        }])),
    );
}

#[test]
fn the_classification_has_its_name_and_its_id() {
    let server = Server::start();
    let id = server.make_classification("low risk");
    let every = json!({"min_os_version": "0", "edition": "Windows All"});
    let any_version = json!({"$and": [{"min_os_version_check": every}]});
    server.make_rule("all", "low risk", "windows", any_version);
    server.check_in(windows(&uid(1)));
    let user = &server.record_of(&uid(1))["user_info"];
    assert_eq!(user["device_classification_status"], "Managed");
    assert_eq!(user["device_classification_custom_status"], "low risk");
    assert_eq!(user["device_classification_custom_status_id"], id);
}

#[test]
fn fields_give_flat_names_and_the_id() {
    let server = Server::start();
    server.check_in(windows(&uid(1)));
    let fields = "nsdeviceuid,hostname,os,os_version,client_version,device_id,user,username,userkey,\
        device_classification_status";
    let row = json!({"_id": any_uuid(), "nsdeviceuid": uid(1), "hostname": "nskp-w11-joe-3", "os": "Windows",
        "os_version": text_with("10.0.22631"), "client_version": "135.1.10.2611",
        "device_id": text_with(&format!("_{}", uid(1))), "user": "joe@corp.example",
        "username": "joe@corp.example", "userkey": "joe@corp.example",
        "device_classification_status": "Not Configured"});
    server.get(&format!("{PATH}?fields={fields}")).expect(200, page(json!([row])));
    let one = json!({"_id": any_uuid(), "hostname": "nskp-w11-joe-3"});
    server.get(&format!("{PATH}?fields=hostname")).expect(200, page(json!([one])));
}

#[test]
fn an_unknown_field_is_named() {
    let server = Server::start();
    let answer = server.get(&format!("{PATH}?fields=hostname,shoe_size"));
    answer.expect(400, search_error(400, &["shoe_size"]));
}

#[test]
fn operating_systems_are_spelled_for_people() {
    let server = Server::start();
    let systems = [
        ("windows", "Windows"),
        ("mac", "Mac"),
        ("linux", "Linux"),
        ("android", "Android"),
        ("ios", "iOS"),
        ("chromeos", "ChromeOS"),
        ("winserver", "Windows Server"),
    ];
    for (n, (os, _)) in systems.iter().enumerate() {
        let device = json!({"nsdeviceuid": uid(n), "userkey": "u", "hostname": os, "os": os, "osVersion": "12.0",
            "clientVersion": "135.1.10.2611"});
        server.check_in(device);
    }
    let shown: BTreeSet<_> = rows(&server, "fields=hostname,os")
        .iter()
        .map(|row| (row["hostname"].as_str().unwrap().to_owned(), row["os"].as_str().unwrap().to_owned()))
        .collect();
    let wanted = systems.iter().map(|(os, spelled)| ((*os).to_owned(), (*spelled).to_owned())).collect();
    assert_eq!(shown, wanted);
}

#[test]
fn a_device_has_one_row_and_a_shared_machine_one_a_user() {
    let server = Server::start();
    for _ in 0..3 {
        server.check_in(windows(&uid(1)));
    }
    let mut ann = windows(&uid(1).to_lowercase());
    ann["userkey"] = json!("ann@corp.example");
    server.check_in(ann);
    let users: BTreeSet<_> =
        rows(&server, "fields=userkey").iter().map(|row| row["userkey"].to_string()).collect();
    assert_eq!(users, [r#""ann@corp.example""#, r#""joe@corp.example""#].map(String::from).into());
    assert_eq!(rows(&server, "").len(), 2);
}

#[test]
fn the_newest_row_comes_first() {
    let server = Server::start();
    for n in [1, 2, 3, 1] {
        server.check_in(linux(&uid(n)));
        next_millisecond();
    }
    let order: Vec<_> =
        rows(&server, "fields=nsdeviceuid").iter().map(|row| row["nsdeviceuid"].clone()).collect();
    assert_eq!(order, [uid(1), uid(3), uid(2)].map(Value::from));
}

#[test]
fn pages_repeat_nothing_lose_nothing_and_end_empty() {
    let server = Server::start();
    let fleet: Vec<_> = (0..25).map(|n| linux(&uid(n))).collect();
    server.post("/api/v1/checkins", json!({"checkins": fleet})).expect_status(200);
    let all = rows(&server, "fields=nsdeviceuid");
    assert_eq!(all.len(), 25);
    let mut paged = Vec::new();
    for offset in [0, 10, 20] {
        paged.extend(rows(&server, &format!("fields=nsdeviceuid&limit=10&offset={offset}")));
    }
    assert_eq!(paged, all, "the same rows with the same ids in the same order");
    let ids: BTreeSet<_> = all.iter().map(|row| row["_id"].to_string()).collect();
    assert_eq!(ids.len(), 25);
    server.get(&format!("{PATH}?limit=10&offset=30")).expect(200, page(json!([])));
}

#[test]
fn a_limit_above_the_cap_is_clamped_not_refused() {
    let server = Server::start();
    server.check_in(linux(&uid(1)));
    assert_eq!(rows(&server, "limit=10000").len(), 1);
    assert_eq!(rows(&server, "limit=1000000").len(), 1);
    assert_eq!(rows(&server, "limit=99999999999999999999999").len(), 1);
    assert_eq!(rows(&server, "offset=99999999999999999999999").len(), 0, "past the end");
}

#[test]
fn no_more_than_ten_thousand_rows_make_a_page() {
    let server = Server::start();
    for first in (0..10_500).step_by(1000) {
        let last = (first + 1000).min(10_500);
        let fleet: Vec<_> = (first..last).map(|n| linux(&uid(n))).collect();
        server.post("/api/v1/checkins", json!({"checkins": fleet})).expect_status(200);
    }
    assert_eq!(rows(&server, "fields=nsdeviceuid").len(), 10_000, "the default");
    assert_eq!(rows(&server, "fields=nsdeviceuid&limit=20000").len(), 10_000, "clamped");
    assert_eq!(rows(&server, "fields=nsdeviceuid&offset=10000").len(), 500, "the rest");
}

#[test]
fn a_window_shows_what_was_reported_inside_it() {
    let server = Server::start();
    server.check_in(linux(&uid(1)));
    let now = unix_now();
    // A client asks for the time up to this second, and has what was reported in it.
    assert_eq!(rows(&server, &format!("starttime={}&endtime={now}", now - 86_400)).len(), 1);
    assert_eq!(rows(&server, &format!("starttime={}", now - 86_400)).len(), 1);
    assert_eq!(rows(&server, &format!("endtime={}", now + 3600)).len(), 1);
    assert_eq!(rows(&server, &format!("starttime={}&endtime={}", now + 3600, now + 7200)).len(), 0);
    assert_eq!(rows(&server, "starttime=0&endtime=1000").len(), 0);
}

#[test]
fn numbers_that_are_none_are_named() {
    let server = Server::start();
    for name in ["starttime", "endtime", "limit", "offset"] {
        let answer = server.get(&format!("{PATH}?{name}=soon"));
        answer.expect(400, search_error(400, &[&format!("syntax error: {name} ")]));
    }
    for query in ["orderbys=os%20sideways", "groupbys=shoe_size", "fields=shoe_size"] {
        let name = query.split('=').next().unwrap();
        let answer = server.get(&format!("{PATH}?{query}"));
        answer.expect(400, search_error(400, &[&format!("syntax error: {name}: ")]));
    }
}
