//! The setting of a site that says how much it may hold (decided.md "Common"): `limits`.

use serde_json::{Value, json};

use crate::harness::{
    Answer, Client, Server, any, classification_error, devices_error, linux, on_tag, our_error, text_with,
    uid,
};

const SITE: &str = "/api/v1/sites/1";
const TAGS: &str = "/api/v1/tags";
const DEVICE_TAGS: &str = "/api/v2/devices/device/tags";
const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";
const RULES: &str = "/api/v2/deviceclassification/rules";

#[track_caller]
fn set(client: &Client, limits: Value) -> Value {
    let answer = client.patch(SITE, json!({"settings": {"limits": limits}})).expect_status(200);
    answer.json()["settings"]["limits"].clone()
}

/// Limits as they are shown.
fn limits(tags: u32, netskope: u32, alloyscan: u32, classifications: u32, rules: u32) -> Value {
    json!({"tags": tags, "tagsPerDevice": {"netskope": netskope, "alloyscan": alloyscan},
        "classifications": classifications, "rules": rules})
}

/// So many tags: the numbers by which Netskope's dialect knows them.
fn tags(client: &Client, count: usize) -> Vec<u64> {
    (0..count).map(|n| client.make_tag(&name(n))).collect()
}

fn name(n: usize) -> String {
    format!("tag {n:02}")
}

fn assign(client: &Client, call: &str, tags: &[u64], number: usize) -> Answer {
    let devices = json!([{"nsdeviceuid": uid(number)}]);
    client.post(
        &format!("{DEVICE_TAGS}/{call}"),
        json!({"tags": tags, "devices": devices, "device_classifications": []}),
    )
}

/// The tags of a device that checked in.
fn on(device: &Value) -> String {
    format!("/api/v1/devices/{}/tags", device["id"].as_str().unwrap())
}

/// Another site: its administrator's token.
fn other_site(server: &Server) -> String {
    let added = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    added["token"]["token"].as_str().unwrap().to_owned()
}

#[test]
fn limits_are_set_kept_and_put_back_one_by_one_or_together() {
    let mut server = Server::start();
    let token = other_site(&server);
    let shown = server.get(SITE).expect_status(200).json();
    assert_eq!(shown["settings"]["limits"], limits(10_000, 5, 64, 250, 500));
    assert_eq!(set(&server, json!({"tags": 9, "rules": 8})), limits(9, 5, 64, 250, 8));
    assert_eq!(set(&server, json!({"tagsPerDevice": {"netskope": 64}})), limits(9, 64, 64, 250, 8));
    let most = json!({"tagsPerDevice": {"alloyscan": 1}, "classifications": 250, "rules": null});
    assert_eq!(set(&server, most), limits(9, 64, 1, 250, 500));
    server.kill9();
    server.restart();
    let shown = server.get(SITE).expect_status(200).json();
    assert_eq!(shown["settings"]["limits"], limits(9, 64, 1, 250, 500));
    let theirs = server.with_token(&token).get("/api/v1/sites/2").expect_status(200).json();
    assert_eq!(theirs["settings"]["limits"], limits(10_000, 5, 64, 250, 500));
    // What is not named stays, and the same again makes no new version.
    let before = server.patch(SITE, json!({"settings": {"retention": null}})).expect_status(200);
    let after = server.patch(SITE, json!({"settings": {"limits": {"tags": 9}}})).expect_status(200);
    after.expect_header("Fleetmark-Version", before.header("Fleetmark-Version").unwrap());
    assert_eq!(set(&server, json!({"tagsPerDevice": {"netskope": null}})), limits(9, 5, 1, 250, 500));
    assert_eq!(set(&server, json!({"tagsPerDevice": null})), limits(9, 5, 64, 250, 500));
    assert_eq!(set(&server, json!(null)), limits(10_000, 5, 64, 250, 500));
}

#[test]
fn a_change_of_limits_is_in_the_change_log_with_what_was_before() {
    let server = Server::start();
    set(&server, json!({"rules": 8}));
    let log = server.get("/api/v1/changes").expect_status(200).json();
    let change = &log["items"][0];
    assert_eq!(change["before"]["settings"]["limits"]["rules"], 500);
    assert_eq!(change["after"]["settings"]["limits"]["rules"], 8);
}

