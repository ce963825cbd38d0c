//! `POST /api/v1/devices/tags/bulk`: tags of many devices, for people and scripts.

use serde_json::{Value, json};

use super::bodies::{NOTHING, TAGS, made};
use crate::harness::{Server, linux, our_error, text_with, uid, windows};

const BULK: &str = "/api/v1/devices/tags/bulk";

/// The outcome of a device of the site.
fn done(device: &Value, n: usize, user: &str, added: &[&str], removed: &[&str]) -> Value {
    let device = json!({"id": device["id"], "nsdeviceuid": uid(n), "userkey": user});
    json!({"device": device, "added": added, "removed": removed})
}

fn refused(device: Value, code: &str, parts: &str) -> Value {
    let error = json!({"code": code, "message": text_with(parts)});
    json!({"device": device, "added": [], "removed": [], "error": error})
}

#[test]
fn each_device_has_its_outcome() {
    let server = Server::start();
    for name in ["lab", "old", "other"] {
        made(&server, name, "cyan");
    }
    let (one, two) = (server.check_in(linux(&uid(1))), server.check_in(windows(&uid(2))));
    let body = json!({"add": [{"tagName": "old"}], "devices": [{"id": one["id"]}]});
    let first = done(&one, 1, "ann@corp.example", &["old"], &[]);
    server.post(BULK, body).expect(200, json!({"items": [first], "total": 1, "changed": 1, "failed": 0}));

    let lab = server.get(&format!("{TAGS}?q=lab")).json()["items"][0]["id"].clone();
    let body = json!({"add": [{"tagId": lab}, {"tagName": "OTHER"}, {"tagName": "lab"}], "remove": [{"tagName": "old"}],
        "devices": [{"id": one["id"]}, {"id": NOTHING}, {"nsdeviceuid": uid(2).to_lowercase()},
            {"nsdeviceuid": uid(9)}, {"nsdeviceuid": uid(1), "userkey": "joe@corp.example,ann@corp.example"}]});
    let items = json!([
        done(&one, 1, "ann@corp.example", &["lab", "other"], &["old"]),
        refused(json!({"id": NOTHING}), "not_found", "no such device"),
        done(&two, 2, "joe@corp.example", &["lab", "other"], &[]),
        refused(json!({"nsdeviceuid": uid(9)}), "not_found", "no such device"),
        refused(json!({"nsdeviceuid": uid(1), "userkey": "joe@corp.example"}), "not_found", "no such device"),
        done(&one, 1, "ann@corp.example", &["lab", "other"], &["old"]),
    ]);
    let whole = json!({"items": items, "total": 6, "changed": 2, "failed": 3});
    let supposed = server.post(&format!("{BULK}?dryRun=true"), body.clone()).expect(200, whole.clone());
    assert_eq!(server.tags_of(&uid(1)), ["old"], "a dry run does nothing");
    let really = server.post(BULK, body.clone()).expect(200, whole);
    assert_eq!(supposed.json(), really.json());
    assert_eq!(server.tags_of(&uid(1)), ["lab", "other"]);
    assert_eq!(server.tags_of(&uid(2)), ["lab", "other"]);
    // Again there is nothing to do: no record, no other version.
    let again = server.post(BULK, body).expect_status(200);
    assert_eq!(again.json()["changed"], 0);
    again.expect_header("Fleetmark-Version", really.header("Fleetmark-Version").unwrap());
}

#[test]
fn a_device_that_would_carry_too_many_tags_does_not_hinder_the_others() {
    let server = Server::start();
    let (full, free) = (server.check_in(linux(&uid(1))), server.check_in(linux(&uid(2))));
    let names: Vec<_> = (0..64).map(|n| format!("tag {n:02}")).collect();
    for name in &names {
        made(&server, name, "cyan");
    }
    let all: Vec<_> = names.iter().map(|name| json!({"tagName": name})).collect();
    let body = json!({"add": all, "devices": [{"id": full["id"]}]});
    assert_eq!(server.post(BULK, body).expect_status(200).json()["changed"], 1);
    made(&server, "one more", "cyan");
    let both = json!([{"id": full["id"]}, {"id": free["id"]}]);
    let whose = json!({"id": full["id"], "nsdeviceuid": uid(1), "userkey": "ann@corp.example"});
    let items = json!([
        refused(whose, "tags_per_device", "would carry 65 tags; at most 64"),
        done(&free, 2, "ann@corp.example", &["one more"], &[]),
    ]);
    let body = json!({"add": [{"tagName": "one more"}], "devices": both});
    server.post(BULK, body).expect(200, json!({"items": items, "total": 2, "changed": 1, "failed": 1}));
    // In exchange there is room.
    let body = json!({"add": [{"tagName": "one more"}], "remove": [{"tagName": "tag 00"}], "devices": [{"id": full["id"]}]});
    let answer = server.post(BULK, body).expect_status(200).json();
    assert_eq!((&answer["changed"], &answer["failed"]), (&json!(1), &json!(0)));
}

