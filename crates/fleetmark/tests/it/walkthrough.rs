//! The partner guide's walk-through (seed 000), call by call with its own bodies.
//!
//! Only the ids differ: where the guide says 1137 or 16224, the test says the id that it was given.

use serde_json::{Value, json};

use crate::harness::{
    Server, any_id, any_text, any_time, any_uuid, classification_error, says, text_with, unix_now, windows,
};

const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";
const RULES: &str = "/api/v2/deviceclassification/rules";
const TAGS: &str = "/api/v2/devices/device/tags";

const SURFACE: &str = "AB2E7066-747D-8728-71F9-6163532C2BD0";
const JOE_3: &str = "416012FE-E4CD-860D-0DAE-A6432CB21A76";

#[test]
fn the_walk_through_is_answered_as_the_guide_shows_it_and_survives_a_stop() {
    let mut server = Server::start();
    walk(&server);
    let before = everything(&server);
    server.terminate();
    server.restart();
    assert_eq!(everything(&server), before);
}

#[test]
fn the_walk_through_survives_a_kill() {
    let mut server = Server::start();
    walk(&server);
    let before = everything(&server);
    server.kill9();
    server.restart();
    assert_eq!(everything(&server), before);
}

#[test]
fn a_device_tag_moves_the_classification_in_the_same_commit() {
    let server = Server::start();
    server.make_classification("low risk");
    let tag = server.make_tag("low risk");
    server.post(RULES, json!([low_risk_tag_rule(tag)])).expect_empty(201);
    check_in_both(&server, None);
    assert_eq!(server.status_of(SURFACE), ("Unmanaged".into(), String::new()));

    // No refresh job, no lag: the next read sees it (§7).
    server.post(&format!("{TAGS}/bulkreplace"), surface_gets(tag)).expect_status(200);
    assert_eq!(server.status_of(SURFACE), ("Managed".into(), "low risk".into()));
    assert_eq!(server.status_of(JOE_3), ("Unmanaged".into(), String::new()));
    assert_eq!(server.bulk("bulkreplace", &[], &[SURFACE]), 1);
    assert_eq!(server.status_of(SURFACE), ("Unmanaged".into(), String::new()));
}

fn walk(server: &Server) {
    let tag = low_risk(server);
    find_devices(server, &["nsdeviceuid", "hostname", "os", "client_version"]);
    find_device_tags(server, tag);
    apply(server, tag);
    test_functionality(server);
}

/// "Creating a New Device Classification Tag", "Creating a Device Classification Rule" (both POSTs) and "Creating
/// Device Tags"; then the devices come. The id of the device tag.
fn low_risk(server: &Server) -> u64 {
    server.get(CLASSIFICATIONS).expect(200, json!([]));
    let low_risk = json!([{"name": "low risk", "description": "Devices with low risk classification"}]);
    let made =
        server.post(CLASSIFICATIONS, low_risk).expect(201, json!({"status": true, "data": [any_id()]}));
    server.get(CLASSIFICATIONS).expect(
        200,
        json!([{"id": made.json()["data"][0], "priority": 1, "name": "low risk",
            "description": "Devices with low risk classification", "modifiedBy": any_text(),
            "modifiedTime": any_time(), "policyNames": []}]),
    );

    server.post(RULES, json!([low_risk_windows_rule()])).expect_empty(201);
    let tag = json!({"name": "low risk", "description": "Devices with low risk classification"});
    let made = server.post(TAGS, tag).expect(
        201,
        json!({"success": true, "data": {"id": any_id(), "name": "low risk",
            "description": "Devices with low risk classification"}}),
    );
    let tag = made.json()["data"]["id"].as_u64().unwrap();
    server.post(RULES, json!([low_risk_tag_rule(tag)])).expect_empty(201);
    let shown = |rule: Value| {
        json!({"id": any_id(), "name": rule["name"], "label": "low risk", "os": "windows",
            "conditions": rule["conditions"], "modifiedBy": any_text(), "modifiedTime": any_time()})
    };
    let both = json!([shown(low_risk_windows_rule()), shown(low_risk_tag_rule(tag))]);
    server.get(RULES).sorted_by("", "name").expect(200, both);
    check_in_both(server, Some("low risk"));
    tag
}

/// "Finding Devices by Status Query".
fn find_devices(server: &Server, fields: &[&str]) {
    let now = unix_now();
    let path = format!(
        "/api/v2/events/datasearch/clientstatus?starttime={}&endtime={now}&fields={}",
        now - 86_400,
        fields.join(",")
    );
    let answer = server.get(&path).sorted_by("/result", "hostname");
    let row = |uid: &str, hostname: &str, user: &str| {
        let mut row = json!({"_id": any_uuid()});
        for field in fields {
            row[field] = match *field {
                "nsdeviceuid" => json!(uid),
                "device_id" => text_with(&format!("_{uid}")),
                "hostname" => json!(hostname),
                "user" => json!(user),
                "os" => json!("Windows"),
                _ => json!("135.1.10.2611"),
            };
        }
        row
    };
    answer.expect(
        200,
        json!({
            "result": [row(SURFACE, "Jenga-Surface", "jenga@corp.example"),
                row(JOE_3, "nskp-w11-joe-3", "joe@corp.example")],
            "status": {"count": 2, "execution": "SUCCESS", "message": "Executed Successfully",
                "status_code": 200}}),
    );
}

