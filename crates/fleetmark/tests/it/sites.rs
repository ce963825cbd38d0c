//! `/api/v1/sites` (decided.md "Common").

use serde_json::{Value, json};

use crate::harness::{BOOTSTRAP_TOKEN, Client, Process, Server, any, fleetmark, our_error, uid, windows};

const PATH: &str = "/api/v1/sites";

fn settings(retention: Value) -> Value {
    json!({"retention": retention, "factMaxAge": null, "auditAgents": {"autoTagId": null},
        "requireUserAgent": false, "movedTo": null,
        "maintenance": {"on": false, "message": null, "retryAfter": 120},
        "limits": {"tags": 10_000, "tagsPerDevice": {"netskope": 5, "alloyscan": 64},
            "classifications": 250, "rules": 500},
        "pacing": {"netskopeV1": {"atOnce": 4, "waiting": 20, "seconds": 5}, "netskopeV2": null,
            "alloyscan": null}})
}

fn site(retention: Value) -> Value {
    json!({"id": 1, "name": "default", "settings": settings(retention)})
}

#[test]
fn an_administrator_sees_the_own_site_and_no_other() {
    let server = Server::start();
    let global = server.post(PATH, json!({"name": "lab"})).expect_status(201);
    assert_eq!(global.json()["site"], json!({"id": 2, "name": "lab", "settings": settings(json!(null))}));
    let server = server.with_token(&server.make_token(json!({"name": "ann", "role": "administrator"})));
    server.get(PATH).expect(200, json!({"items": [site(json!(null))], "total": 1}));
    server.get(&format!("{PATH}?offset=1")).expect(200, json!({"items": [], "total": 1}));
    server.get(&format!("{PATH}/1")).expect(200, site(json!(null)));
    for other in ["0", "2", "999999", "99999999999999999999"] {
        server.get(&format!("{PATH}/{other}")).expect(404, our_error(&["site", other]));
        let body = json!({"settings": {"retention": "90d"}});
        server.patch(&format!("{PATH}/{other}"), body).expect(404, our_error(&["site", other]));
    }
    server.get(&format!("{PATH}/default")).expect(400, our_error(&["whole number"]));
}

#[test]
fn the_retention_is_set_kept_and_taken_away() {
    let mut server = Server::start();
    let path = format!("{PATH}/1");
    let set = |server: &Server, body: Value| server.patch(&path, body);
    for retention in ["1h", "12h", "90d", "4w", "6M"] {
        let answer = set(&server, json!({"settings": {"retention": retention}}));
        answer.expect(200, site(json!(retention)));
    }
    // What is not named stays, and the same again makes no new version.
    let before = set(&server, json!({})).expect(200, site(json!("6M")));
    let after = set(&server, json!({"settings": {"retention": "6M"}})).expect(200, site(json!("6M")));
    let version = before.header("Fleetmark-Version").expect("a write names its version");
    after.expect_header("Fleetmark-Version", version);
    set(&server, json!({"settings": {}})).expect(200, site(json!("6M")));
    server.kill9();
    server.restart();
    server.get(&path).expect(200, site(json!("6M")));
    set(&server, json!({"settings": {"retention": null}})).expect(200, site(json!(null)));
}

#[test]
fn how_old_facts_may_become_is_set_kept_and_taken_away() {
    let mut server = Server::start();
    let path = format!("{PATH}/1");
    let shown = |age: Value, retention: Value| {
        let mut site = site(retention);
        site["settings"]["factMaxAge"] = age;
        site
    };
    let set = |server: &Server, settings: Value| server.patch(&path, json!({"settings": settings}));
    set(&server, json!({"factMaxAge": "7d"})).expect(200, shown(json!("7d"), json!(null)));
    set(&server, json!({"retention": "90d"})).expect(200, shown(json!("7d"), json!("90d")));
    server.kill9();
    server.restart();
    server.get(&path).expect(200, shown(json!("7d"), json!("90d")));
    set(&server, json!({"factMaxAge": null})).expect(200, shown(json!(null), json!("90d")));
}

