//! How a device gets its classification (netskope-v2.md §7), seen through the API.

use serde_json::{Value, json};

use crate::harness::{Server, linux, on_tag, uid, windows};

fn process(name: &str) -> Value {
    json!({"$and": [{"process_check": {"process": name}}]})
}

/// A Windows device that reports on these processes; what it is told.
fn report(server: &Server, processes: Value) -> Value {
    let mut device = windows(&uid(1));
    device["facts"] = json!({"processes": processes});
    server.check_in(device)
}

#[test]
fn the_status_says_whether_rules_exist_and_one_matched() {
    let server = Server::start();
    let told = server.check_in(windows(&uid(1)));
    assert_eq!((&told["status"], &told["classification"]), (&json!("Not Configured"), &json!(null)));
    server.make_classification("low risk");
    assert_eq!(
        server.status_of(&uid(1)).0,
        "Not Configured",
        "a classification without a rule decides nothing"
    );
    let tag = server.make_tag("fine");
    server.make_rule("rule", "low risk", "windows", on_tag(tag));
    assert_eq!(server.status_of(&uid(1)), ("Unmanaged".into(), String::new()));
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    assert_eq!(server.status_of(&uid(1)), ("Managed".into(), "low risk".into()));
    // The rule is for Windows alone.
    server.check_in(linux(&uid(2)));
    server.bulk("bulkadd", &[tag], &[&uid(2)]);
    assert_eq!(server.status_of(&uid(2)).0, "Not Configured");
}

#[test]
fn a_device_that_reported_nothing_but_its_id_is_unknown() {
    let server = Server::start();
    let told = server.check_in(json!({"nsdeviceuid": uid(1)}));
    assert_eq!((&told["status"], &told["classification"]), (&json!("Unknown"), &json!(null)));
    server.make_classification("low risk");
    server.make_rule("rule", "low risk", "windows", process("a.exe"));
    assert_eq!(server.status_of(&uid(1)), ("Unknown".into(), String::new()));
}

#[test]
fn the_strongest_priority_that_matches_wins() {
    let server = Server::start();
    let ids: Vec<_> = ["high", "medium", "low"].iter().map(|name| server.make_classification(name)).collect();
    for (name, process_name) in [("high", "h.exe"), ("medium", "m.exe"), ("low", "l.exe")] {
        server.make_rule(name, name, "windows", process(process_name));
    }
    let told = report(&server, json!({"h.exe": false, "m.exe": true, "l.exe": true}));
    assert_eq!(told["classification"], "medium");
    let path = format!("/api/v2/deviceclassification/tags/{}", ids[2]);
    server.patch(&path, json!({"priority": 1})).expect_status(200);
    assert_eq!(server.status_of(&uid(1)).1, "low", "a priority moves devices in the same commit");
}

#[test]
fn any_rule_of_a_classification_suffices() {
    let server = Server::start();
    server.make_classification("low risk");
    server.make_rule("first", "low risk", "windows", process("a.exe"));
    server.make_rule("second", "low risk", "windows", process("b.exe"));
    assert_eq!(report(&server, json!({"a.exe": false, "b.exe": true}))["classification"], "low risk");
    assert_eq!(report(&server, json!({"a.exe": true, "b.exe": false}))["classification"], "low risk");
    assert_eq!(report(&server, json!({"a.exe": false, "b.exe": false}))["status"], "Unmanaged");
}

#[test]
fn a_device_may_answer_all_that_the_rules_of_its_system_ask() {
    let server = Server::start();
    server.make_classification("low risk");
    let rules: Vec<_> = (0..300)
        .map(|n| {
            json!({"name": format!("rule {n}"), "label": "low risk", "os": "linux",
                "conditions": process(&format!("p{n}"))})
        })
        .collect();
    server.post("/api/v2/deviceclassification/rules", json!(rules)).expect_empty(201);
    let told = server.check_in(linux(&uid(1)));
    let asked = told["probes"]["processes"].as_array().unwrap();
    assert_eq!((asked.len(), &told["undetermined"]), (300, &json!(["low risk"])));
    let answers = |runs: &str| -> Value {
        let members = asked.iter().map(|name| (name.as_str().unwrap().to_owned(), json!(name == runs)));
        members.collect::<serde_json::Map<_, _>>().into()
    };
    for (runs, status) in [("p299", "Managed"), ("none of them", "Unmanaged")] {
        let mut device = linux(&uid(1));
        device["facts"] = json!({ "processes": answers(runs) });
        let told = server.check_in(device);
        assert_eq!((&told["status"], &told["undetermined"]), (&json!(status), &json!([])));
    }
}