/// "Finding Device Tags": the short form, which a device is asked for by its id.
fn find_device_tags(server: &Server, tag: u64) {
    let found = server.post(&format!("{TAGS}/gettags"), json!({"device_id": SURFACE}));
    found.expect(200, json!({"data": [{"id": tag, "name": "low risk"}]}));
}

/// "Applying Tags to Devices".
fn apply(server: &Server, tag: u64) {
    let replaced = |changed: u64| {
        json!({"success": true, "data": {"affected_device_tags": changed,
            "affected_device_classification_tags": 0, "message": "Tags replaced successfully"}})
    };
    server.post(&format!("{TAGS}/bulkreplace"), surface_gets(tag)).expect(200, replaced(1));
    let found = server.post(&format!("{TAGS}/gettags"), json!({"device_id": SURFACE}));
    found.expect(200, json!({"data": [{"id": tag, "name": "low risk", "assigned": true}]}));
    server.post(&format!("{TAGS}/bulkreplace"), surface_gets(tag)).expect(200, replaced(0));
}

/// "Test Functionality", steps 1 to 4.
fn test_functionality(server: &Server) {
    let medium = json!([{"name": "medium risk", "description": "devices that are at medium risk"}]);
    let made = server.post(CLASSIFICATIONS, medium.clone()).expect_status(201).json();
    // "Status: Successfully created (or already exists)".
    server.post(CLASSIFICATIONS, medium).expect(201, made.clone());
    let classification = made["data"][0].as_u64().unwrap();

    find_devices(server, &["device_id", "hostname", "user", "os", "client_version"]);

    // The guide's step 3 passes the classification's id where its own footnote asks for a device tag's.
    let refusal = format!("{classification} is a classification; device_tag_check takes a device tag's id");
    server
        .post(RULES, json!([medium_risk_rule(classification)]))
        .expect(400, classification_error(400, &[&refusal]));
    let tag = server.make_tag("medium risk");
    server.post(RULES, json!([medium_risk_rule(tag)])).expect_empty(201);

    // Made last, it is the weaker one; as the stronger it is what the tag decides.
    let moved = server.patch(&format!("{CLASSIFICATIONS}/{classification}"), json!({"priority": 1}));
    moved.expect(200, json!({"status": true}));
    server.post(&format!("{TAGS}/bulkreplace"), surface_gets(tag)).expect(
        200,
        json!({"success": true, "data": {"affected_device_tags": 2,
            "affected_device_classification_tags": 0, "message": says(&["Tags replaced successfully"])}}),
    );
    assert_eq!(server.status_of(SURFACE), ("Managed".into(), "medium risk".into()));
    assert_eq!(server.status_of(JOE_3), ("Managed".into(), "low risk".into()));
    // Step 4: what the client on the device shows its user.
    assert_eq!(server.check_in(surface())["classification"], "medium risk");
}

/// Every answer that a client could compare, in one value.
fn everything(server: &Server) -> Value {
    let get = |path: &str| server.get(path).expect_status(200).json();
    let tags = |body: Value| server.post(&format!("{TAGS}/gettags"), body).expect_status(200).json();
    json!({
        "classifications": get(CLASSIFICATIONS),
        "rules": get(RULES),
        "tags": tags(json!({})),
        "tags of Surface": tags(json!({"device_id": SURFACE})),
        "tags of joe-3": tags(json!({"devices": [{"nsdeviceuid": JOE_3}]})),
        "records": get("/api/v2/events/datasearch/clientstatus"),
        "rows": get("/api/v2/events/datasearch/clientstatus?fields=nsdeviceuid,hostname,os,client_version"),
    })
}

fn check_in_both(server: &Server, classification: Option<&str>) {
    for device in [surface(), windows(JOE_3)] {
        assert_eq!(server.check_in(device)["classification"], json!(classification));
    }
}

fn surface() -> Value {
    let mut surface = windows(SURFACE);
    surface["userkey"] = json!("jenga@corp.example");
    surface["username"] = json!("jenga@corp.example");
    surface["hostname"] = json!("Jenga-Surface");
    surface
}

/// The guide's body; its `userkey` equals its `nsdeviceuid`, which names every user of the machine (§8).
fn surface_gets(tag: u64) -> Value {
    json!({
        "tags": [tag],
        "devices": [{"nsdeviceuid": SURFACE, "userkey": SURFACE, "hostname": "Jenga-Surface"}],
        "device_classifications": []
    })
}

fn low_risk_windows_rule() -> Value {
    json!({"name": "low risk rule - Windows All", "label": "low risk", "os": "windows", "conditions":
        {"$and": [{"$and": [{"$or": [
            {"min_os_version_check": {"min_os_version": "0", "edition": "Windows All"}}]}]}]}})
}

fn low_risk_tag_rule(tag: u64) -> Value {
    json!({"name": "low risk tag rule", "label": "low risk", "os": "windows", "conditions":
        {"$and": [{"$and": [{"$and": [{"device_tag_check": {"tag_id": tag}}]}]}]}})
}

fn medium_risk_rule(tag: u64) -> Value {
    json!({"name": "medium risk rule - Windows", "label": "medium risk", "os": "windows", "conditions":
        {"$and": [{"$and": [{"$and": [{"device_tag_check": {"tag_id": tag}}]}]}]}})
}
