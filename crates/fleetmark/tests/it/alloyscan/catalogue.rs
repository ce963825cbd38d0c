//! `/api/v1/tags`: making, changing and deleting (alloyscan.md "Tags").

use serde_json::json;

use super::bodies::{NOTHING, TAGS, carried, made, on, path_of, tag};
use crate::harness::{Server, linux, on_tag, our_error, uid};

#[test]
fn a_tag_is_created_in_every_colour() {
    let server = Server::start();
    let colours = ["cyan", "green", "pink", "orange", "blue", "red", "yellow", "purple", "gray", "teal"];
    for (place, color) in colours.into_iter().enumerate() {
        let id = made(&server, &format!("tag {place}"), color);
        server.get(&path_of(&id)).expect(200, tag(&format!("tag {place}"), color, 0));
    }
}

#[test]
fn a_name_is_free_text_without_the_spaces_at_its_ends() {
    let server = Server::start();
    for (name, shown) in [("  Büro №1 (2.0)  ", "Büro №1 (2.0)"), ("a_b.c,d", "a_b.c,d"), ("日本", "日本")]
    {
        server.post(TAGS, json!({"name": name, "color": "cyan"})).expect(201, tag(shown, "cyan", 0));
    }
    let longest = "é".repeat(80);
    server.post(TAGS, json!({"name": longest, "color": "cyan"})).expect(201, tag(&longest, "cyan", 0));
}

#[test]
fn what_is_no_tag_is_400_and_names_the_member() {
    let server = Server::start();
    let too_long = "x".repeat(81);
    for (body, named) in [
        (json!({"color": "green"}), "name is missing"),
        (json!({"name": "Production"}), "color is missing"),
        (json!({}), "color is missing"),
        (json!({"name": "", "color": "green"}), "name must not be empty"),
        (json!({"name": "  ", "color": "green"}), "name must not be empty"),
        (json!({"name": too_long, "color": "green"}), "name must be 1 to 80 characters"),
        (json!({"name": "a\tb", "color": "green"}), "name must not contain control characters"),
        (json!({"name": 7, "color": "green"}), "name must be a string"),
        (json!({"name": null, "color": "green"}), "name must be a string"),
        (json!({"name": "a", "color": 7}), "color must be a string"),
        (
            json!({"name": "a", "color": "magenta"}),
            "color must be one of gray, cyan, green, pink, orange, blue, red, yellow, purple, teal",
        ),
        (json!({"name": "a", "color": ""}), "color must be one of"),
        (json!({"name": "a", "color": "green", "usage": 1}), "property usage should not exist"),
        (json!([{"name": "a", "color": "green"}]), "the body must be an object"),
    ] {
        server.post(TAGS, body).expect(400, our_error(&[named]));
    }
    let both = server.post(TAGS, json!({"name": "", "color": "x"}));
    both.expect(400, our_error(&["name must not be empty", "color must be one of"]));
    let twice = r#"{"name": "a", "name": "b", "color": "green"}"#;
    server.send_text("POST", TAGS, "application/json", twice).expect(400, our_error(&["duplicate", "name"]));
    server.get(TAGS).expect(200, json!({"items": [], "total": 0}));
}

#[test]
fn a_name_is_taken_in_any_case() {
    let server = Server::start();
    let id = made(&server, "Production", "green");
    let taken = our_error(&["name_taken", "a tag named \"Production\" already exists"]);
    for name in ["Production", "PRODUCTION", " production "] {
        server.post(TAGS, json!({"name": name, "color": "pink"})).expect(409, taken.clone());
    }
    let other = made(&server, "Lab", "pink");
    server.patch(&path_of(&other), json!({"name": "production"})).expect(409, taken);
    server.patch(&path_of(&id), json!({"name": "PRODUCTION"})).expect(200, tag("PRODUCTION", "green", 0));
}

