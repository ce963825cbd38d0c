//! What changes of rules and priorities would do (decided.md, "Preview").

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::harness::{Client, Server, any_uuid, linux, on_tag, our_error, uid, windows};

const PREVIEW: &str = "/api/v1/rules/preview";
const RULES: &str = "/api/v2/deviceclassification/rules";
const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";

fn process(name: &str) -> Value {
    json!({"$and": [{"process_check": {"process": name}}]})
}

/// A server with the classifications "high" and "low", each with a rule on a process, and seven Windows machines: of
/// the first six, two run both, two the one of "low", two neither; the seventh has said of neither. An eighth runs
/// Linux.
struct Fleet {
    server: Server,
    high: u64,
    low_rule: u64,
    tag: u64,
}

impl Fleet {
    fn start() -> Self {
        let server = Server::start();
        let high = server.make_classification("high");
        server.make_classification("low");
        let tag = server.make_tag("fine");
        server.make_rule("on h", "high", "windows", process("h.exe"));
        let low_rule = server.make_rule("on l", "low", "windows", process("l.exe"));
        for n in 1..=7 {
            let mut device = windows(&uid(n));
            if n < 7 {
                device["facts"] = json!({"processes": {"h.exe": n <= 2, "l.exe": n <= 4}});
            }
            server.check_in(device);
        }
        server.check_in(linux(&uid(8)));
        server.bulk("bulkadd", &[tag], &[&uid(1), &uid(5)]);
        Self { server, high, low_rule, tag }
    }

    /// What each device is: status, classification, undetermined.
    fn outcomes(&self) -> BTreeMap<String, [Value; 3]> {
        let devices = self.server.get("/api/v1/devices").expect_status(200).json();
        let devices = devices["items"].as_array().unwrap().iter().map(|device| {
            let id = device["id"].as_str().unwrap().to_owned();
            let shown = self.server.get(&format!("/api/v1/devices/{id}")).expect_status(200).json();
            (id, ["status", "classification", "undetermined"].map(|member| shown[member].clone()))
        });
        devices.collect()
    }

    /// Previews `drafts`, does `change`, and holds what the preview said against what has happened.
    #[track_caller]
    fn holds(&self, drafts: Value, change: impl FnOnce(&Client)) -> Value {
        let before = self.outcomes();
        let preview = self.server.post(PREVIEW, drafts).expect_status(200).json();
        assert_eq!(self.outcomes(), before, "nothing is saved");
        change(&self.server);
        let after = self.outcomes();
        let mut moved: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (id, from) in before {
            let to = &after[&id];
            if from != *to {
                moved.entry(json!([from, to]).to_string()).or_default().push(id);
            }
        }
        let mut told = BTreeMap::new();
        for one in preview["moves"].as_array().unwrap() {
            let from = json!([one["fromStatus"], one["from"], one["fromUndetermined"]]);
            let to = json!([one["toStatus"], one["to"], one["toUndetermined"]]);
            let sample = one["sample"].as_array().unwrap().iter();
            let mut ids: Vec<_> = sample.map(|device| device["id"].as_str().unwrap().to_owned()).collect();
            ids.sort();
            assert_eq!(one["count"], ids.len());
            told.insert(json!([from, to]).to_string(), ids);
        }
        assert_eq!(told, moved);
        assert_eq!(preview["moved"], moved.values().map(Vec::len).sum::<usize>());
        preview
    }
}

/// How many devices match, and for how many that is unknown.
fn counts(preview: &Value) -> (u64, u64) {
    (preview["matched"].as_u64().unwrap(), preview["unknown"].as_u64().unwrap())
}

#[test]
fn a_new_rule_moves_whom_its_preview_says() {
    let fleet = Fleet::start();
    let draft = json!({"label": "HIGH", "os": "Windows", "conditions": on_tag(fleet.tag)});
    let preview = fleet.holds(draft.clone(), |client| {
        let mut rule = draft;
        rule["name"] = json!("tagged");
        client.post(RULES, json!([rule])).expect_empty(201);
    });
    assert_eq!((&preview["of"], counts(&preview)), (&json!(8), (2, 0)));
    let device = json!({"id": any_uuid(), "nsdeviceuid": uid(5), "userkey": "joe@corp.example",
        "hostname": "nskp-w11-joe-3", "os": "windows"});
    let moved = json!([{"from": null, "to": "high", "fromStatus": "Unmanaged", "toStatus": "Managed",
        "fromUndetermined": [], "toUndetermined": [], "count": 1, "sample": [device]}]);
    let either = json!({"$or": [{"process_check": {"process": "l.exe"}}]});
    let draft = json!({"label": "high", "os": "windows", "conditions": either});
    let other = fleet.server.post(PREVIEW, draft).expect_status(200).json();
    assert_eq!(counts(&other), (4, 1), "unknown is not no");
    let found: Vec<_> =
        other["lint"].as_array().unwrap().iter().map(|one| (&one["code"], &one["rule"]["name"])).collect();
    assert_eq!(found, [(&json!("duplicate"), &json!("on l"))], "what would be wrong anew");
    fleet.server.delete(&format!("{RULES}/{}", fleet.server.rule_named("tagged")["id"])).expect_status(200);
    let draft = json!({"label": "high", "os": "windows", "conditions": on_tag(fleet.tag)});
    fleet
        .server
        .post(PREVIEW, draft)
        .expect(200, json!({"of": 8, "matched": 2, "unknown": 0, "moved": 1, "moves": moved, "lint": []}));
}

