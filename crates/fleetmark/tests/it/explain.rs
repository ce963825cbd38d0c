//! `GET /api/v1/devices/{id}/explain`: the proof of a device (decided.md "Preview, explain").

use serde_json::{Value, json};

use crate::harness::{
    Server, any, any_time, any_uuid, linux, next_second, on_tag, our_error, text_with, uid, windows,
};

const NOBODY: &str = "/api/v1/devices/0198502c-8a3b-8000-8000-000000000001/explain";

fn path_of(told: &Value) -> String {
    format!("/api/v1/devices/{}/explain", told["id"].as_str().unwrap())
}

#[track_caller]
fn explain(server: &Server, told: &Value) -> Value {
    server.get(&path_of(told)).expect_status(200).json()
}

fn class(server: &Server, name: &str) -> u64 {
    server.make_classification(name)
}

fn antivirus(product: &str) -> Value {
    json!({"av_check": {"product_name": product, "signature_up_to_date": true}})
}

/// A server with a strong and a weak classification for Windows: `low risk` asks for a version and an antivirus,
/// `medium risk` for a tag.
fn started() -> (Server, u64) {
    let server = Server::start();
    let tag = server.make_tag("corp owned");
    class(&server, "low risk");
    class(&server, "medium risk");
    let version = json!({"min_os_version_check": {"min_os_version": "10.0.22631", "edition": "Windows All", "note": "kept"}});
    let strict =
        json!({"$and": [version, {"$or": [antivirus("SentinelOne"), antivirus("Windows Defender")]}]});
    server.make_rule("strict", "low risk", "windows", strict);
    server.make_rule("owned", "medium risk", "windows", on_tag(tag));
    (server, tag)
}

/// A Windows machine of an older version with an antivirus that is fine.
fn device() -> Value {
    let mut device = windows(&uid(1));
    device["osVersion"] = json!("10.0.19045");
    device["facts"] = json!({"antivirus": [{"product": "Windows Defender", "upToDate": true}]});
    device
}

#[test]
fn every_check_is_told_with_its_fact_and_why_it_does_not_pass() {
    let (server, tag) = started();
    let told = server.check_in(device());
    let defender = json!([{"product": "Windows Defender", "upToDate": true}]);
    let check = |name: &str, parameters: Value, verdict: &str, fact: Value, reason: Value| {
        let reported = fact != json!(false);
        json!({"check": name, "parameters": parameters, "verdict": verdict, "fact": fact,
            "factAge": if reported { any() } else { json!(null) },
            "reportedAt": if reported { any_time() } else { json!(null) }, "reason": reason})
    };
    let av = |product: &str, verdict: &str, reason: Value| {
        let parameters = json!({"product_name": product, "signature_up_to_date": true});
        check("av_check", parameters, verdict, defender.clone(), reason)
    };
    let strict = json!({"op": "$and", "verdict": "fail", "children": [
        check(
            "min_os_version_check",
            json!({"min_os_version": "10.0.22631", "edition": "Windows All", "note": "kept"}),
            "fail",
            json!({"osVersion": "10.0.19045", "edition": "Windows 11 Enterprise"}),
            json!("osVersion 10.0.19045 is lower than 10.0.22631"),
        ),
        {"op": "$or", "verdict": "pass", "children": [
            av("SentinelOne", "fail", json!("no antivirus product named SentinelOne among: Windows Defender")),
            av("Windows Defender", "pass", json!(null)),
        ]},
    ]});
    let not_carried = json!("the device does not carry the tag corp owned");
    let carried = check("device_tag_check", json!({"tag_id": tag}), "fail", json!(false), not_carried);
    let owned = json!({"op": "$and", "verdict": "fail", "children": [
        {"op": "$and", "verdict": "fail", "children": [{"op": "$or", "verdict": "fail", "children": [carried]}]}]});
    let rule = |name: &str, tree: Value| json!([{"id": any(), "name": name, "verdict": "fail", "tree": tree, "reason": null}]);
    let then =
        |status: &str, classification: Value| json!({"status": status, "classification": classification});
    let body = json!({
        "device": {"id": any_uuid(), "nsdeviceuid": uid(1), "userkey": "joe@corp.example",
            "hostname": "nskp-w11-joe-3", "os": "windows"},
        "at": any_time(), "status": "Unmanaged", "classification": null, "undetermined": [],
        "classifications": [
            {"id": any(), "name": "low risk", "priority": 1, "verdict": "fail", "rules": rule("strict", strict)},
            {"id": any(), "name": "medium risk", "priority": 2, "verdict": "fail", "rules": rule("owned", owned)},
        ],
        "flips": [
            {"kind": "fact", "name": "osVersion", "tagId": null, "from": "10.0.19045", "to": "10.0.22631",
                "then": then("Managed", json!("low risk"))},
            {"kind": "tag", "name": "corp owned", "tagId": tag, "from": false, "to": true,
                "then": then("Managed", json!("medium risk"))},
        ],
        "flipsComplete": true,
    });
    server.get(&path_of(&told)).expect(200, body);
}