#[test]
fn registry_data_compares_without_case() {
    let server = Server::start();
    server.make_classification("low risk");
    let value = |data: &str| {
        json!({"rootKey": "HKLM", "key": "SOFTWARE\\Corp", "value": "Mode",
            "type": "REG_SZ", "data": data})
    };
    server.make_rule("rule", "low risk", "windows", json!({"$and": [{"reg_check": value("Abc")}]}));
    for (data, status) in [("abc", "Managed"), ("Abcd", "Unmanaged")] {
        let mut device = windows(&uid(1));
        device["facts"] = json!({"registry": [value(data)]});
        assert_eq!(server.check_in(device)["status"], status);
    }
}

#[test]
fn what_was_not_reported_is_undetermined_and_not_a_no() {
    let server = Server::start();
    for name in ["high", "low"] {
        server.make_classification(name);
    }
    server.make_rule("high", "high", "windows", process("h.exe"));
    server.make_rule("low", "low", "windows", process("l.exe"));
    let told = report(&server, json!({"l.exe": true}));
    assert_eq!((&told["classification"], &told["undetermined"]), (&json!("low"), &json!(["high"])));
    let told = report(&server, json!({"h.exe": false}));
    assert_eq!((&told["status"], &told["undetermined"]), (&json!("Unmanaged"), &json!(["low"])));
    // Weaker ones than the one that matched are of no interest.
    let told = report(&server, json!({"h.exe": true}));
    assert_eq!((&told["classification"], &told["undetermined"]), (&json!("high"), &json!([])));
}

#[test]
fn a_check_that_nobody_knows_is_unknown() {
    let server = Server::start();
    server.make_classification("low risk");
    let foreign = json!({"$or": [{"opswat_check": {"score": 7}}, {"process_check": {"process": "a.exe"}}]});
    server.make_rule("rule", "low risk", "windows", foreign);
    let told = report(&server, json!({"a.exe": false}));
    assert_eq!((&told["status"], &told["undetermined"]), (&json!("Unmanaged"), &json!(["low risk"])));
    // Unknown or pass is pass.
    assert_eq!(report(&server, json!({"a.exe": true}))["classification"], "low risk");
}

#[test]
fn a_rule_moves_devices_in_the_commit_that_makes_changes_or_deletes_it() {
    let server = Server::start();
    server.make_classification("low risk");
    let tag = server.make_tag("fine");
    server.check_in(windows(&uid(1)));
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let rule = server.make_rule("rule", "low risk", "windows", on_tag(tag));
    assert_eq!(server.status_of(&uid(1)), ("Managed".into(), "low risk".into()));
    let path = format!("/api/v2/deviceclassification/rules/{rule}");
    let other = json!({"name": "rule", "label": "low risk", "os": "windows", "conditions": process("a.exe")});
    server.put(&path, other).expect_empty(200);
    assert_eq!(server.status_of(&uid(1)), ("Unmanaged".into(), String::new()));
    server.delete(&path).expect_status(200);
    assert_eq!(server.status_of(&uid(1)), ("Not Configured".into(), String::new()));
}

#[test]
fn editions_and_versions_compare_as_the_guide_uses_them() {
    let server = Server::start();
    let conditions = |version: &str, edition: &str| {
        let check = json!({"min_os_version": version, "edition": edition});
        json!({"$and": [{"min_os_version_check": check}]})
    };
    for (n, (version, edition, matches)) in [
        ("0", "Windows All", true),
        ("10.0.22631", "Windows All", true),
        ("10.0.9999.99", "Windows All", true),
        ("10.0.22631.1", "Windows All", false),
        ("0", "Windows 11 All", true),
        ("0", "Windows 11", true),
        ("0", "Windows 10", false),
        ("0", "Windows 10 All", false),
        ("0", "Windows 11 Enterprise", true),
        ("0", "Windows 11 Pro", false),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("class {n}");
        let id = server.make_classification(&name);
        let rule = server.make_rule(&name, &name, "windows", conditions(version, edition));
        let told = server.check_in(windows(&uid(1)));
        assert_eq!(told["status"] == "Managed", matches, "{version} {edition}: {told}");
        server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
        server.delete(&format!("/api/v2/deviceclassification/tags/{id}")).expect_status(200);
    }
}
