//! `/api/v1/devices/{deviceId}/tags` (alloyscan.md "Tags").

use serde_json::json;

use super::bodies::{NOTHING, TAGS, carried, made, on};
use crate::harness::{Server, linux, our_error, uid};

#[test]
fn a_tag_is_attached_by_id_and_by_name() {
    let server = Server::start();
    let (lab, office) = (made(&server, "lab", "green"), made(&server, "Office", "pink"));
    let path = on(&server.check_in(linux(&uid(1))));
    let one = json!({"items": [carried("Office", "pink")], "total": 1});
    server.post(&path, json!({"tagName": " OFFICE "})).expect(200, one.clone());
    let both = json!({"items": [carried("lab", "green"), carried("Office", "pink")], "total": 2});
    server.post(&path, json!({"tagId": lab})).expect(200, both.clone());
    // Whoever does it again finds it done, and nothing is written.
    let before = server.post(&path, json!({"tagId": office})).expect(200, both.clone());
    let version = before.header("Fleetmark-Version").unwrap().to_owned();
    let after = server.post(&path, json!({"tagName": "lab", "tagId": null})).expect(200, both);
    after.expect_header("Fleetmark-Version", &version);
}

#[test]
fn a_tag_is_detached_and_stays_in_the_catalogue() {
    let server = Server::start();
    let lab = made(&server, "lab", "green");
    let (carrier, other) = (server.check_in(linux(&uid(1))), server.check_in(linux(&uid(2))));
    server.post(&on(&carrier), json!({"tagId": lab})).expect_status(200);
    let path = format!("{}/{lab}", on(&carrier));
    server.delete(&format!("{}/{lab}", on(&other))).expect(404, our_error(&["not_found", &lab]));
    server.delete(&path).expect_empty(204);
    assert!(server.tags_of(&uid(1)).is_empty());
    server.delete(&path).expect(404, our_error(&["not_found", &lab, "on device"]));
    assert_eq!(server.get(TAGS).json()["items"][0]["usage"], 0);
}

#[test]
fn a_tag_that_there_is_not_is_400_and_a_device_that_there_is_not_404() {
    let server = Server::start();
    let lab = made(&server, "lab", "green");
    let device = server.check_in(linux(&uid(1)));
    let path = on(&device);
    server
        .post(&path, json!({"tagName": "none"}))
        .expect(400, our_error(&["tagName", "\"none\" does not exist"]));
    server
        .post(&path, json!({"tagId": NOTHING}))
        .expect(400, our_error(&["tagId", NOTHING, "does not exist"]));
    // A device's id is no tag's.
    server.post(&path, json!({"tagId": device["id"]})).expect(400, our_error(&["tagId", "does not exist"]));
    assert_eq!(server.get(TAGS).json()["total"], 1, "attaching makes no tag");
    let nobody = format!("/api/v1/devices/{NOTHING}/tags");
    server.post(&nobody, json!({"tagId": lab})).expect(404, our_error(&["not_found", NOTHING]));
    server.delete(&format!("{nobody}/{lab}")).expect(404, our_error(&["not_found", NOTHING]));
    server.delete(&format!("{path}/{NOTHING}")).expect(404, our_error(&["not_found", NOTHING]));
}

#[test]
fn a_body_names_one_tag_in_one_way() {
    let server = Server::start();
    let lab = made(&server, "lab", "green");
    let path = on(&server.check_in(linux(&uid(1))));
    for (body, named) in [
        (json!({}), "give one of tagId and tagName"),
        (json!({"tagId": lab, "tagName": "lab"}), "give one of tagId and tagName"),
        (json!({"tagId": "7"}), "tagId must be a UUID"),
        (json!({"tagId": 7}), "tagId must be a string"),
        (json!({"tagName": ""}), "tagName must not be empty"),
        (json!({"tagName": "x".repeat(81)}), "tagName must be 1 to 80 characters long"),
        (json!({"tagName": "lab", "color": "green"}), "property color should not exist"),
        (json!([{"tagName": "lab"}]), "the body must be an object"),
    ] {
        server.post(&path, body).expect(400, our_error(&[named]));
    }
    for id in ["7", "x", "%FF"] {
        server
            .post(&format!("/api/v1/devices/{id}/tags"), json!({"tagId": lab}))
            .expect(400, our_error(&["the deviceId", "UUID"]));
        server
            .delete(&format!("/api/v1/devices/{id}/tags/{lab}"))
            .expect(400, our_error(&["the deviceId", "UUID"]));
        server.delete(&format!("{path}/{id}")).expect(400, our_error(&["the tagId", "UUID"]));
    }
    assert!(server.tags_of(&uid(1)).is_empty());
}

#[test]
fn a_device_carries_at_most_64_tags() {
    let server = Server::start();
    let path = on(&server.check_in(linux(&uid(1))));
    for n in 0..64 {
        let name = format!("tag {n:02}");
        made(&server, &name, "cyan");
        server.post(&path, json!({"tagName": name})).expect_status(200);
    }
    made(&server, "one more", "cyan");
    let full = server.post(&path, json!({"tagName": "one more"}));
    full.expect(409, our_error(&["tags_per_device", "carries 64 tags", "at most 64"]));
    let again = server.post(&path, json!({"tagName": "tag 63"})).expect_status(200).json();
    assert_eq!(again["total"], 64);
    assert_eq!(server.tags_of(&uid(1)).len(), 64);
}

#[test]
fn attaching_and_detaching_classify_in_the_same_commit() {
    let server = Server::start();
    server.make_classification("low risk");
    let number = server.make_tag("trusted");
    server.make_rule("trusted ones", "low risk", "linux", crate::harness::on_tag(number));
    let device = server.check_in(linux(&uid(1)));
    let id = server.post(&on(&device), json!({"tagName": "trusted"})).expect_status(200).json();
    let id = id["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(server.status_of(&uid(1)), ("Managed".to_owned(), "low risk".to_owned()));
    server.delete(&format!("{}/{id}", on(&device))).expect_empty(204);
    assert_eq!(server.status_of(&uid(1)), ("Unmanaged".to_owned(), String::new()));
}