#[test]
fn what_is_no_limit_is_refused_by_name_with_its_bounds() {
    let server = Server::start();
    for (member, most) in [
        ("tags", 10_000),
        ("tagsPerDevice.netskope", 64),
        ("tagsPerDevice.alloyscan", 64),
        ("classifications", 250),
        ("rules", 500),
    ] {
        let said = |value: Value| match member.split_once('.') {
            Some((whole, part)) => json!({whole: {part: value}}),
            None => json!({member: value}),
        };
        let (named, bounds) = (format!("settings.limits.{member}"), format!("must be 1 to {most}"));
        for bad in [json!(0), json!(-1), json!(most + 1), json!(i64::MAX)] {
            let answer = server.patch(SITE, json!({"settings": {"limits": said(bad)}}));
            answer.expect(400, our_error(&[&named, &bounds]));
        }
        for bad in [json!("5"), json!(5.5), json!(true), json!([5]), json!(1e300)] {
            let answer = server.patch(SITE, json!({"settings": {"limits": said(bad)}}));
            answer.expect(400, our_error(&[&named]));
        }
        for good in [1, most] {
            set(&server, said(json!(good)));
        }
    }
    for (bad, named) in [
        (json!({"devices": 5}), "devices"),
        (json!({"tagsPerDevice": {"ours": 5}}), "ours"),
        (json!({"tagsPerDevice": 5}), "settings.limits.tagsPerDevice"),
        (json!(5), "settings.limits"),
    ] {
        server.patch(SITE, json!({"settings": {"limits": bad}})).expect(400, our_error(&[named]));
    }
    // All that is wrong is named, and nothing of the rest is done.
    let both = json!({"tags": 0, "rules": 501, "classifications": 9});
    let answer = server.patch(SITE, json!({"settings": {"limits": both}}));
    answer.expect(400, our_error(&["settings.limits.tags", "settings.limits.rules"]));
    assert_eq!(set(&server, json!({})), limits(10_000, 64, 64, 250, 500));
}

#[test]
fn a_site_gets_no_more_tags_than_its_limit_in_any_dialect() {
    let mut server = Server::start();
    let token = other_site(&server);
    set(&server, json!({"tags": 2}));
    tags(&server, 2);
    server.kill9();
    server.restart();
    let other = server.with_token(&token);
    let new = json!({"name": "more", "color": "green"});
    server.post(TAGS, new.clone()).expect(409, our_error(&["tags", "at most 2"]));
    server
        .post(DEVICE_TAGS, json!({"name": "more", "description": ""}))
        .expect(400, devices_error(&["tags", "at most 2"]));
    other.post(TAGS, new.clone()).expect_status(201);
    assert_eq!(tags(&other, 3).len(), 3);
    // What is there stays when there may be less, and can be changed.
    set(&server, json!({"tags": 1}));
    let all = server.get(TAGS).expect_status(200).json();
    assert_eq!(all["total"], 2);
    let first = format!("{TAGS}/{}", all["items"][0]["id"].as_str().unwrap());
    server.patch(&first, json!({"name": "renamed"})).expect_status(200);
    server.post(TAGS, new.clone()).expect(409, our_error(&["holds 2 tags", "at most 1"]));
    set(&server, json!({"tags": 3}));
    server.post(TAGS, new).expect_status(201);
}

#[test]
fn netskopes_calls_put_no_more_tags_on_a_device_than_its_limit() {
    let server = Server::start();
    let other = server.with_token(&other_site(&server));
    for client in [&server as &Client, &other] {
        client.check_in(linux(&uid(1)));
    }
    let (ours, theirs) = (tags(&server, 65), tags(&other, 6));
    set(&server, json!({"tagsPerDevice": {"netskope": 2}}));
    assign(&server, "bulkadd", &ours[..3], 1).expect(400, devices_error(&["would carry 3", "at most 2"]));
    assign(&server, "bulkadd", &ours[..2], 1).expect_status(200);
    let replaced = assign(&server, "bulkreplace", &ours[1..4], 1).expect_status(200).json();
    assert_eq!(replaced["data"]["skipped_tags"], json!([ours[3]]));
    assert_eq!(server.tags_of(&uid(1)), [name(1), name(2)]);
    // With the other dialect's limit nothing has changed, nor on another site.
    let device = server.check_in(linux(&uid(1)));
    server.post(&on(&device), json!({"tagName": name(9)})).expect_status(200);
    assign(&other, "bulkadd", &theirs[..5], 1).expect_status(200);
    assign(&other, "bulkadd", &theirs[5..], 1).expect(400, devices_error(&["at most 5"]));
    // Lowered below what the device carries, it takes nothing away.
    set(&server, json!({"tagsPerDevice": {"netskope": 1}}));
    assign(&server, "bulkadd", &ours[1..2], 1).expect_status(200);
    assign(&server, "bulkadd", &ours[3..4], 1).expect(400, devices_error(&["carries 3", "at most 1"]));
    assign(&server, "bulkremove", &ours[1..2], 1).expect_status(200);
    assert_eq!(server.tags_of(&uid(1)), [name(2), name(9)]);
    // Raised, Netskope's calls reach as far as a device goes.
    set(&server, json!({"tagsPerDevice": {"netskope": 64}}));
    assign(&server, "bulkreplace", &ours[..64], 1).expect_status(200);
    assert_eq!(server.tags_of(&uid(1)).len(), 64);
    assign(&server, "bulkadd", &ours[64..], 1).expect(400, devices_error(&["would carry 65", "at most 64"]));
}