#[test]
fn a_filter_names_devices_as_the_list_does() {
    let server = Server::start();
    made(&server, "lab", "cyan");
    let mut check_ins = Vec::new();
    for n in 0..1200 {
        let mut device = linux(&uid(n));
        device["hostname"] = json!(if n % 2 == 0 { format!("build-{n}") } else { format!("desk-{n}") });
        check_ins.push(device);
    }
    for part in check_ins.chunks(1000) {
        server.post("/api/v1/checkins", json!({"checkins": part})).expect_status(200);
    }
    let body = json!({"add": [{"tagName": "lab"}], "filter": {"q": "BUILD-"}});
    let supposed = server.post(&format!("{BULK}?dryRun=true"), body.clone()).expect_status(200).json();
    let really = server.post(BULK, body).expect_status(200).json();
    assert_eq!(supposed, really);
    assert_eq!(
        (&really["total"], &really["changed"], &really["failed"]),
        (&json!(600), &json!(600), &json!(0))
    );
    assert_eq!(really["items"].as_array().unwrap().len(), 600);
    let usage = server.get(TAGS).json()["items"][0]["usage"].clone();
    assert_eq!(usage, 600);
    // More than a thousand outcomes are counted, not listed.
    let body = json!({"add": [{"tagName": "lab"}], "filter": {"q": "-"}});
    let all = server.post(BULK, body).expect_status(200).json();
    assert_eq!((&all["total"], &all["changed"]), (&json!(1200), &json!(600)));
    assert_eq!(all["items"].as_array().unwrap().len(), 1000);
    let nobody = json!({"add": [{"tagName": "lab"}], "filter": {"q": "nobody"}});
    server.post(BULK, nobody).expect(200, json!({"items": [], "total": 0, "changed": 0, "failed": 0}));
}

#[test]
fn what_is_no_such_call_is_400_and_names_the_member() {
    let server = Server::start();
    made(&server, "lab", "cyan");
    let device = server.check_in(linux(&uid(1)));
    let (lab, here) = (json!([{"tagName": "lab"}]), json!([{"id": device["id"]}]));
    let many: Vec<_> = (0..1001).map(|n| json!({"nsdeviceuid": uid(n)})).collect();
    for (body, named) in [
        (json!({"devices": here}), "add or remove must name a tag"),
        (json!({"add": [], "remove": null, "devices": here}), "add or remove must name a tag"),
        (json!({"add": lab}), "give one of devices and filter"),
        (json!({"add": lab, "devices": here, "filter": {"q": "x"}}), "give one of devices and filter"),
        (json!({"add": lab, "filter": {}}), "filter must ask for something"),
        (json!({"add": lab, "filter": {"q": " "}}), "filter must ask for something"),
        (json!({"add": lab, "filter": {"color": "x"}}), "filter property color should not exist"),
        (json!({"add": lab, "devices": many}), "devices may hold at most 1000 items, not 1001"),
        (json!({"add": ["lab"], "devices": here}), "add[0] must be an object"),
        (json!({"add": [{}], "devices": here}), "add[0]: give one of tagId and tagName"),
        (json!({"add": [{"tagName": "none"}], "devices": here}), "\"none\" does not exist"),
        (json!({"remove": [{"tagId": NOTHING}], "devices": here}), "does not exist"),
        (json!({"remove": [{"tagId": "7"}], "devices": here}), "remove[0].tagId must be a UUID"),
        (json!({"add": lab, "remove": lab, "devices": here}), "remove[0] is \"lab\", which is to be added"),
        (json!({"add": lab, "devices": [{}]}), "devices[0]: give an id, or an nsdeviceuid"),
        (json!({"add": lab, "devices": [{"id": "7"}]}), "devices[0].id must be a UUID"),
        (json!({"add": lab, "devices": [{"id": device["id"], "userkey": "x"}]}), "devices[0]: give an id"),
        (
            json!({"add": lab, "devices": [{"nsdeviceuid": "a,b"}]}),
            "devices[0].nsdeviceuid must not contain a comma",
        ),
        (json!({"add": lab, "devices": here, "shoeSize": 7}), "property shoeSize should not exist"),
    ] {
        for path in [BULK.to_owned(), format!("{BULK}?dryRun=true")] {
            server.post(&path, body.clone()).expect(400, our_error(&[named]));
        }
    }
    let body = json!({"add": lab, "devices": here});
    server.post(&format!("{BULK}?dryRun=maybe"), body).expect(400, our_error(&["dryRun", "true or false"]));
    assert!(server.tags_of(&uid(1)).is_empty());
}

#[test]
fn a_user_who_manages_devices_may_and_the_trail_says_who() {
    let server = Server::start();
    made(&server, "lab", "cyan");
    let device = server.check_in(linux(&uid(1)));
    let body = json!({"add": [{"tagName": "lab"}], "devices": [{"id": device["id"]}]});
    let holder = |level: &str| {
        let fields =
            json!({"name": level, "owner": "joe@corp.example", "role": "user", "areas": {"devices": level}});
        server.with_token(&server.make_token(fields))
    };
    let viewer = holder("view");
    viewer.post(&format!("{BULK}?dryRun=true"), body.clone()).expect(403, our_error(&["devices", "manage"]));
    holder("manage").post(BULK, body).expect_status(200);
    let path = "/api/v2/events/data/audit?query=audit_log_event%20eq%20%27Add%20Device%20Tags%27";
    let event = server.get(path).expect_status(200).json()["result"][0].clone();
    assert_eq!(event["user"], "joe@corp.example");
    assert_eq!(event["supporting_data"]["data_values"], json!(["lab", "build-7"]));
}