#[test]
fn a_tag_is_renamed_and_recoloured_and_stays_where_it_is() {
    let server = Server::start();
    let id = made(&server, "Production", "green");
    let device = server.check_in(linux(&uid(1)));
    server.post(&on(&device), json!({"tagId": id})).expect_status(200);
    let path = path_of(&id);
    server.patch(&path, json!({"name": "Prod", "color": "pink"})).expect(200, tag("Prod", "pink", 1));
    server.patch(&path, json!({"color": "red"})).expect(200, tag("Prod", "red", 1));
    server.patch(&path, json!({"name": "Live"})).expect(200, tag("Live", "red", 1));
    server.patch(&path, json!({})).expect(200, tag("Live", "red", 1));
    server.patch(&path, json!({"name": null, "color": null})).expect(200, tag("Live", "red", 1));
    let shown = server.get(&format!("/api/v1/devices/{}", device["id"].as_str().unwrap())).json();
    assert_eq!(shown["tags"][0]["name"], "Live");
    for (body, named) in [
        (json!({"name": ""}), "name must not be empty"),
        (json!({"color": "Red"}), "color must be one of"),
        (json!({"usage": 7}), "property usage should not exist"),
        (json!([]), "the body must be an object"),
    ] {
        server.patch(&path, body).expect(400, our_error(&[named]));
    }
    server.get(&path).expect(200, tag("Live", "red", 1));
}

#[test]
fn a_deleted_tag_leaves_every_device() {
    let mut server = Server::start();
    let (gone, kept) = (made(&server, "gone", "green"), made(&server, "kept", "pink"));
    let devices: Vec<_> = (0..3).map(|n| server.check_in(linux(&uid(n)))).collect();
    for device in &devices {
        for tag in [&gone, &kept] {
            server.post(&on(device), json!({"tagId": tag})).expect_status(200);
        }
    }
    server.delete(&path_of(&gone)).expect_empty(204);
    let left = |server: &Server| {
        server.get(TAGS).expect(200, json!({"items": [tag("kept", "pink", 3)], "total": 1}));
        for n in 0..3 {
            assert_eq!(server.tags_of(&uid(n)), ["kept"]);
        }
    };
    left(&server);
    server.delete(&path_of(&gone)).expect(404, our_error(&["device tag", &gone]));
    let answer = server.post(&on(&devices[0]), json!({"tagName": "kept"})).expect_status(200);
    assert_eq!(answer.json()["total"], 1);
    server.kill9();
    server.restart();
    left(&server);
}

#[test]
fn a_tag_that_rules_check_stays() {
    let server = Server::start();
    made(&server, "checked", "green");
    let number = server.post("/api/v2/devices/device/tags/gettags", json!({"name": "checked"})).json();
    let number = number["data"]["data"][0]["id"].as_u64().unwrap();
    let id = server.get(TAGS).json()["items"][0]["id"].as_str().unwrap().to_owned();
    server.make_classification("low risk");
    let rule = server.make_rule("on the tag", "low risk", "linux", on_tag(number));
    server.delete(&path_of(&id)).expect(409, our_error(&["in_use", "1 rule uses it (on the tag)"]));
    server.get(&path_of(&id)).expect(200, tag("checked", "green", 0));
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    server.delete(&path_of(&id)).expect_empty(204);
}

#[test]
fn an_id_that_nothing_has_is_404_and_one_that_is_none_is_400() {
    let server = Server::start();
    made(&server, "lab", "green");
    let device = server.check_in(linux(&uid(1)));
    for id in [NOTHING, device["id"].as_str().unwrap()] {
        server.get(&path_of(id)).expect(404, our_error(&["not_found", id]));
        server.patch(&path_of(id), json!({"name": "x"})).expect(404, our_error(&["not_found", id]));
        server.delete(&path_of(id)).expect(404, our_error(&["not_found", id]));
    }
    for id in ["1", "x", "0198502c8a3b80008000000000000001", "%FF", "%00"] {
        server.get(&path_of(id)).expect(400, our_error(&["UUID"]));
        server.patch(&path_of(id), json!({"name": "x"})).expect(400, our_error(&["UUID"]));
        server.delete(&path_of(id)).expect(400, our_error(&["UUID"]));
    }
}

#[test]
fn an_id_may_be_written_in_either_case() {
    let server = Server::start();
    let id = made(&server, "lab", "green");
    let device = server.check_in(linux(&uid(1)));
    server.get(&path_of(&id.to_uppercase())).expect(200, tag("lab", "green", 0));
    let answer = server.post(&on(&device), json!({"tagId": id.to_uppercase()}));
    answer.expect(200, json!({"items": [carried("lab", "green")], "total": 1}));
}
