//! `GET /api/v1/changes` (alloyscan.md "Change log").

use serde_json::{Value, json};

use crate::harness::{
    Client, Server, any, any_id, any_text, any_time, any_uuid, linux, next_millisecond, on_tag, our_error,
    uid, windows,
};

const PATH: &str = "/api/v1/changes";

/// An administrator of that name.
pub fn person(server: &Server, name: &str) -> Client {
    let fields = json!({"name": name, "owner": name, "role": "administrator"});
    server.with_token(&server.make_token(fields))
}

/// The items that a call gives.
#[track_caller]
fn items(client: &Client, query: &str) -> Vec<Value> {
    let body = client.get(&format!("{PATH}{query}")).expect_status(200).json();
    body["items"].as_array().unwrap().clone()
}

/// Of each item object, what was done, and the name.
fn told(items: &[Value]) -> Vec<String> {
    let told = |item: &Value| {
        let text = |name: &str| item[name].as_str().unwrap().to_owned();
        format!("{} {}: {}", text("object"), text("change"), text("entity"))
    };
    items.iter().map(told).collect()
}

#[test]
fn a_tag_lives_through_both_dialects_and_the_log_has_each_step() {
    let server = Server::start();
    let (ann, joe) = (person(&server, "ann@corp.example"), person(&server, "joe@corp.example"));
    let device = server.check_in(linux(&uid(1)));
    server.check_in(linux(&uid(2)));
    next_millisecond();
    let made = ann.clone().with_header("X-Request-Id", "make-1");
    let made = made.post("/api/v1/tags", json!({"name": "Lab (2.0)", "color": "cyan"}));
    let made = made.expect_status(201).json();
    let (id, path) = (made["id"].clone(), format!("/api/v1/tags/{}", made["id"].as_str().unwrap()));
    let there = joe.post("/api/v2/devices/device/tags/gettags", json!({"name": "lab (2.0)"}));
    let number = there.expect_status(200).json()["data"]["data"][0]["id"].as_u64().unwrap();
    assert_eq!(joe.bulk("bulkadd", &[number], &[&uid(1), &uid(2)]), 2);
    ann.patch(&path, json!({"name": "Office"})).expect_status(200);
    let there = format!("/api/v2/devices/device/tags/{number}");
    joe.patch(&there, json!({"description": "of the lab"})).expect_status(200);
    ann.delete(&format!("/api/v1/devices/{}/tags/{}", device["id"].as_str().unwrap(), id.as_str().unwrap()))
        .expect_empty(204);
    let log = items(&server, "?object=device&change=modified&user=ANN@corp.example");
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["before"], json!({"tags": [{"id": id, "name": "Office", "color": "cyan"}]}));
    ann.delete(&path).expect_empty(204);

    let tag = |name: &str, description: &str| json!({"id": id, "name": name, "color": "cyan", "description": description});
    let entry = |user: &str, object: &str, change: &str, entity: &str, before: Value, after: Value| {
        json!({"id": any_uuid(), "time": any_time(), "object": object, "change": change, "entity": entity,
            "user": user, "before": before, "after": after, "requestId": any_text(), "version": any_id()})
    };
    let with = |mut entry: Value, members: Value| {
        let members = members.as_object().unwrap().clone();
        entry.as_object_mut().unwrap().extend(members);
        entry
    };
    let (ann, joe) = ("ann@corp.example", "joe@corp.example");
    // What was deleted has the last name that it had.
    let gone = json!({"tags": [{"id": id, "name": "Office"}]});
    let none = json!({"tags": []});
    let steps = json!([
        with(
            entry(ann, "Tag", "Deleted", "Office", tag("Office", "of the lab"), Value::Null),
            json!({"devices": 1})
        ),
        with(
            entry(ann, "Device", "Modified", "build-7", gone.clone(), none.clone()),
            json!({"devices": 1, "source": "api"})
        ),
        entry(joe, "Tag", "Modified", "Office", tag("Office", ""), tag("Office", "of the lab")),
        entry(ann, "Tag", "Modified", "Office", tag("Lab (2.0)", ""), tag("Office", "")),
        with(
            entry(joe, "Device", "Modified", "build-7 and 1 more", none, gone),
            json!({"devices": 2, "source": "api"})
        ),
        with(
            entry(ann, "Tag", "Added", "Lab (2.0)", Value::Null, tag("Lab (2.0)", "")),
            json!({"requestId": "make-1"})
        ),
    ]);
    let answer = server.get(&format!("{PATH}?limit=6")).expect(200, json!({"items": steps, "total": any()}));
    // Both tokens, both devices with what they said of themselves, and the site.
    assert_eq!(answer.json()["total"], 6 + 2 + 4 + 1);
}

