//! `GET /api/v1/rules/lint`: one rule of each kind of mistake, and exactly these findings.

use serde_json::{Value, json};

use crate::harness::{Server, any_uuid, linux, on_tag, uid, windows};

const PATH: &str = "/api/v1/rules/lint";

fn named(id: u64, name: &str) -> Value {
    json!({"id": id, "name": name})
}

fn domains(domains: &[&str]) -> Value {
    json!({"domain_check": {"domains": domains}})
}

fn and(checks: &[Value]) -> Value {
    json!({ "$and": checks })
}

fn witness(device: &Value) -> Value {
    json!({"id": any_uuid(), "nsdeviceuid": device["nsdeviceuid"], "userkey": device["userkey"],
        "hostname": device["hostname"], "os": device["os"]})
}

/// A Windows device in this domain.
fn joined(n: usize, domain: &str) -> Value {
    let mut device = windows(&uid(n));
    device["facts"] = json!({"domain": domain});
    device
}

#[test]
fn a_site_without_mistakes_has_no_findings() {
    let server = Server::start();
    server.get(PATH).expect(200, json!({"items": [], "total": 0}));
    server.make_classification("low risk");
    let tag = server.make_tag("fine");
    server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    server.check_in(windows(&uid(1)));
    server.get(PATH).expect(200, json!({"items": [], "total": 0}));
}

#[test]
fn a_rule_that_no_device_can_pass_is_told_with_the_reason() {
    let server = Server::start();
    let low = server.make_classification("low risk");
    let both = server.make_rule("both", "low risk", "windows", and(&[domains(&["a"]), domains(&["b"])]));
    server.check_in(joined(1, "a"));
    server.get(PATH).expect(
        200,
        json!({"items": [{"code": "never_true", "rule": named(both, "both"), "classification": named(low, "low risk"),
            "os": "windows", "others": [], "witness": null,
            "message": "No Windows device can pass \"both\": it asks for two domains at once. List all domains in one \
                domain_check, of which one suffices, or delete the rule."}], "total": 1}),
    );
}

#[test]
fn a_rule_that_every_device_passes_is_told_with_what_it_keeps_others_from() {
    let server = Server::start();
    let (all, rest) = (server.make_classification("all"), server.make_classification("rest"));
    let every =
        json!({"$and": [{"min_os_version_check": {"min_os_version": "0", "edition": "Windows All"}}]});
    let first = server.make_rule("every", "all", "windows", every.clone());
    let device = joined(1, "a");
    server.check_in(device.clone());
    let always = |gives: Value, message: &str| {
        json!({"code": "always_true", "rule": named(first, "every"), "classification": gives, "os": "windows",
            "others": [], "message": message, "witness": witness(&device)})
    };
    let no_rule = json!({"code": "no_rule_for_os", "rule": null, "classification": named(rest, "rest"), "os": null,
        "others": [], "witness": witness(&device),
        "message": "\"rest\" has no rule at all, so no device can get it. Add rules for it, or delete it."});
    let last = "Every Windows device passes \"every\", also one that has reported nothing but its system. That is right \
        for a classification that takes all the rest; else ask for more.";
    server.get(PATH).expect(200, json!({"items": [always(named(all, "all"), last), no_rule], "total": 2}));

    let second = server.make_rule("in a", "rest", "windows", and(&[domains(&["a"])]));
    let shadows = "Every Windows device passes \"every\", also one that has reported nothing but its system, so none \
        gets a classification weaker than \"all\". Ask for more, or give \"all\" the last priority if it is to take all \
        the rest.";
    let shadowed = json!({"code": "shadowed", "rule": named(second, "in a"), "classification": named(rest, "rest"),
        "os": "windows", "others": [named(first, "every")], "witness": witness(&device),
        "message": "Every Windows device that passes \"in a\" also passes \"every\", which gives the stronger \"all\": \
            \"in a\" never decides. Have the stronger ask for more, give \"rest\" a stronger priority, or delete \
            \"in a\"."});
    server
        .get(PATH)
        .expect(200, json!({"items": [always(named(all, "all"), shadows), shadowed], "total": 2}));
}

