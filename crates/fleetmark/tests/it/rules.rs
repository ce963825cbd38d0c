//! `/api/v2/deviceclassification/rules` (netskope-v2.md §6).

use serde_json::{Value, json};

use crate::harness::{
    Server, any_id, any_text, any_time, classification_error, on_tag, on_tags, uid, windows,
};

const PATH: &str = "/api/v2/deviceclassification/rules";

fn path_of(id: u64) -> String {
    format!("{PATH}/{id}")
}

/// A server with the classifications "low risk" and "high risk" and one device tag.
fn server_with_a_tag() -> (Server, u64) {
    let server = Server::start();
    server.make_classification("low risk");
    server.make_classification("high risk");
    let tag = server.make_tag("fine");
    (server, tag)
}

fn rule(name: &str, os: &str, conditions: Value) -> Value {
    json!({"name": name, "label": "low risk", "os": os, "conditions": conditions})
}

fn process(name: &str) -> Value {
    json!({"process_check": {"process": name}})
}

/// `depth` operators around one check.
fn nested(depth: usize) -> Value {
    (0..depth).fold(process("deep.exe"), |inner, _| json!({"$and": [inner]}))
}

#[test]
fn a_new_rule_is_answered_by_an_empty_201_and_visible_at_once() {
    let (server, tag) = server_with_a_tag();
    server.post(PATH, json!([rule("fine devices", "windows", on_tag(tag))])).expect_empty(201);
    let shown = json!({"id": any_id(), "name": "fine devices", "label": "low risk", "os": "windows",
        "conditions": on_tag(tag), "modifiedBy": any_text(), "modifiedTime": any_time()});
    let list = server.get(PATH).expect(200, json!([shown])).json();
    server.get(&path_of(list[0]["id"].as_u64().unwrap())).expect(200, shown);
}