#[test]
fn a_device_gets_no_more_tags_one_by_one_or_in_bulk_than_its_limit() {
    let server = Server::start();
    let numbers = tags(&server, 5);
    let (one, two) = (server.check_in(linux(&uid(1))), server.check_in(linux(&uid(2))));
    set(&server, json!({"tagsPerDevice": {"alloyscan": 2}}));
    for n in 0..2 {
        server.post(&on(&one), json!({"tagName": name(n)})).expect_status(200);
    }
    let refusal = our_error(&["tags_per_device", "carries 2 tags", "at most 2"]);
    server.post(&on(&one), json!({"tagName": name(2)})).expect(409, refusal);
    server.post(&on(&one), json!({"tagName": name(1)})).expect_status(200);
    let bulk = json!({"add": [{"tagName": name(2)}], "devices": [{"id": one["id"]}, {"id": two["id"]}]});
    let error =
        json!({"code": "tags_per_device", "message": text_with("would carry 3 tags; at most 2 are allowed")});
    let refused = json!({"device": any(), "added": [], "removed": [], "error": error});
    let done = json!({"device": any(), "added": [name(2)], "removed": []});
    let told = json!({"items": [refused, done], "total": 2, "changed": 1, "failed": 1});
    server.post("/api/v1/devices/tags/bulk?dryRun=true", bulk.clone()).expect(200, told.clone());
    server.post("/api/v1/devices/tags/bulk", bulk).expect(200, told);
    // Netskope's limit is its own.
    assign(&server, "bulkadd", &numbers[2..], 1).expect_status(200);
    assert_eq!(server.tags_of(&uid(1)).len(), 5);
}

#[test]
fn no_device_gets_more_tags_by_itself_than_its_limit() {
    let server = Server::start();
    tags(&server, 3);
    let listed = server.get(TAGS).expect_status(200).json();
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|tag| tag["id"].clone()).collect();
    let body =
        json!({"name": "office", "type": "address-list", "ranges": ["10.0.0.0/8"], "autoTagId": ids[0]});
    let segment = server.post("/api/v1/segments", body).expect_status(201).json();
    let agents = json!({"settings": {"auditAgents": {"autoTagId": ids[1]}}});
    server.patch(SITE, agents).expect_status(200);
    let heard = |number: usize| {
        let mut device = linux(&uid(number));
        device["ipAddress"] = json!("10.1.2.3");
        let judged = server.check_in(device);
        judged["tags"].as_array().unwrap().len()
    };
    set(&server, json!({"tagsPerDevice": {"alloyscan": 1}}));
    assert_eq!(heard(1), 1, "the segment's comes first, and there is no room for the agent's");
    set(&server, json!({"tagsPerDevice": null}));
    assert_eq!(heard(2), 2);
    // Nor does a segment whose tag is another now give it to devices that are full.
    let path = format!("/api/v1/segments/{}", segment["id"].as_str().unwrap());
    server.patch(&path, json!({"autoTagId": ids[2]})).expect_status(200);
    set(&server, json!({"tagsPerDevice": {"alloyscan": 2}}));
    let backfilled = |query: &str| {
        let answer = server.post(&format!("{path}/backfill{query}"), json!({})).expect_status(200);
        answer.json()["devices"].clone()
    };
    assert_eq!(backfilled("?dryRun=true"), 1);
    assert_eq!(backfilled(""), 1);
    assert_eq!((server.tags_of(&uid(1)).len(), server.tags_of(&uid(2)).len()), (2, 2));
}

#[test]
fn a_site_gets_no_more_classifications_and_rules_than_its_limits() {
    let mut server = Server::start();
    let token = other_site(&server);
    set(&server, json!({"classifications": 2, "rules": 1}));
    server.kill9();
    server.restart();
    let other = server.with_token(&token);
    let named = |names: &[&str]| names.iter().map(|name| json!({"name": name})).collect::<Value>();
    for client in [&server as &Client, &other] {
        client.post(CLASSIFICATIONS, named(&["low", "high"])).expect_status(201);
    }
    let refusal = classification_error(400, &["holds 2 classifications", "at most 2"]);
    server.post(CLASSIFICATIONS, named(&["low", "more"])).expect(400, refusal);
    other.post(CLASSIFICATIONS, named(&["low", "more"])).expect_status(201);
    // A repeat adds nothing, whatever the limit has become.
    set(&server, json!({"classifications": 1}));
    server.post(CLASSIFICATIONS, named(&["low", "high"])).expect_status(201);

    let rule = |client: &Client, name: &str, os: &str| {
        let tag = client.make_tag(&format!("for {name}"));
        let rule = json!({"name": name, "label": "low", "os": os, "conditions": on_tag(tag)});
        client.post(RULES, json!([rule]))
    };
    rule(&server, "one", "linux").expect_status(201);
    let refusal = classification_error(400, &["holds 1 rules", "at most 1"]);
    rule(&server, "two", "linux").expect(400, refusal);
    for name in ["one", "two"] {
        rule(&other, name, "linux").expect_status(201);
    }
    // A preview says what would be refused.
    let tag = server.make_tag("drafted");
    let draft = json!({"label": "low", "os": "mac", "conditions": on_tag(tag)});
    server.post("/api/v1/rules/preview", draft.clone()).expect(409, our_error(&["rules", "at most 1"]));
    set(&server, json!({"rules": 2}));
    server.post("/api/v1/rules/preview", draft).expect_status(200);
}
