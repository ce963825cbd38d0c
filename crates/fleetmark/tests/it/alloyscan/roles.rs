//! What an administrator may do here and a user may not (seed 002, "Important"; alloyscan.md "Roles").

use serde_json::{Value, json};

use super::bodies::{TAGS, carried, made, on, path_of, tag};
use crate::harness::{Client, Server, linux, our_error, uid};

fn holder(server: &Server, role: &str, areas: Value) -> Client {
    let mut fields = json!({"name": role, "role": role});
    if role == "user" {
        fields["areas"] = areas;
    }
    server.with_token(&server.make_token(fields))
}

#[test]
fn an_administrator_keeps_the_catalogue_and_tags_devices() {
    let server = Server::start();
    let administrator = holder(&server, "administrator", json!({}));
    let device = server.check_in(linux(&uid(1)));
    let id = made(&administrator, "lab", "green");
    administrator.patch(&path_of(&id), json!({"color": "pink"})).expect(200, tag("lab", "pink", 0));
    let attached = administrator.post(&on(&device), json!({"tagId": id}));
    attached.expect(200, json!({"items": [carried("lab", "pink")], "total": 1}));
    administrator.get(TAGS).expect(200, json!({"items": [tag("lab", "pink", 1)], "total": 1}));
    administrator.delete(&format!("{}/{id}", on(&device))).expect_empty(204);
    administrator.delete(&path_of(&id)).expect_empty(204);
}

#[test]
fn a_user_tags_devices_but_does_not_touch_the_catalogue() {
    let server = Server::start();
    let all = ["device_classification", "devices", "client_status", "cci", "decisions"];
    let all: Value = all
        .iter()
        .map(|area| ((*area).to_owned(), json!("manage")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let user = holder(&server, "user", all);
    let device = server.check_in(linux(&uid(1)));
    let id = made(&server, "lab", "green");
    let refused = our_error(&["forbidden", "administrator"]);
    user.post(TAGS, json!({"name": "x", "color": "green"})).expect(403, refused.clone());
    user.patch(&path_of(&id), json!({"name": "x"})).expect(403, refused.clone());
    user.delete(&path_of(&id)).expect(403, refused);
    user.get(TAGS).expect(200, json!({"items": [tag("lab", "green", 0)], "total": 1}));
    user.get(&path_of(&id)).expect(200, tag("lab", "green", 0));
    let attached = user.post(&on(&device), json!({"tagName": "lab"}));
    attached.expect(200, json!({"items": [carried("lab", "green")], "total": 1}));
    user.delete(&format!("{}/{id}", on(&device))).expect_empty(204);
}

#[test]
fn a_user_who_only_views_devices_only_reads() {
    let server = Server::start();
    let viewer = holder(&server, "user", json!({"devices": "view"}));
    let device = server.check_in(linux(&uid(1)));
    let id = made(&server, "lab", "green");
    viewer.get(TAGS).expect_status(200);
    viewer.get(&path_of(&id)).expect_status(200);
    let refused = our_error(&["forbidden", "devices", "manage"]);
    viewer.post(&on(&device), json!({"tagId": id})).expect(403, refused.clone());
    viewer.delete(&format!("{}/{id}", on(&device))).expect(403, refused);
}

#[test]
fn nobody_is_let_in_without_a_token_that_counts() {
    let server = Server::start();
    let device = server.check_in(linux(&uid(1)));
    let id = made(&server, "lab", "green");
    for stranger in [server.without_token(), server.with_token("not-a-token")] {
        for (method, path, body) in [
            ("GET", TAGS.to_owned(), None),
            ("POST", TAGS.to_owned(), Some(json!({"name": "x", "color": "green"}))),
            ("GET", path_of(&id), None),
            ("PATCH", path_of(&id), Some(json!({"name": "x"}))),
            ("DELETE", path_of(&id), None),
            ("POST", on(&device), Some(json!({"tagId": id}))),
            ("DELETE", format!("{}/{id}", on(&device)), None),
        ] {
            stranger.send(method, &path, body).expect(401, our_error(&["unauthorized"]));
        }
    }
}
