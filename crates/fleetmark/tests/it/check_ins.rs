//! `POST /api/v1/checkins` (DESIGN §5, decided.md "Facts and checks").

use serde_json::{Value, json};

use crate::harness::{Server, any_id, any_text, any_uuid, linux, on_tag, our_error, text_with, uid, windows};

const PATH: &str = "/api/v1/checkins";

fn told(status: &str, classification: Value) -> Value {
    json!({"id": any_uuid(), "status": status, "classification": classification, "undetermined": [], "tags": [],
        "probes": {"files": [], "processes": [], "registry": []}})
}

#[test]
fn a_device_is_told_what_it_is() {
    let server = Server::start();
    let first = server
        .post(PATH, json!({"checkins": [windows(&uid(1))]}))
        .expect(200, json!({"devices": [told("Not Configured", json!(null))], "version": any_id()}));
    let again = server.post(PATH, json!({"checkins": [windows(&uid(1))]})).expect_status(200);
    let (first_body, again_body) = (first.json(), again.json());
    assert_eq!(first_body["devices"][0]["id"], again_body["devices"][0]["id"], "the same device");
    // The version of the commit is also in the header, as for every write.
    assert_eq!(first.header("Fleetmark-Version").unwrap(), first_body["version"].to_string());
}

#[test]
fn a_device_is_told_its_classification_and_its_tags() {
    let server = Server::start();
    server.make_classification("low risk");
    let tag = server.make_tag("fine");
    server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    server.check_in(windows(&uid(1)));
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let mut wanted = told("Managed", json!("low risk"));
    wanted["tags"] = json!([{"id": tag, "name": "fine"}]);
    let answer = server.post(PATH, json!({"checkins": [windows(&uid(1)), linux(&uid(2))]}));
    answer
        .expect(200, json!({"devices": [wanted, told("Not Configured", json!(null))], "version": any_id()}));
}

#[test]
fn a_bad_item_is_answered_at_its_place_and_the_others_are_done() {
    let server = Server::start();
    let without = |member: &str| {
        let mut device = windows(&uid(9));
        device.as_object_mut().unwrap().remove(member);
        device
    };
    let with = |member: &str, value: Value| {
        let mut device = windows(&uid(9));
        device[member] = value;
        device
    };
    let refused = |index: usize, field: &str| {
        let error = json!({"code": any_text(), "message": any_text(), "field": text_with(field)});
        json!({"index": index, "error": error})
    };
    let fleet = json!([
        windows(&uid(1)),
        without("nsdeviceuid"),
        with("os", json!("beos")),
        linux(&uid(2)),
        with("nsdeviceuid", json!("A,B")),
        with("hostname", json!(7)),
        with("facts", json!({"processes": {"x.exe": "yes"}})),
        windows(&uid(3)),
    ]);
    let fine = || told("Not Configured", json!(null));
    server.post(PATH, json!({"checkins": fleet})).expect(
        200,
        json!({"devices": [fine(), refused(1, "nsdeviceuid"), refused(2, "os"), fine(),
            refused(4, "nsdeviceuid"), refused(5, "hostname"), refused(6, "processes"), fine()],
            "version": any_id()}),
    );
    let rows = server.get("/api/v2/events/datasearch/clientstatus").expect_status(200).json();
    assert_eq!(rows["status"]["count"], 3);
}

#[test]
fn a_refusal_says_what_is_expected_in_the_words_of_json() {
    let server = Server::start();
    let with = |facts: Value| json!({"nsdeviceuid": uid(1), "facts": facts});
    let items = json!([5, ["Arr", "u"], {}, {"nsdeviceuid": uid(1), "hostname": 7}, with(json!({"files": {"/x": true}})),
        with(json!({"certificates": [{"store": "disk"}]}))]);
    let answer = server.post(PATH, json!({"checkins": items})).expect_status(200).json();
    let refused: Vec<_> =
        answer["devices"].as_array().unwrap().iter().map(|item| item["error"].clone()).collect();
    let whole = || json!({"code": "form", "message": "the check-in must be an object"});
    let member = |field: &str, what: &str| json!({"code": "form", "message": format!("{field} {what}"), "field": field});
    assert_eq!(
        refused,
        [
            whole(),
            whole(),
            member("nsdeviceuid", "is missing"),
            member("hostname", "must be a string"),
            member("facts.files./x", "must be an object"),
            member("facts.certificates[0].store", "must be \"machine\" or \"user\""),
        ]
    );
}