#[test]
fn what_was_never_reported_is_unknown_and_has_no_age() {
    let server = Server::start();
    class(&server, "low risk");
    server.make_rule("x", "low risk", "linux", json!({"$and": [{"process_check": {"process": "x"}}]}));
    let told = server.check_in(linux(&uid(1)));
    let explained = explain(&server, &told);
    assert_eq!(explained["undetermined"], json!(["low risk"]));
    assert_eq!(explained["classifications"][0]["verdict"], "unknown");
    let tree = &explained["classifications"][0]["rules"][0]["tree"];
    let check = json!({"check": "process_check", "parameters": {"process": "x"}, "verdict": "unknown", "fact": null,
        "factAge": null, "reportedAt": null, "reason": "processes: x was not reported"});
    assert_eq!(tree["children"], json!([check]));
    let then = json!({"status": "Managed", "classification": "low risk"});
    let flip = json!({"kind": "fact", "name": "facts.processes[x]", "tagId": null, "from": null, "to": true, "then": then});
    assert_eq!(explained["flips"], json!([flip]));
}

/// Puts what a flip of these rules says into a check-in, or the tag on the device.
fn come_true(server: &Server, flip: &Value) {
    if flip["kind"] == "tag" {
        let call = if flip["to"] == true { "bulkadd" } else { "bulkremove" };
        server.bulk(call, &[flip["tagId"].as_u64().unwrap()], &[&uid(1)]);
        return;
    }
    let mut said = json!({"nsdeviceuid": uid(1), "userkey": "joe@corp.example"});
    match flip["name"].as_str().unwrap() {
        "osVersion" => said["osVersion"] = flip["to"].clone(),
        name if name.starts_with("facts.antivirus[") => {
            let to = &flip["to"];
            said["facts"] = json!({"antivirus": if to.is_null() { json!([]) } else { json!([to]) }});
        }
        name => panic!("{name} is asked by no rule"),
    }
    server.check_in(said);
}

#[test]
fn a_flip_that_is_done_has_the_outcome_that_was_told() {
    let (server, tag) = started();
    let managed = |server: &Server| {
        server.check_in(
            json!({"nsdeviceuid": uid(1), "userkey": "joe@corp.example", "osVersion": "10.0.22631"}),
        )
    };
    let told = server.check_in(device());
    managed(&server);
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let names = |flips: &Value| -> Vec<Value> {
        flips.as_array().unwrap().iter().map(|flip| json!([flip["name"], flip["to"]])).collect()
    };
    let flips = explain(&server, &told)["flips"].clone();
    let outdated = json!({"product": "Windows Defender", "upToDate": false});
    assert_eq!(
        names(&flips),
        [json!(["facts.antivirus[Windows Defender]", outdated]), json!(["osVersion", "10.0.22630"])]
    );
    for flip in flips.as_array().unwrap() {
        come_true(&server, flip);
        let now = explain(&server, &told);
        assert_eq!(json!({"status": now["status"], "classification": now["classification"]}), flip["then"]);
        server.check_in(device());
        managed(&server);
    }
    server.check_in(device());
    server.bulk("bulkremove", &[tag], &[&uid(1)]);
    for flip in explain(&server, &told)["flips"].as_array().unwrap() {
        come_true(&server, flip);
        let now = explain(&server, &told);
        assert_eq!(json!({"status": now["status"], "classification": now["classification"]}), flip["then"]);
        server.check_in(device());
    }
}

#[test]
fn a_device_without_rules_or_without_a_system_has_nothing_to_prove() {
    let (server, _) = started();
    for (device, status, os) in [
        (linux(&uid(1)), "Not Configured", json!("linux")),
        (json!({"nsdeviceuid": uid(2)}), "Unknown", json!(null)),
    ] {
        let told = server.check_in(device);
        let body = json!({
            "device": {"id": told["id"], "nsdeviceuid": any(), "userkey": any(), "hostname": any(), "os": os},
            "at": any_time(), "status": status, "classification": null, "undetermined": [],
            "classifications": [], "flips": [], "flipsComplete": true});
        server.get(&path_of(&told)).expect(200, body);
    }
}

