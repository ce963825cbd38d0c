//! `/api/v2/devices/device/tags`: the catalogue of device tags (netskope-v2.md §8).

use serde_json::json;

use crate::harness::{Server, any_id, devices_error, message, on_tag, windows};

const PATH: &str = "/api/v2/devices/device/tags";
const LAPTOP: &str = "0D5E5C2B-7A55-4B0E-9D0F-6C0B4C1D0001";
const DESKTOP: &str = "0D5E5C2B-7A55-4B0E-9D0F-6C0B4C1D0002";

fn path_of(id: u64) -> String {
    format!("{PATH}/{id}")
}

#[test]
fn a_tag_is_created() {
    let server = Server::start();
    let body = json!({"name": "Medium-Risk 2", "description": "Devices with medium risk"});
    server.post(PATH, body).expect(
        201,
        json!({"success": true, "data": {"id": any_id(), "name": "Medium-Risk 2",
            "description": "Devices with medium risk"}}),
    );
}

#[test]
fn a_taken_name_is_a_conflict_in_any_case() {
    let server = Server::start();
    server.make_tag("low risk");
    server.post(PATH, json!({"name": "LOW Risk"})).expect(409, devices_error(&["low risk"]));
    let id = server.make_tag("high risk");
    server.patch(&path_of(id), json!({"name": "Low risk"})).expect(409, devices_error(&[]));
}

#[test]
fn names_and_descriptions_have_their_form() {
    let server = Server::start();
    let longest = "x".repeat(80);
    server.post(PATH, json!({"name": longest, "description": longest})).expect_status(201);
    let too_long = "x".repeat(81);
    for text in [too_long.as_str(), "a_b", "a.b", "a,b", "naïve", "(a)", "a\tb"] {
        server.post(PATH, json!({"name": text})).expect(400, devices_error(&["name"]));
        let body = json!({"name": "good", "description": text});
        server.post(PATH, body).expect(400, devices_error(&["description"]));
    }
    server.post(PATH, json!({"name": ""})).expect(400, devices_error(&["name"]));
    let all = server.post(&format!("{PATH}/gettags"), json!({})).expect_status(200).json();
    assert_eq!(all["data"]["total_count"], 1, "a refused call changes nothing");
}

#[test]
fn unknown_members_are_named_and_so_are_missing_ones() {
    let server = Server::start();
    server.post(PATH, json!({"name": "x", "color": "red"})).expect(400, devices_error(&["color"]));
    server.post(PATH, json!({"description": "x"})).expect(400, devices_error(&["name"]));
    server.post(PATH, json!({"name": 7})).expect(400, devices_error(&["name"]));
    server.post(PATH, json!([{"name": "x"}])).expect(400, devices_error(&[]));
    let id = server.make_tag("x");
    server.patch(&path_of(id), json!({"color": "red"})).expect(400, devices_error(&["color"]));
}

#[test]
fn patch_changes_the_tag() {
    let server = Server::start();
    let made = json!({"name": "low risk", "description": "one"});
    let id = server.post(PATH, made).expect_status(201).json()["data"]["id"].as_u64().unwrap();
    let shown = |name: &str, description: &str| {
        let data = json!({"id": id, "name": name, "description": description});
        json!({"success": true, "data": data})
    };
    server.patch(&path_of(id), json!({"name": "LOW risk"})).expect(200, shown("LOW risk", "one"));
    server.patch(&path_of(id), json!({"description": "two"})).expect(200, shown("LOW risk", "two"));
}

#[test]
fn a_tag_that_devices_carry_is_deleted_only_by_force() {
    let server = Server::start();
    let id = server.make_tag("carried");
    for uid in [LAPTOP, DESKTOP] {
        server.check_in(windows(uid));
    }
    server.bulk("bulkadd", &[id], &[LAPTOP, DESKTOP]);
    server.delete(&path_of(id)).expect(400, devices_error(&["2"]));
    assert_eq!(server.tags_of(LAPTOP), ["carried"]);
    server.delete(&format!("{}?force=False", path_of(id))).expect(400, devices_error(&["2"]));
    server.delete(&format!("{}?force=maybe", path_of(id))).expect(400, devices_error(&["true or false"]));
    // As Python spells it.
    server.delete(&format!("{}?force=True", path_of(id))).expect_status(200);
    assert!(server.tags_of(LAPTOP).is_empty());
    server.delete(&path_of(id)).expect(404, devices_error(&[]));
}

#[test]
fn a_tag_that_a_rule_checks_is_not_deleted_even_by_force() {
    let server = Server::start();
    let id = server.make_tag("checked");
    server.make_classification("low risk");
    let rule = server.make_rule("on the tag", "low risk", "windows", on_tag(id));
    for path in [path_of(id), format!("{}?force=true", path_of(id))] {
        server.delete(&path).expect(400, devices_error(&["1"]));
    }
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    server.delete(&path_of(id)).expect_status(200);
}

#[test]
fn an_unknown_id_is_404() {
    let server = Server::start();
    server.patch(&path_of(999_999), json!({"name": "x"})).expect(404, devices_error(&[]));
    server.delete(&path_of(999_999)).expect(404, devices_error(&[]));
}

#[test]
fn a_tag_has_no_devices_below_it() {
    let server = Server::start();
    let id = server.make_tag("x");
    let answer = server.post(&format!("{}/devices", path_of(id)), json!({}));
    answer.expect(404, message(&["no Route matched with those values"]));
}