#[test]
fn a_shared_machine_is_one_device_a_user() {
    let server = Server::start();
    let mut shared: Vec<_> = (0..3).map(|_| windows(&uid(1))).collect();
    shared[1]["userkey"] = json!("ann@corp.example");
    // In a check-in a key that equals the machine's id is a key like any other (§8).
    shared[2]["userkey"] = json!(uid(1));
    let answer = server.post(PATH, json!({"checkins": shared})).expect_status(200).json();
    let ids: std::collections::BTreeSet<_> =
        answer["devices"].as_array().unwrap().iter().map(|device| device["id"].to_string()).collect();
    assert_eq!(ids.len(), 3);
}

#[test]
fn the_last_of_two_reports_in_one_call_stands() {
    let server = Server::start();
    let mut newer = windows(&uid(1));
    newer["hostname"] = json!("renamed");
    server.post(PATH, json!({"checkins": [windows(&uid(1)), newer]})).expect_status(200);
    assert_eq!(server.record_of(&uid(1))["host_info"]["hostname"], "renamed");
}

#[test]
fn a_group_that_is_present_replaces_and_one_that_is_absent_keeps() {
    let server = Server::start();
    server.make_classification("low risk");
    let process = json!({"process_check": {"process": "a.exe"}});
    let conditions = json!({"$and": [process, {"domain_check": {"domains": ["corp.local"]}}]});
    server.make_rule("rule", "low risk", "windows", conditions);
    let report = |facts: Value| {
        let mut device = windows(&uid(1));
        device["facts"] = facts;
        let told = server.check_in(device);
        (told["status"].clone(), told["undetermined"].clone())
    };
    let managed = (json!("Managed"), json!([]));
    let unknown = (json!("Unmanaged"), json!(["low risk"]));
    let failed = (json!("Unmanaged"), json!([]));
    assert_eq!(report(json!({"processes": {"a.exe": true}})), unknown, "the domain was never reported");
    assert_eq!(report(json!({"domain": "corp.local"})), managed, "the processes are kept");
    assert_eq!(report(json!({})), managed);
    assert_eq!(report(json!({"processes": {"b.exe": true}})), unknown, "a.exe is no longer reported on");
    assert_eq!(report(json!({"processes": {"a.exe": false}})), failed);
}

#[test]
fn probes_are_what_the_rules_of_that_os_ask_about() {
    let server = Server::start();
    server.make_classification("low risk");
    let registry = json!({"rootKey": "HKEY_LOCAL_MACHINE", "key": "Software\\X", "value": "v",
        "type": "REG_SZ", "data": "1"});
    let process = json!({"process_check": {"process": "x.exe"}});
    let file = json!({"file_check": {"path": "C:\\full\\path"}});
    // Asked twice, looked up once.
    let on_windows = json!({"$or": [process, file, {"reg_check": registry}, process]});
    server.make_rule("windows", "low risk", "windows", on_windows);
    let on_linux =
        json!({"$or": [{"process_check": {"process": "sshd"}}, {"file_check": {"path": "/etc/x"}}]});
    let rule = server.make_rule("linux", "low risk", "linux", on_linux);
    let probes = server.check_in(windows(&uid(1)))["probes"].clone();
    assert_eq!((&probes["files"], &probes["processes"]), (&json!(["C:\\full\\path"]), &json!(["x.exe"])));
    assert_eq!(probes["registry"].as_array().unwrap().len(), 1, "{probes}");
    let wanted = json!({"files": ["/etc/x"], "processes": ["sshd"], "registry": []});
    assert_eq!(server.check_in(linux(&uid(2)))["probes"], wanted);
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    let none = json!({"files": [], "processes": [], "registry": []});
    assert_eq!(server.check_in(linux(&uid(2)))["probes"], none);
}

#[test]
fn a_call_brings_at_most_a_thousand() {
    let server = Server::start();
    let fleet = |count: usize| json!({"checkins": (0..count).map(|n| linux(&uid(n))).collect::<Vec<_>>()});
    server.post(PATH, fleet(1001)).expect(400, our_error(&["1000"]));
    let answer = server.post(PATH, fleet(1000)).expect_status(200).json();
    assert_eq!(answer["devices"].as_array().unwrap().len(), 1000);
}

#[test]
fn a_body_of_another_form_is_refused_whole() {
    let server = Server::start();
    for body in [json!({}), json!([windows(&uid(1))]), json!({"checkins": windows(&uid(1))})] {
        server.post(PATH, body).expect(400, our_error(&[]));
    }
    let twice = r#"{"checkins":[{"nsdeviceuid":"A","userkey":"u","hostname":"h","os":"linux","os":"mac"}]}"#;
    server.send_text("POST", PATH, "application/json", twice).expect(400, our_error(&["os"]));
    let rows = server.get("/api/v2/events/datasearch/clientstatus").expect_status(200).json();
    assert_eq!(rows["status"]["count"], 0);
}