#[test]
fn an_explanation_can_be_asked_for_as_of_a_moment() {
    let (server, tag) = started();
    let told = server.check_in(device());
    let before = next_second();
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let path = path_of(&told);
    let then = server.get(&format!("{path}?at={before}")).expect_status(200).json();
    assert_eq!((&then["status"], &then["flips"][1]["to"]), (&json!("Unmanaged"), &json!(true)));
    let now = explain(&server, &told);
    assert_eq!((&now["status"], &now["flips"][1]["to"]), (&json!("Managed"), &json!(false)));
    let age = |explained: &Value| {
        explained["classifications"][0]["rules"][0]["tree"]["children"][0]["factAge"].clone()
    };
    assert!(age(&then).as_u64() <= age(&now).as_u64(), "{then}\n{now}");
    server.get(&format!("{path}?at={}", before - 3600)).expect(404, our_error(&["device"]));
    for (at, why) in [("soon", "Unix seconds"), ("9999999999", "future")] {
        server.get(&format!("{path}?at={at}")).expect(400, our_error(&["at", why]));
    }
}

#[test]
fn what_is_no_device_has_no_explanation() {
    let (server, _) = started();
    server.get(NOBODY).expect(404, our_error(&["device"]));
    server.get("/api/v1/devices/7/explain").expect(400, our_error(&["id"]));
    let told = server.check_in(device());
    server.delete(path_of(&told).trim_end_matches("/explain")).expect_status(204);
    server.get(&path_of(&told)).expect(404, our_error(&["device"]));
    server.post(&path_of(&told), json!({})).expect_status(405).expect_header("Allow", "GET,HEAD");
}

#[test]
fn proofs_that_would_fill_the_memory_are_left_out_and_their_verdicts_are_not() {
    let server = Server::start();
    class(&server, "low risk");
    // Conditions of nearly the greatest length there is.
    let rule = |n: usize| {
        let filler = format!("{n}{}", "x".repeat(250_000));
        json!({"name": format!("rule {n}"), "label": "low risk", "os": "linux",
            "conditions": {"$and": [{"opswat_check": {"filler": filler}}]}})
    };
    for n in 0..36 {
        server.post("/api/v2/deviceclassification/rules", json!([rule(n)])).expect_empty(201);
    }
    let explained = explain(&server, &server.check_in(linux(&uid(1))));
    let rules = explained["classifications"][0]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 36);
    assert!(rules[0]["tree"].is_object() && rules[0]["reason"].is_null());
    let last = json!({"id": any(), "name": "rule 35", "verdict": "unknown", "tree": null, "reason": text_with("room")});
    assert_eq!(crate::harness::difference(&last, &rules[35]), None);
}

#[test]
fn facts_that_would_fill_the_memory_are_left_out_and_the_verdicts_are_not() {
    let server = Server::start();
    class(&server, "low risk");
    let long = |n: usize| format!("CN={n}{}", "x".repeat(1000));
    let check = |n: usize| json!({"cert_check": {"issuer": format!("CN={n}")}});
    let checks: Vec<_> = (1000..1500).map(check).collect();
    let rule =
        json!({"name": "certificates", "label": "low risk", "os": "linux", "conditions": {"$or": checks}});
    server.post("/api/v2/deviceclassification/rules", json!([rule])).expect_empty(201);
    let mut device = linux(&uid(1));
    let certificate =
        |n| json!({"store": "machine", "issuer": long(n), "subject": long(n), "thumbprint": "ab"});
    device["facts"] = json!({"certificates": (0..256).map(certificate).collect::<Vec<_>>()});
    let explained = explain(&server, &server.check_in(device));
    assert!(explained.to_string().len() < 12 << 20, "{} bytes", explained.to_string().len());
    let checks = explained["classifications"][0]["rules"][0]["tree"]["children"].as_array().unwrap();
    assert_eq!(checks.len(), 500);
    assert!(checks.iter().all(|check| check["verdict"] == "fail"));
    assert!(checks[0]["fact"].is_array(), "there is room for the first");
    let cut = json!({"check": "cert_check", "parameters": any(), "verdict": "fail", "fact": null, "factAge": any(),
        "reportedAt": any(), "reason": text_with("room")});
    assert_eq!(crate::harness::difference(&cut, &checks[499]), None);
}