#[test]
fn what_is_no_setting_is_refused_by_name() {
    let server = Server::start();
    let path = format!("{PATH}/1");
    for retention in [json!(""), json!("0d"), json!("30m"), json!("never"), json!("30"), json!("-1d")] {
        let answer = server.patch(&path, json!({"settings": {"retention": retention}}));
        answer.expect(400, our_error(&["settings.retention", "30d"]));
        let answer = server.patch(&path, json!({"settings": {"factMaxAge": retention}}));
        answer.expect(400, our_error(&["settings.factMaxAge", "30d"]));
    }
    for (body, named) in [
        (json!({"settings": {"retention": 30}}), "settings.retention"),
        (json!({"settings": {"shoeSize": 30}}), "settings property shoeSize should not exist"),
        (json!({"settings": "90d"}), "settings"),
        (json!({"name": "mine"}), "property name should not exist"),
        (json!([]), "the body"),
    ] {
        server.patch(&path, body).expect(400, our_error(&[named]));
    }
    server.get(&path).expect(200, site(json!(null)));
}

/// A new site, seen by its first administrator.
fn add(server: &Client, name: &str) -> Client {
    add_shown(server, name).0
}

/// The same, with the administrator's token.
fn add_shown(server: &Client, name: &str) -> (Client, String) {
    let added = server.post(PATH, json!({"name": name})).expect_status(201).json();
    let token = added["token"]["token"].as_str().unwrap();
    (server.with_token(token), token.to_owned())
}

#[test]
fn a_new_site_is_whole_and_alone() {
    let mut server = Server::start();
    server.make_tag("here");
    server.check_in(windows(&uid(1)));
    let (lab, token) = add_shown(&server, "lab");
    lab.get("/api/v1/devices").expect(200, json!({"items": [], "total": 0}));
    // The same names and the same machine, and nothing in common.
    assert_eq!(lab.make_tag("here"), 1);
    let theirs = lab.check_in(windows(&uid(1)));
    assert_eq!(lab.bulk("bulkadd", &[1], &[&uid(1)]), 1);
    assert_eq!(lab.tags_of(&uid(1)), ["here"]);
    assert_eq!(server.tags_of(&uid(1)), Vec::<String>::new());
    let ours = server.get("/api/v1/devices").expect_status(200).json()["items"][0]["id"].clone();
    assert_ne!(ours, theirs["id"]);
    let tokens = lab.get("/api/v1/tokens").expect_status(200).json();
    assert_eq!((&tokens["total"], &tokens["items"][0]["owner"]), (&json!(1), &json!("bootstrap")));
    server.kill9();
    server.restart();
    let lab = server.with_token(&token);
    assert_eq!(lab.tags_of(&uid(1)), ["here"]);
}

#[test]
fn a_global_administrator_manages_every_site_and_enters_none() {
    let server = Server::start();
    add(&server, "lab");
    let body = json!({"name": "global", "role": "user", "globalAdministrator": true});
    let global = server.with_token(&server.make_token(body));
    let sites = global.get(PATH).expect_status(200).json();
    assert_eq!((&sites["total"], &sites["items"][1]["name"]), (&json!(2), &json!("lab")));
    let retention = json!({"settings": {"retention": "30d"}});
    global.patch(&format!("{PATH}/2"), retention).expect_status(200);
    global.get(&format!("{PATH}/2")).expect_status(200);
    global.get(&format!("{PATH}/3")).expect(404, our_error(&["site", "3"]));
    for path in ["/api/v1/tokens", "/api/v1/devices"] {
        global.get(path).expect(403, our_error(&[]));
    }
}

#[test]
fn a_site_needs_a_name_that_no_other_has() {
    let server = Server::start();
    add(&server, "lab");
    server.post(PATH, json!({"name": " LAB "})).expect(409, our_error(&["\"lab\"", "already exists"]));
    server.post(PATH, json!({"name": ""})).expect(400, our_error(&["name", "empty"]));
    server.post(PATH, json!({})).expect(400, our_error(&["name is missing"]));
    server.post(PATH, json!({"name": "x", "settings": {}})).expect(400, our_error(&["settings"]));
    assert_eq!(server.get(PATH).json()["total"], 2);
}

