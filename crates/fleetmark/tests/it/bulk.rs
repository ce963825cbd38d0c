//! `bulkadd`, `bulkremove`, `bulkreplace` (netskope-v2.md §8, seed "Things to note").

use serde_json::{Value, json};

use crate::harness::{Server, any, devices_error, says, uid, windows};

const TAGS: &str = "/api/v2/devices/device/tags";
const LAPTOP: &str = "7C0F0B8E-19A4-4A6C-8A30-2F5A6E0A0001";
const DESKTOP: &str = "7C0F0B8E-19A4-4A6C-8A30-2F5A6E0A0002";
const STRANGER: &str = "7C0F0B8E-19A4-4A6C-8A30-2F5A6E0A0003";

fn path_of(call: &str) -> String {
    format!("{TAGS}/{call}")
}

/// A server that knows both machines, each with one user, and has `count` tags named "tag 1" and so on.
fn server_with_tags(count: usize) -> (Server, Vec<u64>) {
    let server = Server::start();
    let tags = (1..=count).map(|n| server.make_tag(&format!("tag {n}"))).collect();
    for uid in [LAPTOP, DESKTOP] {
        server.check_in(windows(uid));
    }
    (server, tags)
}

fn changed(count: usize, message: &str) -> Value {
    json!({"success": true, "data": {"affected_device_tags": count,
        "affected_device_classification_tags": 0, "message": message}})
}

fn body(tags: &[u64], devices: Value) -> Value {
    json!({"tags": tags, "devices": devices, "device_classifications": []})
}

fn laptop() -> Value {
    json!([{"nsdeviceuid": LAPTOP}])
}

#[test]
fn each_call_counts_what_it_changed_and_a_repeat_changes_nothing() {
    let (server, tags) = server_with_tags(3);
    let devices = json!([{"nsdeviceuid": LAPTOP, "hostname": "any"}, {"nsdeviceuid": DESKTOP}]);
    for (call, with, counts, message) in [
        ("bulkadd", &tags[..2], [4, 0], "Tags added successfully"),
        // Off each device two, on each device one.
        ("bulkreplace", &tags[2..], [6, 0], "Tags replaced successfully"),
        ("bulkremove", &tags[1..], [2, 0], "Tags removed successfully"),
    ] {
        for count in counts {
            server.post(&path_of(call), body(with, devices.clone())).expect(200, changed(count, message));
        }
    }
    assert!(server.tags_of(LAPTOP).is_empty());
}

#[test]
fn replacing_with_no_tags_clears() {
    let (server, tags) = server_with_tags(2);
    server.bulk("bulkadd", &tags, &[LAPTOP]);
    let answer = server.post(&path_of("bulkreplace"), body(&[], laptop()));
    answer.expect(200, changed(2, "Tags replaced successfully"));
    assert!(server.tags_of(LAPTOP).is_empty());
}

#[test]
fn the_same_tag_or_device_twice_counts_once() {
    let (server, tags) = server_with_tags(1);
    let twice = json!([
        {"nsdeviceuid": LAPTOP},
        {"nsdeviceuid": LAPTOP.to_lowercase(), "userkey": "joe@corp.example"},
    ]);
    let answer = server.post(&path_of("bulkadd"), body(&[tags[0], tags[0]], twice));
    answer.expect(200, changed(1, "Tags added successfully"));
}

#[test]
fn device_classifications_may_be_absent_but_not_filled() {
    let (server, tags) = server_with_tags(1);
    let absent = json!({"tags": tags, "devices": laptop()});
    server.post(&path_of("bulkadd"), absent).expect(200, changed(1, "Tags added successfully"));
    let id = server.make_classification("low risk");
    for call in ["bulkadd", "bulkremove", "bulkreplace"] {
        let mut filled = body(&tags, laptop());
        filled["device_classifications"] = json!([id]);
        server.post(&path_of(call), filled).expect(400, devices_error(&["device_classifications"]));
    }
}