#[test]
fn several_rules_shadow_one_together_and_a_device_shows_it() {
    let server = Server::start();
    server.make_classification("high");
    let low = server.make_classification("low");
    let a = server.make_rule("in a", "high", "windows", and(&[domains(&["a"])]));
    let b = server.make_rule("in b", "high", "windows", and(&[domains(&["b", "c"])]));
    let either = server.make_rule("either", "low", "windows", and(&[domains(&["a", "b"])]));
    let finding = |witness: Value| {
        json!({"items": [{"code": "shadowed", "rule": named(either, "either"), "classification": named(low, "low"),
            "os": "windows", "others": [named(a, "in a"), named(b, "in b")], "witness": witness,
            "message": "Every Windows device that passes \"either\" also passes one of \"in a\", \"in b\", all of which \
                give stronger classifications: \"either\" never decides. Have the stronger ask for more, give \"low\" a \
                stronger priority, or delete \"either\"."}], "total": 1})
    };
    server.check_in(joined(1, "c"));
    server.get(PATH).expect(200, finding(json!(null)));
    server.check_in(joined(2, "B"));
    server.get(PATH).expect(200, finding(witness(&joined(2, "B"))));
}

#[test]
fn duplicates_and_rules_that_make_no_difference_are_told_apart() {
    let server = Server::start();
    let low = server.make_classification("low");
    let wide = server.make_rule("wide", "low", "windows", and(&[domains(&["a", "b"])]));
    let again = server.make_rule("again", "low", "windows", json!({"$or": [domains(&["B", "A"])]}));
    let narrow = server.make_rule("narrow", "low", "windows", and(&[domains(&["a"]), domains(&["a", "c"])]));
    let finding = |code: &str, id: u64, name: &str, message: &str| {
        json!({"code": code, "rule": named(id, name), "classification": named(low, "low"), "os": "windows",
            "others": [named(wide, "wide")], "message": message, "witness": null})
    };
    let duplicate = "\"again\" asks the same as \"wide\" of the same classification. Delete one of them.";
    let redundant = "Every Windows device that passes \"narrow\" also passes \"wide\", of the same classification: \
        \"narrow\" makes no difference. Delete it, or change what it asks.";
    let found =
        [finding("duplicate", again, "again", duplicate), finding("redundant", narrow, "narrow", redundant)];
    server.get(PATH).expect(200, json!({"items": found, "total": 2}));
    server.get(&format!("{PATH}?offset=1&limit=1")).expect(200, json!({"items": [found[1]], "total": 2}));
}

#[test]
fn what_is_called_idle_can_be_deleted_and_no_device_moves() {
    let server = Server::start();
    for name in ["high", "low"] {
        server.make_classification(name);
    }
    server.make_rule("a", "high", "windows", and(&[domains(&["a"])]));
    server.make_rule("a again", "low", "windows", json!({"$or": [domains(&["A"])]}));
    server.make_rule("a and b", "low", "windows", and(&[domains(&["a", "b"])]));
    server.make_rule("b", "low", "windows", and(&[domains(&["b"])]));
    let statuses =
        || ["a", "b", "c"].map(|domain| server.check_in(joined(1, domain))["classification"].clone());
    let before = statuses();
    let findings = server.get(PATH).expect_status(200).json();
    assert_eq!(findings["total"], 2, "{findings}");
    for finding in findings["items"].as_array().unwrap() {
        let id = &finding["rule"]["id"];
        server.delete(&format!("/api/v2/deviceclassification/rules/{id}")).expect_status(200);
    }
    assert_eq!(statuses(), before);
    server.get(PATH).expect(200, json!({"items": [], "total": 0}));
}

#[test]
fn a_classification_that_devices_of_the_fleet_cannot_get_is_told_once_a_system() {
    let server = Server::start();
    let high = server.make_classification("high");
    let low = server.make_classification("low");
    let tag = server.make_tag("fine");
    server.make_rule("high rule", "high", "linux", on_tag(tag));
    server.make_rule("low rule", "low", "windows", on_tag(tag));
    server.get(PATH).expect(200, json!({"items": [], "total": 0}));
    for n in 1..=3 {
        server.check_in(windows(&uid(n)));
    }
    server.check_in(linux(&uid(4)));
    let finding = |classification: Value, os: &str, device: Value, message: &str| {
        json!({"code": "no_rule_for_os", "rule": null, "classification": classification, "os": os, "others": [],
            "message": message, "witness": witness(&device)})
    };
    let windows_message = "\"high\" has no rule for Windows, so none of the fleet's 3 Windows devices can get it. Add \
        one, unless that is meant.";
    let linux_message = "\"low\" has no rule for Linux, so the fleet's only Linux device cannot get it. Add one, unless \
        that is meant.";
    let found = [
        finding(named(high, "high"), "windows", windows(&uid(1)), windows_message),
        finding(named(low, "low"), "linux", linux(&uid(4)), linux_message),
    ];
    server.get(PATH).expect(200, json!({"items": found, "total": 2}));
}
