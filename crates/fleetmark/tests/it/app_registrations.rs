//! `/api/v1/app-registrations` and `/api/v1/notices` (alloyscan.md "Authentication", decided.md "Management").

use serde_json::{Value, json};

use crate::harness::{Server, any_text, any_time, any_uuid, our_error};

const PATH: &str = "/api/v1/app-registrations";
const NOTICES: &str = "/api/v1/notices";
const AUDIT: &str = "/api/v2/events/data/audit";

/// What is shown of one that was made with nothing but a name and an expiry.
fn plain(id: u64, name: &str, expires_at: &str) -> Value {
    json!({"id": id, "name": name, "owner": name, "role": "administrator", "areas": {}, "clientId": any_uuid(),
        "enabled": true, "expiresAt": expires_at, "lastUsedAt": null, "lastUsedBy": null, "lastUsedFrom": null,
        "createdBy": "bootstrap", "createdAt": any_time()})
}

#[test]
fn a_name_and_an_expiry_are_enough_and_the_secret_is_shown_once() {
    let server = Server::start();
    let body = json!({"name": "nightly", "expiresAt": "2099-01-01T00:00:00Z", "enabled": true});
    let shown = || plain(1, "nightly", "2099-01-01T00:00:00.000Z");
    let mut created = shown();
    created["clientSecret"] = any_text();
    let created = server.post(PATH, body).expect(201, created);
    assert!(created.header("Fleetmark-Version").is_some(), "{created}");
    let created = created.json();
    let secret = created["clientSecret"].as_str().unwrap();
    assert!(secret.starts_with("fm_") && secret.len() == 36, "scanners find it by its form");
    let one = server.get(&format!("{PATH}/1")).expect(200, shown());
    assert_eq!(one.json()["clientId"], created["clientId"]);
    server.get(PATH).expect(200, json!({"items": [shown()], "total": 1}));
}

#[test]
fn owner_role_and_areas_narrow_it() {
    let server = Server::start();
    let body = json!({"name": "nightly", "owner": "ann@corp.example", "role": "user",
        "areas": {"devices": "manage"}, "expiresIn": "90d", "enabled": false});
    let made = server.post(PATH, body).expect_status(201).json();
    assert_eq!((&made["owner"], &made["role"]), (&json!("ann@corp.example"), &json!("user")));
    assert_eq!((&made["areas"], &made["enabled"]), (&json!({"devices": "manage"}), &json!(false)));
    let patch = json!({"name": "hourly", "owner": "bob", "role": "administrator", "areas": {}, "enabled": true,
        "expiresAt": "2099-01-01T00:00:00Z"});
    let patched = server.patch(&format!("{PATH}/1"), patch).expect_status(200).json();
    let mut expected = plain(1, "hourly", "2099-01-01T00:00:00.000Z");
    expected["owner"] = json!("bob");
    server.get(&format!("{PATH}/1")).expect(200, expected);
    assert_eq!(patched["clientId"], made["clientId"]);
    assert!(patched.get("clientSecret").is_none());
    // Nothing said, nothing changed.
    let version = |answer: &crate::harness::Answer| answer.header("Fleetmark-Version").map(str::to_owned);
    let before = server.patch(&format!("{PATH}/1"), json!({})).expect_status(200);
    assert_eq!(version(&before), version(&server.patch(&format!("{PATH}/1"), json!({"enabled": null}))));
}

#[test]
fn everything_that_is_wrong_with_a_body_is_named() {
    let server = Server::start();
    let body = json!({"name": "", "role": "king", "areas": {"moon": "own"}, "expiresIn": "soon"});
    let answer =
        server.post(PATH, body).expect(400, our_error(&["name", "owner", "role", "areas.moon", "expiresIn"]));
    assert_eq!(answer.json()["error"], "validation_failed");
    for (body, named) in [
        (json!({"name": "x"}), "expiresAt is missing"),
        (json!({"name": "x", "expiresAt": null}), "expiresAt is missing"),
        (json!({"name": "x", "expiresIn": "never"}), "expiresIn must come to an end"),
        (json!({"name": "x", "expiresAt": "2020-01-01T00:00:00Z"}), "expiresAt must be a moment to come"),
        (json!({"name": "x", "expiresAt": "tomorrow"}), "expiresAt must be a moment such as"),
        (json!({"name": "x", "expiresIn": "1d", "expiresAt": "2099-01-01T00:00:00Z"}), "not both"),
        (json!({"name": "x", "expiresIn": "1d", "enabled": "yes"}), "enabled must be true or false"),
        (json!({"name": "x", "expiresIn": "1d", "clientId": "mine"}), "clientId should not exist"),
        (json!({"expiresIn": "1d"}), "name is missing"),
        (json!([]), "the body must be an object"),
    ] {
        server.post(PATH, body).expect(400, our_error(&[named]));
    }
    server.post(PATH, json!({"name": "x", "expiresIn": "1d"})).expect_status(201);
    for (body, named) in [
        (json!({"expiresIn": "never"}), "expiresIn must come to an end"),
        (json!({"expiresAt": "2099-01-01T00:00:00Z", "expiresIn": "1d"}), "not both"),
        (json!({"name": " "}), "name"),
        (json!({"clientSecret": "x"}), "clientSecret should not exist"),
    ] {
        server.patch(&format!("{PATH}/1"), body).expect(400, our_error(&[named]));
    }
    assert_eq!(server.get(PATH).json()["total"], 1);
}

