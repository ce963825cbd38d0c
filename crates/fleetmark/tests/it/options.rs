//! `GET /api/v2/deviceclassification/options` (netskope-v2.md §5).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{Server, classification_error};

const PATH: &str = "/api/v2/deviceclassification/options";
const SYSTEMS: [&str; 7] = ["windows", "mac", "linux", "android", "ios", "chromeos", "winserver"];

fn options(server: &Server, query: &str) -> Vec<Value> {
    let answer = server.get(&format!("{PATH}?{query}")).expect_status(200).json();
    answer.as_array().expect("a bare array").clone()
}

fn values<'a>(options: &'a [Value], member: &str) -> Vec<&'a str> {
    options.iter().map(|option| option[member].as_str().unwrap()).collect()
}

#[test]
fn the_type_is_asked_for_and_its_names_are_told() {
    let server = Server::start();
    let types = ["av_prod_name", "os", "os_version", "check", "disk_encryption_product"];
    for query in ["", "?type=", "?type=shoe_size", "?os=windows"] {
        server.get(&format!("{PATH}{query}")).expect(400, classification_error(400, &types));
    }
    server
        .get(&format!("{PATH}?type=os&os=beos"))
        .expect(400, classification_error(400, &["os", "windows, mac, linux"]));
}

#[test]
fn antivirus_products_begin_with_any_and_a_rule_takes_each() {
    let server = Server::start();
    server.make_classification("low risk");
    for os in ["windows", "winserver", "mac", "linux"] {
        let found = options(&server, &format!("type=av_prod_name&os={os}"));
        assert_eq!(found[0], json!({"type": "av_prod_name", "os": os, "key": "any", "value": "any"}));
        assert!(found.len() > 5);
        let check = |value: &str| json!({"av_check": {"product_name": value}});
        let checks: Vec<_> = values(&found, "value").into_iter().map(check).collect();
        server.make_rule(&format!("av on {os}"), "low risk", os, json!({ "$and": [{ "$or": checks }] }));
    }
    assert_eq!(options(&server, "type=av_prod_name&os=ios"), Vec::<Value>::new());
}

#[test]
fn a_key_is_found_without_case_on_every_operating_system() {
    let server = Server::start();
    let found = options(&server, "type=av_prod_name&key=crowdstrike%20FALCON");
    assert_eq!(values(&found, "os"), ["windows", "mac", "linux", "winserver"]);
    assert!(found.iter().all(|option| option["key"] == "CrowdStrike Falcon"));
    assert_eq!(options(&server, "type=av_prod_name&os=mac&key=crowdstrike%20FALCON").len(), 1);
    assert_eq!(options(&server, "type=av_prod_name&key=crowd").len(), 0);
}

#[test]
fn operating_systems_have_the_name_for_people_and_the_one_for_rules() {
    let server = Server::start();
    let found = options(&server, "type=os");
    assert_eq!(values(&found, "value"), SYSTEMS);
    assert_eq!(
        found[6],
        json!({"type": "os", "os": "winserver", "key": "Windows Server", "value": "winserver"})
    );
}

#[test]
fn editions_and_encryption_products_can_be_asked_for_in_rules() {
    let server = Server::start();
    server.make_classification("low risk");
    let editions = options(&server, "type=os_version&os=windows");
    assert_eq!(editions[0]["value"], "Windows All");
    let edition =
        |edition: &str| json!({"min_os_version_check": {"min_os_version": "0", "edition": edition}});
    let checks: Vec<_> = values(&editions, "value").into_iter().map(edition).collect();
    server.make_rule("editions", "low risk", "windows", json!({ "$or": checks }));
    for (os, value) in [("windows", "bitlocker"), ("mac", "filevault"), ("linux", "luks"), ("linux", "pgp")] {
        let found = options(&server, &format!("type=disk_encryption_product&os={os}"));
        assert!(values(&found, "value").contains(&value), "{os} {found:?}");
    }
}

#[test]
fn checks_come_with_the_schema_of_their_parameters() {
    let server = Server::start();
    let names = |os: &str| -> BTreeSet<String> {
        let found = options(&server, &format!("type=check&os={os}"));
        values(&found, "key").into_iter().map(str::to_owned).collect()
    };
    assert!(names("windows").contains("reg_check") && !names("mac").contains("reg_check"));
    let ios = [
        "device_not_compromised_check",
        "device_tag_check",
        "min_os_version_check",
        "passcode_required_check",
    ];
    assert_eq!(names("ios"), ios.map(str::to_owned).into());
    let found = options(&server, "type=check&os=linux&key=process_check");
    let schema = &found[0]["value"];
    assert_eq!((&schema["type"], &schema["required"]), (&json!("object"), &json!(["process"])));
    assert_eq!(schema["properties"]["process"]["type"], "string");
    assert_eq!(schema["properties"]["signerName"]["type"], "string");
}