#[test]
fn everything_that_changes_has_its_entry() {
    let mut server = Server::start();
    let class = server.make_classification("low risk");
    server.make_classification("high risk");
    let class = format!("/api/v2/deviceclassification/tags/{class}");
    server.patch(&class, json!({"priority": 2})).expect_status(200);
    let tag = server.make_tag("lab");
    let device = server.check_in(windows(&uid(1)));
    let rule = server.make_rule("labs", "low risk", "windows", on_tag(tag));
    server.bulk("bulkadd", &[tag], &[&uid(1)]);
    let segment = json!({"name": "office", "type": "address-list", "ranges": ["10.1.0.0/16"]});
    server.post("/api/v1/segments", segment).expect_status(201);
    next_millisecond();
    let token = json!({"name": "import", "owner": "ann", "role": "user", "areas": {"devices": "view"}});
    let token = server.post("/api/v1/tokens", token).expect_status(201).json();
    server.make_app(json!({"name": "nightly", "expiresIn": "1d"}));
    server.patch("/api/v1/sites/1", json!({"settings": {"retention": "90d"}})).expect_status(200);
    server.delete(&format!("/api/v1/tokens/{}", token["id"])).expect_status(204);
    next_millisecond();
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    server.delete(&format!("/api/v1/devices/{}", device["id"].as_str().unwrap())).expect_empty(204);

    let log = items(&server, "");
    assert_eq!(
        told(&log),
        [
            "Device Deleted: nskp-w11-joe-3",
            "Rule Deleted: labs",
            "Token Deleted: import",
            "Site Modified: default",
            "App Registration Added: nightly",
            "Token Added: import",
            "Segment Added: office",
            // Of a device that is gone a record has its name, or what names the machine, or neither.
            &format!("Device Modified: {}", device["id"].as_str().unwrap()),
            "Rule Added: labs",
            "Device Modified: nskp-w11-joe-3",
            &format!("Device Added: {}", uid(1)),
            "Tag Added: lab",
            "Classification Modified: low risk",
            "Classification Added: high risk",
            "Classification Added: low risk",
            "Site Added: default",
        ]
    );
    // What was before and after.
    let states = |place: usize| (log[place]["before"].clone(), log[place]["after"].clone());
    let (before, after) = states(0);
    assert!(after.is_null());
    assert_eq!((&before["status"], &before["nsdeviceuid"]), (&json!("Not Configured"), &json!(uid(1))));
    assert_eq!((&before["tags"][0]["name"], &before["tags"][1]), (&json!("lab"), &Value::Null));
    let rule_shown =
        json!({"id": rule, "name": "labs", "label": "low risk", "os": "windows", "conditions": on_tag(tag)});
    assert_eq!(states(1), (rule_shown.clone(), Value::Null));
    let token_shown = json!({"id": token["id"], "name": "import", "owner": "ann", "role": "user",
        "areas": {"devices": "view"}, "globalAdministrator": false, "expiresAt": null});
    assert_eq!(states(2), (token_shown.clone(), Value::Null));
    assert_eq!(states(5), (Value::Null, token_shown));
    assert_eq!(log[3]["after"]["settings"]["retention"], "90d");
    assert_eq!(
        (&log[3]["before"]["settings"]["retention"], &log[3]["version"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(states(8), (Value::Null, rule_shown));
    assert_eq!(log[9]["after"]["hostname"], log[0]["entity"]);
    assert_eq!(log[9]["before"], Value::Null);
    assert_eq!((&log[12]["before"]["priority"], &log[12]["after"]["priority"]), (&json!(1), &json!(2)));
    // What followed: of the device's tag that device's move, of the rule all of its own.
    let moved = json!([{"from": null, "to": "low risk", "fromStatus": "Unmanaged", "toStatus": "Managed", "count": 1}]);
    assert_eq!((&log[7]["moves"], &log[7]["moved"]), (&moved, &json!(1)));
    assert_eq!(log[1]["moves"][0]["from"], "low risk");
    assert_eq!(log[8]["moves"][0]["toStatus"], "Unmanaged");
    let secrets = server.get(PATH).text;
    assert!(!secrets.contains("hash") && !secrets.contains(token["token"].as_str().unwrap()), "{secrets}");
    server.kill9();
    server.restart();
    assert_eq!(items(&server, ""), log, "the same, with the same ids");
}

#[test]
fn what_a_device_says_again_is_no_entry() {
    let server = Server::start();
    for _ in 0..3 {
        server.check_in(linux(&uid(1)));
    }
    assert_eq!(items(&server, "?object=Device").len(), 2);
    let mut changed = linux(&uid(1));
    changed["hostname"] = json!("renamed");
    server.check_in(changed);
    let log = items(&server, "?object=Device");
    assert_eq!(log.len(), 3);
    assert_eq!(log[0]["after"]["hostname"], "renamed");
    assert!(log[0]["after"].get("os").is_none(), "{}", log[0]);
}

#[test]
fn pages_of_both_logs_together_lack_nothing_and_repeat_nothing() {
    let server = Server::start();
    for number in 0..12 {
        server.make_tag(&format!("tag {number}"));
        if number % 3 == 0 {
            next_millisecond();
            server.make_token(json!({"name": format!("token {number}"), "role": "user"}));
            next_millisecond();
        }
    }
    let all = items(&server, "?limit=1000");
    assert_eq!(all.len(), 12 + 4 + 1);
    for limit in [1, 2, 3, 5, 16] {
        let mut paged = Vec::new();
        while paged.len() < all.len() {
            let page = items(&server, &format!("?limit={limit}&offset={}", paged.len()));
            assert!(!page.is_empty() && page.len() <= limit);
            paged.extend(page);
        }
        assert_eq!(paged, all, "{limit} at a time");
    }
    for beyond in ["17", "18", "1000", "99999999999999999999"] {
        let body = server.get(&format!("{PATH}?offset={beyond}")).expect_status(200).json();
        assert_eq!(body, json!({"items": [], "total": 17}));
    }
    assert_eq!(items(&server, "?object=token&limit=2&offset=1"), all_of(&all, "Token")[1..3]);
}

fn all_of(all: &[Value], object: &str) -> Vec<Value> {
    all.iter().filter(|item| item["object"] == object).cloned().collect()
}

#[test]
fn filters_combine_and_a_bad_one_is_refused_by_name() {
    let server = Server::start();
    let ann = person(&server, "ann");
    let tag = ann.make_tag("lab");
    server.make_tag("office");
    next_millisecond();
    ann.patch(&format!("/api/v2/devices/device/tags/{tag}"), json!({"name": "den"})).expect_status(200);
    let log = items(&server, "");
    let at = log[0]["time"].as_str().unwrap();
    for (query, names) in [
        ("?object=Tag", &["den", "office", "lab"][..]),
        ("?object=tag&change=added", &["office", "lab"]),
        ("?user=Ann", &["den", "lab"]),
        ("?user=an", &[]),
        ("?user=ann&change=Modified&object=TAG", &["den"]),
        (&format!("?since={at}"), &["den"]),
        (&format!("?object=tag&until={at}"), &["den", "office", "lab"]),
        ("?since=4000000000", &[]),
        ("?until=1", &[]),
        ("?object=App+Registration", &[]),
        ("?object=site&user=fleetmark", &["default"]),
    ] {
        let body = ann.get(&format!("{PATH}{query}")).expect_status(200).json();
        let found: Vec<_> = body["items"].as_array().unwrap().iter().map(|item| &item["entity"]).collect();
        assert_eq!(found, names, "{query}");
        assert_eq!(body["total"], names.len(), "{query}");
    }
    for (query, words) in [
        ("?object=Shoe", &["object", "App Registration"][..]),
        ("?change=Renamed", &["change", "Added, Modified, Deleted"]),
        ("?since=yesterday", &["since", "2026-01-31T00:00:00Z"]),
        ("?until=-5", &["until"]),
        ("?limit=0", &["limit", "1 to 1000"]),
        ("?limit=1001", &["limit"]),
        ("?offset=x", &["offset"]),
    ] {
        server.get(&format!("{PATH}{query}")).expect(400, our_error(words));
    }
}

#[test]
fn a_site_sees_its_own_changes_and_no_others() {
    let server = Server::start();
    let made = server.post("/api/v1/sites", json!({"name": "elsewhere"})).expect_status(201).json();
    let elsewhere = server.with_token(made["token"]["token"].as_str().unwrap());
    server.make_tag("only here");
    elsewhere.make_tag("only there");
    next_millisecond();
    server.make_token(json!({"name": "of here", "role": "user"}));
    assert_eq!(
        told(&items(&elsewhere, "")),
        ["Tag Added: only there", "Token Added: first administrator", "Site Added: elsewhere"]
    );
    assert_eq!(
        told(&items(&server, "")),
        ["Token Added: of here", "Tag Added: only here", "Site Added: default"]
    );
}

#[test]
fn who_accepts_csv_gets_all_that_the_filter_finds() {
    let server = Server::start();
    for number in 0..600 {
        server.make_tag(&format!("tag {number}"));
    }
    server.post("/api/v1/tags", json!({"name": "=1+1, \"x\"", "color": "teal"})).expect_status(201);
    let csv = |query: &str| {
        let client = server.clone().with_header("Accept", "text/csv");
        let answer = client.get(&format!("{PATH}{query}")).expect_status(200);
        assert!(answer.header("Content-Type").is_some_and(|kind| kind.starts_with("text/csv")), "{answer}");
        answer.text.split_terminator("\r\n").map(str::to_owned).collect::<Vec<_>>()
    };
    let rows = csv("?object=tag");
    assert_eq!(
        rows[0],
        "id,time,object,entity,change,user,before,after,requestId,version,devices,source,moved"
    );
    assert_eq!(rows.len(), 1 + 601);
    let item = &items(&server, "?limit=1")[0];
    let text = |name: &str| item[name].as_str().unwrap().to_owned();
    assert_eq!(
        rows[1],
        format!(
            "{},{},Tag,\"'=1+1, \"\"x\"\"\",Added,bootstrap,,\"{{\"\"id\"\":\"\"{}\"\",\"\"name\"\":\"\"=1+1, \\\"\"x\\\"\"\"\",\
             \"\"color\"\":\"\"teal\"\",\"\"description\"\":\"\"\"\"}}\",{},{},,,",
            text("id"),
            text("time"),
            item["after"]["id"].as_str().unwrap(),
            text("requestId"),
            item["version"]
        )
    );
    assert_eq!(csv("?object=tag&limit=3&offset=1"), [&rows[..1], &rows[2..5]].concat());
    assert_eq!(csv("?object=rule"), rows[..1]);
    let client = server.clone().with_header("Accept", "text/csv");
    client.get(&format!("{PATH}?object=shoe")).expect(400, our_error(&["object"]));
    let words = ["limit must be a whole number from 1 on"];
    client.get(&format!("{PATH}?limit=0")).expect(400, our_error(&words));
}