#[test]
fn one_that_was_deleted_is_gone_and_its_id_is_given_to_no_other() {
    let server = Server::start();
    let body = |name: &str| json!({"name": name, "expiresIn": "90d"});
    server.post(PATH, body("a")).expect_status(201);
    let path = format!("{PATH}/1");
    server.delete(&path).expect_empty(204);
    for answer in [server.get(&path), server.delete(&path), server.patch(&path, json!({"enabled": false}))] {
        answer.expect(404, our_error(&["app registration 1 does not exist"]));
    }
    assert_eq!(server.post(PATH, body("b")).expect_status(201).json()["id"], 2);
    server.get(&format!("{PATH}/x")).expect(400, our_error(&["id"]));
}

#[test]
fn what_is_done_to_one_is_in_the_audit_trail() {
    let server = Server::start();
    server.post(PATH, json!({"name": "nightly", "expiresIn": "90d"})).expect_status(201);
    server.patch(&format!("{PATH}/1"), json!({"name": "hourly"})).expect_status(200);
    server.delete(&format!("{PATH}/1")).expect_status(204);
    let end = crate::harness::unix_now() + 60;
    let trail = server.get(&format!("{AUDIT}?starttime=0&endtime={end}")).expect_status(200).json();
    let told: Vec<_> =
        trail["result"].as_array().unwrap().iter().map(|event| event["audit_log_event"].clone()).collect();
    let all = ["Delete App Registration", "Edit App Registration", "Create App Registration"];
    assert!(all.iter().all(|name| told.contains(&json!(name))), "{trail}");
}

#[test]
fn what_expires_soon_is_noticed_in_order_and_in_the_log_of_the_next_start() {
    let mut server = Server::start();
    let token = |name: &str, life: &str| {
        let body = json!({"name": name, "role": "user", "owner": "ann", "expiresIn": life});
        server.post("/api/v1/tokens", body).expect_status(201);
    };
    token("partner", "2w");
    token("long", "60d");
    token("for ever", "never");
    server.post(PATH, json!({"name": "nightly", "expiresIn": "1d"})).expect_status(201);
    server.post(PATH, json!({"name": "done", "expiresIn": "1d"})).expect_status(201);
    server.patch(&format!("{PATH}/2"), json!({"expiresAt": "2020-01-01T00:00:00Z"})).expect_status(200);
    let notice = |kind: &str, id: u64, name: &str, owner: &str, level: &str| json!({"kind": kind, "id": id, "name": name, "owner": owner, "level": level, "expiresAt": any_time()});
    let done = notice("app_registration", 2, "done", "done", "expired");
    let nightly = notice("app_registration", 1, "nightly", "nightly", "expires_in_7_days");
    let partner = notice("token", 1, "partner", "ann", "expires_in_30_days");
    server.get(NOTICES).expect(200, json!({"items": [done, nightly, partner], "total": 3}));
    let nightly = notice("app_registration", 1, "nightly", "nightly", "expires_in_7_days");
    server.get(&format!("{NOTICES}?limit=1&offset=1")).expect(200, json!({"items": [nightly], "total": 3}));
    server.get(&format!("{NOTICES}?limit=0")).expect(400, our_error(&["limit"]));
    server.patch(&format!("{PATH}/1"), json!({"expiresIn": "90d"})).expect_status(200);
    server.delete(&format!("{PATH}/2")).expect_status(204);
    assert_eq!(server.get(NOTICES).json()["total"], 1);

    server.terminate();
    let before = server.printed().len();
    server.restart();
    server.terminate();
    let printed = server.printed()[before..].to_owned();
    let lines: Vec<_> = printed.lines().filter(|line| line.contains("should be extended")).collect();
    assert!(lines.len() == 1 && lines[0].contains("partner"), "{printed}");
}