#[test]
fn an_edit_moves_whom_its_preview_says() {
    let fleet = Fleet::start();
    let path = format!("{RULES}/{}", fleet.low_rule);
    for change in [
        json!({"conditions": on_tag(fleet.tag)}),
        json!({"label": "high", "name": "renamed"}),
        json!({"conditions": process("l.exe"), "label": "low", "os": "windows"}),
    ] {
        let mut draft = change.clone();
        draft["id"] = json!(fleet.low_rule);
        let preview = fleet.holds(draft, |client| drop(client.patch(&path, change).expect_status(200)));
        assert_ne!(preview["moves"], json!([]), "{preview}");
    }
    let unchanged = fleet.holds(json!({"id": fleet.low_rule}), |_| {});
    assert_eq!((counts(&unchanged), &unchanged["moves"]), ((4, 1), &json!([])));
}

#[test]
fn a_deletion_moves_whom_its_preview_says() {
    let fleet = Fleet::start();
    let path = format!("{RULES}/{}", fleet.low_rule);
    let preview = fleet.holds(json!({"delete": fleet.low_rule}), |client| {
        client.delete(&path).expect_status(200);
    });
    assert_eq!(counts(&preview), (4, 1), "whom the rule that goes is true of");
}

#[test]
fn a_priority_moves_whom_its_preview_says() {
    let fleet = Fleet::start();
    let path = format!("{CLASSIFICATIONS}/{}", fleet.high);
    let preview = fleet.holds(json!({"priority": {"id": fleet.high, "to": 2}}), |client| {
        client.patch(&path, json!({"priority": 2})).expect_status(200);
    });
    assert_eq!(counts(&preview), (2, 1), "whom the rules of the classification are true of");
}

#[test]
fn several_drafts_are_previewed_together_in_their_order() {
    let fleet = Fleet::start();
    let (rule, high) = (fleet.low_rule, fleet.high);
    // It may have the criteria that the draft before it gives up.
    let heir = json!({"label": "low", "os": "windows", "conditions": process("l.exe")});
    let on_linux = json!({"name": "linux", "label": "low", "os": "linux", "conditions": on_tag(fleet.tag)});
    let drafts = json!([{"id": rule, "conditions": process("y.exe")}, heir, on_linux, {"id": rule, "label": "high",
        "conditions": process("x.exe")}, {"priority": {"id": high, "to": 2}}]);
    let preview = fleet.holds(drafts, |client| {
        let path = format!("{RULES}/{rule}");
        client.patch(&path, json!({"conditions": process("y.exe")})).expect_status(200);
        let mut heir = heir;
        heir["name"] = json!("heir");
        client.post(RULES, json!([heir, on_linux])).expect_empty(201);
        client.patch(&path, json!({"label": "high", "conditions": process("x.exe")})).expect_status(200);
        client.patch(&format!("{CLASSIFICATIONS}/{high}"), json!({"priority": 2})).expect_status(200);
    });
    // Four run l.exe; of the other machines with Windows it is unknown whether they run x.exe.
    assert_eq!(counts(&preview), (4, 3));
}

#[test]
fn a_move_names_a_few_of_many_devices_and_the_largest_come_first() {
    let server = Server::start();
    server.make_classification("high");
    let devices: Vec<_> = (0..20).map(|n| if n < 8 { linux(&uid(n)) } else { windows(&uid(n)) }).collect();
    server.post("/api/v1/checkins", json!({"checkins": devices})).expect_status(200);
    let draft = |os: &str, check: Value| json!({"label": "high", "os": os, "conditions": {"$and": [{"min_os_version_check": check}]}});
    let drafts = json!([
        draft("linux", json!({"min_os_version": "1"})),
        draft("windows", json!({"min_os_version": "99", "edition": "Windows All"}))
    ]);
    let preview = server.post(PREVIEW, drafts).expect_status(200).json();
    let told =
        preview["moves"].as_array().unwrap().iter().map(|one| {
            (one["count"].as_u64(), one["toStatus"].as_str(), one["sample"].as_array().map(Vec::len))
        });
    let told: Vec<_> = told.collect();
    assert_eq!(told, [(Some(12), Some("Unmanaged"), Some(5)), (Some(8), Some("Managed"), Some(5))]);
    assert_eq!((counts(&preview), &preview["moved"]), ((8, 0), &json!(20)));
}