#[test]
fn an_add_that_would_pass_five_tags_is_refused_naming_each_device() {
    let (server, tags) = server_with_tags(6);
    server.bulk("bulkadd", &tags[..5], &[LAPTOP]);
    server.bulk("bulkadd", &tags[..4], &[DESKTOP]);
    let both = json!([{"nsdeviceuid": DESKTOP}, {"nsdeviceuid": LAPTOP}]);
    let refused = server.post(&path_of("bulkadd"), body(&tags[4..], both));
    refused.expect(400, devices_error(&[LAPTOP, DESKTOP, " 5 ", " 4 "]));
    let one_over = json!([{"nsdeviceuid": DESKTOP}, {"nsdeviceuid": LAPTOP}]);
    server.post(&path_of("bulkadd"), body(&tags[5..], one_over)).expect(400, devices_error(&[LAPTOP]));
    assert_eq!(server.tags_of(DESKTOP).len(), 4, "the device with room left is not changed either");
    // One that it already carries does not count again.
    server
        .post(&path_of("bulkadd"), body(&tags[..5], laptop()))
        .expect(200, changed(0, "Tags added successfully"));
}

#[test]
fn a_replace_with_more_than_five_applies_the_first_five_by_name() {
    let server = Server::start();
    server.check_in(windows(LAPTOP));
    let ids: Vec<_> = ["g", "c", "a", "f", "b", "e", "d"].iter().map(|name| server.make_tag(name)).collect();
    let answer = server.post(&path_of("bulkreplace"), body(&ids, laptop())).expect(
        200,
        json!({"success": true, "data": {"affected_device_tags": 5, "affected_device_classification_tags": 0,
            "message": says(&["Tags replaced successfully"]), "skipped_tags": [any(), any()]}}),
    );
    let mut skipped: Vec<_> = answer.json()["data"]["skipped_tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_u64().unwrap())
        .collect();
    skipped.sort_unstable();
    assert_eq!(skipped, [ids[0], ids[3]], "f and g");
    assert_eq!(server.tags_of(LAPTOP), ["a", "b", "c", "d", "e"]);
}

#[test]
fn unknown_devices_are_listed_and_not_created() {
    let (server, tags) = server_with_tags(1);
    let devices = json!([
        {"nsdeviceuid": STRANGER, "userkey": "x@corp.example"},
        {"nsdeviceuid": LAPTOP},
        {"nsdeviceuid": DESKTOP, "userkey": "joe@corp.example,nobody@corp.example", "hostname": "pc"},
    ]);
    let answer = server.post(&path_of("bulkadd"), body(&tags, devices)).expect(
        200,
        json!({"success": true, "data": {"affected_device_tags": 2, "affected_device_classification_tags": 0,
            "message": "Tags added successfully", "unknown_devices": [any(), any()]}}),
    );
    let unknown = &answer.json()["data"]["unknown_devices"];
    assert!(unknown[0].to_string().contains(STRANGER), "{answer}");
    // Of several users only those without a device there.
    let nobody = json!({"nsdeviceuid": DESKTOP, "userkey": "nobody@corp.example", "hostname": "pc"});
    assert_eq!(unknown[1], nobody, "{answer}");
    let rows = server.get("/api/v2/events/datasearch/clientstatus").expect_status(200).json();
    assert_eq!(rows["status"]["count"], 2);
}

#[test]
fn an_unknown_tag_is_named_and_nothing_is_changed() {
    let (server, tags) = server_with_tags(1);
    for call in ["bulkadd", "bulkremove", "bulkreplace"] {
        let answer = server.post(&path_of(call), body(&[tags[0], 999_999], laptop()));
        answer.expect(400, devices_error(&["999999"]));
    }
    assert!(server.tags_of(LAPTOP).is_empty());
}

#[test]
fn a_userkey_that_is_absent_empty_or_the_machine_names_every_user() {
    let (server, tags) = server_with_tags(1);
    let mut second = windows(LAPTOP);
    second["userkey"] = json!("ann@corp.example");
    server.check_in(second);
    for device in [
        json!({"nsdeviceuid": LAPTOP}),
        json!({"nsdeviceuid": LAPTOP, "userkey": ""}),
        json!({"nsdeviceuid": LAPTOP, "userkey": LAPTOP}),
        json!({"nsdeviceuid": LAPTOP, "userkey": LAPTOP.to_lowercase()}),
    ] {
        let added = server.post(&path_of("bulkadd"), body(&tags, json!([device])));
        added.expect(200, changed(2, "Tags added successfully"));
        server.bulk("bulkremove", &tags, &[LAPTOP]);
    }
    let ann = json!([{"nsdeviceuid": LAPTOP, "userkey": "ann@corp.example"}]);
    server.post(&path_of("bulkadd"), body(&tags, ann)).expect(200, changed(1, "Tags added successfully"));
}

#[test]
fn a_userkey_with_commas_names_several_users() {
    let (server, tags) = server_with_tags(1);
    for user in ["ann@corp.example", "bob@corp.example"] {
        let mut shared = windows(LAPTOP);
        shared["userkey"] = json!(user);
        server.check_in(shared);
    }
    let two = json!([{"nsdeviceuid": LAPTOP, "userkey": "ann@corp.example,bob@corp.example"}]);
    server.post(&path_of("bulkadd"), body(&tags, two)).expect(200, changed(2, "Tags added successfully"));
    let joe = json!([{"nsdeviceuid": LAPTOP, "userkey": "joe@corp.example"}]);
    server.post(&path_of("bulkadd"), body(&tags, joe)).expect(200, changed(1, "Tags added successfully"));
}

#[test]
fn a_comma_in_a_machines_id_or_an_empty_part_is_refused_naming_item_and_member() {
    let (server, tags) = server_with_tags(1);
    for (member, device) in [
        ("nsdeviceuid", json!({"nsdeviceuid": format!("{LAPTOP},{DESKTOP}")})),
        ("nsdeviceuid", json!({"nsdeviceuid": ""})),
        ("nsdeviceuid", json!({"userkey": "joe@corp.example"})),
        ("userkey", json!({"nsdeviceuid": LAPTOP, "userkey": "joe@corp.example,,ann@corp.example"})),
        ("userkey", json!({"nsdeviceuid": LAPTOP, "userkey": "joe@corp.example,"})),
        ("userkey", json!({"nsdeviceuid": LAPTOP, "userkey": ","})),
    ] {
        let devices = json!([{"nsdeviceuid": DESKTOP}, device]);
        let answer = server.post(&path_of("bulkadd"), body(&tags, devices));
        answer.expect(400, devices_error(&[&format!("devices[1].{member}")]));
    }
    assert!(server.tags_of(DESKTOP).is_empty());
}

#[test]
fn members_that_are_missing_or_of_the_wrong_type_are_named() {
    let (server, tags) = server_with_tags(1);
    for (member, body) in [
        ("devices", json!({"tags": tags})),
        ("tags", json!({"devices": laptop()})),
        ("tags", json!({"tags": ["tag 1"], "devices": laptop()})),
        ("devices", json!({"tags": tags, "devices": {"nsdeviceuid": LAPTOP}})),
    ] {
        server.post(&path_of("bulkadd"), body).expect(400, devices_error(&[member]));
    }
}

#[test]
fn a_call_names_up_to_a_thousand_devices() {
    let (server, tags) = server_with_tags(1);
    let devices = |count: usize| (0..count).map(|n| json!({"nsdeviceuid": uid(n)})).collect::<Vec<_>>();
    let answer = server.post(&path_of("bulkreplace"), body(&tags, json!(devices(1000)))).expect_status(200);
    assert_eq!(answer.json()["data"]["unknown_devices"].as_array().unwrap().len(), 1000);
    for call in ["bulkadd", "bulkremove", "bulkreplace"] {
        let answer = server.post(&path_of(call), body(&tags, json!(devices(1001))));
        answer.expect(400, devices_error(&["1000"]));
    }
}