#[test]
fn the_list_is_filtered_and_paged() {
    let (server, tag) = server_with_a_tag();
    for n in 0..4 {
        let os = ["windows", "mac", "linux", "ios"][n];
        let label = if n < 2 { "low risk" } else { "high risk" };
        server.make_rule(&format!("rule {n}"), label, os, on_tag(tag));
    }
    let names = |query: &str| -> Vec<String> {
        let list = server.get(&format!("{PATH}{query}")).expect_status(200).json();
        list.as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = names("");
    assert_eq!(all.len(), 4);
    assert_eq!(names("?offset=1&limit=2"), all[1..3]);
    assert_eq!(names("?os=linux"), ["rule 2"]);
    let mut high = names("?label=high%20risk");
    high.sort();
    assert_eq!(high, ["rule 2", "rule 3"]);
    assert!(names("?label=low%20risk&os=ios").is_empty());
    server.get(&format!("{PATH}?offset=1")).expect(400, classification_error(400, &["limit"]));
}

#[test]
fn conditions_come_back_in_the_order_and_with_the_members_they_were_given() {
    let (server, tag) = server_with_a_tag();
    // Order of members, members that nobody knows and checks that nobody knows are other people's: they stay.
    let foreign = r#"{"$and":[{"opswat_check":{"z":1,"a":[1.50,{"q":null}],"M":"é"}}]}"#;
    let ours = format!(r#"{{"$or":[{{"device_tag_check":{{"zone":"b","tag_id":{tag},"note":"x"}}}}]}}"#);
    let conditions = format!(r#"{{"$or":[{foreign},{{"$and":[{ours}]}}]}}"#);
    let rule = r#""os":"windows","label":"low risk","name":"foreign","conditions""#;
    let body = format!("[{{{rule}:{conditions}}}]");
    server.send_text("POST", PATH, "application/json", &body).expect_empty(201);
    let id = server.rule_named("foreign")["id"].as_u64().unwrap();
    for answer in [server.get(PATH), server.get(&path_of(id))] {
        assert!(answer.text.contains(&conditions), "{answer}");
    }
    // A client that takes its own leaf out and writes the rest back finds the rest unchanged.
    let rest = format!(r#"{{"$or":[{foreign}]}}"#);
    let body = format!("{{{rule}:{rest}}}");
    server.send_text("PUT", &path_of(id), "application/json", &body).expect_empty(200);
    assert!(server.get(&path_of(id)).text.contains(&rest));
}

#[test]
fn members_beside_an_operator_come_back_as_they_were_given() {
    let (server, tag) = server_with_a_tag();
    let ours = format!(r#"{{"z":[1.50],"$or":[{{"device_tag_check":{{"tag_id":{tag}}}}}],"note":null}}"#);
    let conditions = format!(r#"{{"ui":{{"open":true}},"$and":[{ours}],"Äpfel":"x"}}"#);
    let body = format!(r#"[{{"name":"noted","label":"low risk","os":"windows","conditions":{conditions}}}]"#);
    server.send_text("POST", PATH, "application/json", &body).expect_empty(201);
    let id = server.rule_named("noted")["id"].as_u64().unwrap();
    for answer in [server.get(PATH), server.get(&path_of(id))] {
        assert!(answer.text.contains(&conditions), "{answer}");
    }
    server.check_in(windows(&uid(1)));
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    assert_eq!(server.status_of(&uid(1)).1, "low risk");
    // A check that stands beside the list would silently not count.
    let beside = json!({"$and": [process("x.exe")], "domain_check": {"domains": ["corp.local"]}});
    let body = json!([rule("r", "windows", beside)]);
    server.post(PATH, body).expect(400, classification_error(400, &["domain_check", "put it into the list"]));
}

#[test]
fn unknown_members_are_named_and_so_are_missing_ones() {
    let (server, tag) = server_with_a_tag();
    let mut unknown = rule("r", "windows", on_tag(tag));
    unknown["tag_id"] = json!(tag);
    let refusal = classification_error(400, &["property tag_id should not exist"]);
    server.post(PATH, json!([unknown])).expect(400, refusal);
    for member in ["name", "label", "os", "conditions"] {
        let mut lacking = rule("r", "windows", on_tag(tag));
        lacking.as_object_mut().unwrap().remove(member);
        server.post(PATH, json!([lacking])).expect(400, classification_error(400, &[member]));
    }
}

#[test]
fn one_bad_rule_refuses_the_whole_array() {
    let (server, tag) = server_with_a_tag();
    let good = rule("good", "windows", on_tag(tag));
    let mut elsewhere = rule("bad", "windows", nested(1));
    elsewhere["label"] = json!("no such label");
    server.post(PATH, json!([good, elsewhere])).expect(400, classification_error(400, &["no such label"]));
    let unknown_os = rule("bad", "beos", nested(1));
    server.post(PATH, json!([good, unknown_os])).expect(400, classification_error(400, &["os"]));
    server.post(PATH, json!(good)).expect(400, classification_error(400, &[]));
    server.get(PATH).expect(200, json!([]));
}

#[test]
fn a_taken_name_or_the_same_criteria_is_a_conflict() {
    let (server, tag) = server_with_a_tag();
    server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    let taken = rule("FINE devices", "linux", nested(1));
    server.post(PATH, json!([taken])).expect(409, classification_error(409, &[]));
    let mut same = rule("other name", "windows", on_tag(tag));
    same["label"] = json!("high risk");
    server.post(PATH, json!([same])).expect(409, classification_error(409, &[]));
    // The same criteria on another operating system are another rule.
    server.post(PATH, json!([rule("other name", "mac", on_tag(tag))])).expect_empty(201);
}

#[test]
fn no_criteria_never_means_all_devices() {
    let (server, tag) = server_with_a_tag();
    let leaf = json!({"device_tag_check": {"tag_id": tag}});
    for conditions in [
        json!({}),
        json!([]),
        json!(null),
        json!({"$and": []}),
        json!({"$or": [{"$and": []}]}),
        json!({"$and": [leaf, {"$or": [{"$and": []}]}]}),
        json!({"$and": [{}]}),
    ] {
        let body = json!([rule("r", "windows", conditions)]);
        server.post(PATH, body).expect(400, classification_error(400, &[]));
    }
}

#[test]
fn a_member_given_twice_inside_a_tree_is_refused() {
    let (server, tag) = server_with_a_tag();
    let leaf = format!(r#"{{"device_tag_check":{{"tag_id":{tag}}}}}"#);
    for conditions in [
        format!(r#"{{"$and":[{leaf}],"$and":[{leaf}]}}"#),
        format!(r#"{{"$and":[{{"device_tag_check":{{"tag_id":{tag},"tag_id":{tag}}}}}]}}"#),
        r#"{"$and":[{"opswat_check":{"a":1,"a":1}}]}"#.to_owned(),
    ] {
        let body = format!(r#"[{{"name":"r","label":"low risk","os":"windows","conditions":{conditions}}}]"#);
        let answer = server.send_text("POST", PATH, "application/json", &body);
        answer.expect(400, classification_error(400, &[]));
    }
    server.get(PATH).expect(200, json!([]));
}

#[test]
fn a_tree_has_its_form() {
    let (server, tag) = server_with_a_tag();
    let leaf = json!({"device_tag_check": {"tag_id": tag}});
    for conditions in [
        json!({"$and": [leaf], "$or": [leaf]}),
        json!({"$not": [leaf]}),
        json!({"$and": leaf}),
        json!({"$and": ["device_tag_check"]}),
        json!({"$and": [{"device_tag_check": {"tag_id": tag}, "process_check": {"process": "x.exe"}}]}),
        json!({"$and": [{"device_tag_check": {}}]}),
        json!({"$and": [{"device_tag_check": {"tag_id": "one"}}]}),
        json!({"$and": [{"cert_check": {}}]}),
        json!("device_tag_check"),
    ] {
        let body = json!([rule("r", "windows", conditions)]);
        server.post(PATH, body).expect(400, classification_error(400, &[]));
    }
}

#[test]
fn a_tree_may_be_eight_operators_deep_and_hold_512_checks() {
    let (server, _) = server_with_a_tag();
    server.make_rule("depth 1", "low risk", "windows", nested(1));
    server.make_rule("depth 8", "low risk", "windows", nested(8));
    let too_deep = json!([rule("depth 9", "windows", nested(9))]);
    server.post(PATH, too_deep).expect(400, classification_error(400, &["8"]));

    let checks = |count: usize| -> Vec<Value> { (0..count).map(|n| process(&format!("p{n}.exe"))).collect() };
    server.make_rule("checks 512", "low risk", "windows", json!({"$or": checks(512)}));
    let too_many = json!([rule("checks 513", "windows", json!({"$or": checks(513)}))]);
    server.post(PATH, too_many).expect(400, classification_error(400, &["512"]));
}

#[test]
fn a_check_that_its_os_cannot_have_is_refused() {
    let (server, _) = server_with_a_tag();
    let registry = json!({"rootKey": "HKEY_LOCAL_MACHINE", "key": "Software\\X", "value": "v",
        "type": "REG_SZ", "data": "1"});
    for (os, name, parameters) in [
        ("linux", "reg_check", registry.clone()),
        ("mac", "client_cert_check", json!({"issuer": "CN=x"})),
        ("android", "process_check", json!({"process": "x"})),
        ("ios", "disk_enc_check", json!({"product": "luks"})),
        ("chromeos", "min_os_version_check", json!({"min_os_version": "1"})),
        ("windows", "passcode_required_check", json!({})),
        ("ios", "mdm_check", json!({})),
    ] {
        let body = json!([rule("r", os, json!({"$and": [{name: parameters}]}))]);
        server.post(PATH, body).expect(400, classification_error(400, &[name]));
    }
    let windows = json!({"$and": [{"reg_check": registry}]});
    server.make_rule("registry", "low risk", "windows", windows);
    for os in ["android", "ios"] {
        let passcode = json!({"$and": [{"passcode_required_check": {}}]});
        server.make_rule(&format!("passcode {os}"), "low risk", os, passcode);
    }
}

#[test]
fn an_unknown_tag_id_is_named_and_a_classifications_id_is_told_apart() {
    let (server, tag) = server_with_a_tag();
    let unknown = json!([rule("r", "windows", on_tags(&[tag, 999_999]))]);
    server.post(PATH, unknown).expect(400, classification_error(400, &["999999"]));
    let id = server.classification_named("low risk")["id"].as_u64().unwrap();
    let refusal = format!("{id} is a classification; device_tag_check takes a device tag's id");
    let foreign = json!([rule("r", "windows", on_tag(id))]);
    server.post(PATH, foreign).expect(400, classification_error(400, &[&refusal]));
}

#[test]
fn put_changes_all_but_the_os() {
    let (server, tag) = server_with_a_tag();
    let id = server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    let moved =
        json!({"name": "finer devices", "label": "high risk", "os": "windows", "conditions": nested(2)});
    server.put(&path_of(id), moved).expect_empty(200);
    server.get(&path_of(id)).expect(
        200,
        json!({"id": id, "name": "finer devices", "label": "high risk", "os": "windows",
            "conditions": nested(2), "modifiedBy": any_text(), "modifiedTime": any_time()}),
    );
    let other_os = rule("finer devices", "linux", nested(2));
    server.put(&path_of(id), other_os).expect(400, classification_error(400, &["os"]));
}

#[test]
fn patch_and_delete_answer_200() {
    let (server, tag) = server_with_a_tag();
    let id = server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    server.patch(&path_of(id), json!({"name": "finer devices"})).expect_status(200);
    let shown = server.rule_named("finer devices");
    assert_eq!((&shown["label"], &shown["conditions"]), (&json!("low risk"), &on_tag(tag)));
    server.delete(&path_of(id)).expect_status(200);
    server.get(PATH).expect(200, json!([]));
}

#[test]
fn an_unknown_id_is_404_for_every_call() {
    let (server, tag) = server_with_a_tag();
    let path = path_of(999_999);
    for answer in [
        server.get(&path),
        server.put(&path, rule("r", "windows", on_tag(tag))),
        server.patch(&path, json!({"name": "r"})),
        server.delete(&path),
    ] {
        answer.expect(404, classification_error(404, &[]));
    }
}