#[test]
fn a_preview_is_refused_for_what_the_change_would_be_refused_for() {
    let fleet = Fleet::start();
    let (rule, high, tag) = (fleet.low_rule, fleet.high, fleet.tag);
    let new = |name: &str, label: &str, conditions: Value| json!({"name": name, "label": label, "os": "windows", "conditions": conditions});
    for (draft, status, field, text) in [
        (new("a/b", "low", on_tag(tag)), 400, "name", "name may hold letters"),
        (new("a", "other", on_tag(tag)), 400, "label", "label \"other\" is no classification"),
        (new("a", "low", on_tag(999_999)), 400, "conditions", "tag_id 999999 does not exist"),
        (new("a", "low", on_tag(high)), 400, "conditions", "is a classification"),
        (new("a", "low", json!({"$and": [{"$or": []}]})), 400, "conditions.$and[0].$or", "empty"),
        (json!({"name": "a", "os": "windows"}), 400, "label", "label is missing"),
        (json!({}), 400, "conditions", "conditions is missing; a new rule needs it"),
        (json!({"id": rule, "os": "mac"}), 400, "os", "os may not change: it is windows"),
        (json!({"id": rule, "label": "other"}), 400, "label", "is no classification"),
        (
            json!({"priority": {"id": high, "to": 3}}),
            400,
            "priority.to",
            "priority.to must be 1 (strongest) to 2",
        ),
        (json!({"priority": {"id": high, "to": 0}}), 400, "priority.to", "must be 1"),
        (json!({"delete": rule, "name": "x"}), 400, "name", "name cannot stand beside delete"),
        (
            json!({"id": rule, "priority": {"id": high, "to": 1}}),
            400,
            "id",
            "id cannot stand beside priority",
        ),
        (json!({"delete": rule, "shoe": 1}), 400, "shoe", "property shoe should not exist"),
        (json!({"priority": {"id": high}}), 400, "priority.to", "priority.to is missing"),
        (json!({"delete": "x"}), 400, "delete", "delete must be a whole number"),
        (json!({"id": 999_999}), 404, "", "rule 999999 does not exist"),
        (json!({"delete": 999_999}), 404, "", "rule 999999 does not exist"),
        (json!({"priority": {"id": tag, "to": 1}}), 404, "", "does not exist"),
        (new("ON L", "high", on_tag(tag)), 409, "", "a rule named \"on l\" already exists"),
        (new("a", "high", process("l.exe")), 409, "", "already has the same criteria for windows"),
    ] {
        let alone = fleet.server.post(PREVIEW, draft.clone()).expect(status, our_error(&[text]));
        let details = alone.json()["details"].as_array().cloned().unwrap_or_default();
        assert_eq!(details.iter().any(|detail| detail["field"] == field), !field.is_empty(), "{alone}");
        // In an array the draft is named.
        let together = fleet.server.post(PREVIEW, json!([{"id": rule}, draft]));
        let together = together.expect(status, our_error(&["[1]"]));
        let path = if field.is_empty() { "[1]".to_owned() } else { format!("[1].{field}") };
        let details = together.json()["details"].clone();
        let named = details.as_array().unwrap().iter().any(|detail| detail["field"] == path);
        assert!(named, "{path}: {together}");
    }
}

#[test]
fn drafts_are_one_or_more_and_a_hundred_at_most() {
    let fleet = Fleet::start();
    fleet.server.post(PREVIEW, json!([])).expect(400, our_error(&["at least one draft"]));
    let draft = json!({"id": fleet.low_rule});
    fleet.server.post(PREVIEW, json!(vec![&draft; 100])).expect_status(200);
    fleet.server.post(PREVIEW, json!(vec![&draft; 101])).expect(400, our_error(&["at most 100 items"]));
    fleet.server.post(PREVIEW, json!(7)).expect(400, our_error(&["an object or an array of objects"]));
    let twice = json!({"name": "x", "label": "high", "os": "mac", "conditions": process("m")});
    let told = our_error(&["drafts 0 and 1 have one name"]);
    fleet.server.post(PREVIEW, json!([twice, twice])).expect(409, told);
}