#[test]
fn only_a_global_administrator_may_touch_the_token_of_one() {
    let server = Server::start();
    let ann = server.with_token(&server.make_token(json!({"name": "ann", "role": "administrator"})));
    let refusal = || our_error(&["Global Administrator"]);
    let tokens = "/api/v1/tokens";
    let global = json!({"name": "me too", "role": "administrator", "globalAdministrator": true});
    ann.post(tokens, global.clone()).expect(403, refusal());
    ann.patch(&format!("{tokens}/1"), json!({"globalAdministrator": true})).expect(403, refusal());
    let made = server.post(tokens, global).expect_status(201).json();
    let path = format!("{tokens}/{}", made["id"]);
    assert_eq!(made["globalAdministrator"], true);
    ann.patch(&path, json!({"expiresIn": "never", "name": "mine"})).expect(403, refusal());
    ann.delete(&path).expect(403, refusal());
    server.patch(&path, json!({"globalAdministrator": false})).expect_status(200);
    ann.delete(&path).expect_status(204);
    server
        .post(tokens, json!({"name": "x", "role": "user", "globalAdministrator": "yes"}))
        .expect(400, our_error(&["globalAdministrator must be true or false"]));
}

#[test]
fn the_command_line_adds_a_site_and_prints_its_token() {
    let mut server = Server::start();
    let create = |name: &str, arguments: &[&str]| {
        let mut command = fleetmark(&["site", "create", name]);
        command.args(arguments).env("FLEETMARK_TOKEN", BOOTSTRAP_TOKEN);
        Process::start(command).wait()
    };
    let over_http = create("lab", &["--server", server.base()]);
    let token = over_http.stdout.strip_suffix('\n').expect("one line").to_owned();
    server.with_token(&token).get(&format!("{PATH}/2")).expect(200, any());
    let taken = create("lab", &["--server", server.base()]);
    assert!(taken.code != Some(0) && taken.stderr.contains("already exists"), "{taken:?}");
    server.terminate();
    let in_store = create("branch", &["--store", &server.store()]);
    server.restart();
    let token = in_store.stdout.strip_suffix('\n').expect("one line").to_owned();
    let name = server.with_token(&token).get(&format!("{PATH}/3")).expect_status(200).json()["name"].clone();
    assert_eq!(name, "branch");
}

#[test]
fn a_device_gets_the_agents_tag_with_its_first_check_in_after_that_was_set() {
    let server = Server::start();
    let tag = server.post("/api/v1/tags", json!({"name": "audited", "color": "teal"})).expect_status(201);
    let tag = tag.json()["id"].clone();
    server.check_in(windows(&uid(1)));
    let set = |id: Value| {
        let body = json!({"settings": {"auditAgents": {"autoTagId": id}}});
        server.patch(&format!("{PATH}/1"), body)
    };
    let shown = set(tag.clone()).expect_status(200).json();
    assert_eq!(shown["settings"]["auditAgents"], json!({"autoTagId": tag}));
    let heard = |number| server.check_in(windows(&uid(number)))["tags"].as_array().unwrap().len();
    // Known or new, once.
    assert_eq!((heard(1), heard(2)), (1, 1));
    server.bulk("bulkremove", &[1], &[&uid(1)]);
    assert_eq!(heard(1), 0, "what is taken off stays off");
    // The same again does not begin anew; another setting does.
    set(tag.clone()).expect_status(200);
    assert_eq!(heard(1), 0);
    set(json!(null)).expect_status(200);
    assert_eq!((heard(2), heard(3)), (1, 0));
    set(tag.clone()).expect_status(200);
    assert_eq!((heard(1), heard(3)), (1, 1));
    for wrong in [json!("audited"), json!("0198502c-8a3b-8000-8000-000000000001"), json!(7)] {
        set(wrong).expect(400, our_error(&["settings.auditAgents.autoTagId"]));
    }
    server.delete(&format!("/api/v1/tags/{}", tag.as_str().unwrap())).expect_empty(204);
    server.get(&format!("{PATH}/1")).expect(200, site(json!(null)));
    assert_eq!(heard(4), 0);
}
