//! `/api/v2/deviceclassification/tags` (netskope-v2.md §4).

use serde_json::{Value, json};

use crate::harness::{Server, any, any_id, any_text, any_time, classification_error, on_tag};

const PATH: &str = "/api/v2/deviceclassification/tags";

fn done() -> Value {
    json!({"status": true})
}

fn path_of(id: u64) -> String {
    format!("{PATH}/{id}")
}

/// The names from the strongest to the weakest; their priorities are checked to be 1…N.
#[track_caller]
fn names_by_priority(server: &Server) -> Vec<String> {
    let mut all = server.get(PATH).expect_status(200).json().as_array().unwrap().clone();
    all.sort_by_key(|classification| classification["priority"].as_u64());
    let priorities: Vec<_> = all.iter().map(|classification| classification["priority"].clone()).collect();
    assert_eq!(priorities, (1..=all.len()).map(|n| json!(n)).collect::<Vec<_>>());
    all.iter().map(|classification| classification["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn new_classifications_go_last_and_their_ids_come_in_request_order() {
    let server = Server::start();
    let body =
        json!([{"name": "low risk", "description": "Created from Netskope CE."}, {"name": "high risk"}]);
    let ids =
        server.post(PATH, body).expect(201, json!({"status": true, "data": [any_id(), any_id()]})).json();
    let shown = |n: usize, name: &str, description: Value| {
        json!({"id": ids["data"][n], "priority": n + 1, "name": name, "description": description,
            "modifiedBy": any_text(), "modifiedTime": any_time(), "policyNames": []})
    };
    let low = shown(0, "low risk", json!("Created from Netskope CE."));
    let high = shown(1, "high risk", any());
    server.get(PATH).sorted_by("", "priority").expect(200, json!([low, high]));
    server.get(&path_of(ids["data"][1].as_u64().unwrap())).expect(200, high);
}

#[test]
fn creating_again_answers_the_existing_id_and_creates_the_rest() {
    let server = Server::start();
    let first = json!([{"name": "Low Risk", "description": "the risk is low"}]);
    let id = server.post(PATH, first.clone()).expect_status(201).json()["data"][0].clone();
    server.post(PATH, first).expect(201, json!({"status": true, "data": [id]}));
    // Without a description, and in another case; the case given first is kept.
    let again = json!([{"name": "new one"}, {"name": "LOW RISK"}]);
    server.post(PATH, again).expect(201, json!({"status": true, "data": [any_id(), id]}));
    assert_eq!(names_by_priority(&server), ["Low Risk", "new one"]);
}

#[test]
fn another_description_for_an_existing_name_is_a_conflict_for_the_whole_call() {
    let server = Server::start();
    server.post(PATH, json!([{"name": "low risk", "description": "one"}])).expect_status(201);
    let body = json!([{"name": "new one"}, {"name": "low risk", "description": "two"}]);
    server.post(PATH, body).expect(409, classification_error(409, &["low risk"]));
    assert_eq!(names_by_priority(&server), ["low risk"]);
}

#[test]
fn names_and_descriptions_have_their_form() {
    let server = Server::start();
    let longest = "x".repeat(80);
    let text = "é, ü / any text ".repeat(15);
    let body = json!([{"name": longest, "description": text}, {"name": "A-1 (b) c.d_e"}]);
    server.post(PATH, body).expect_status(201);
    for name in ["", &"x".repeat(81), "a/b", "a,b", "naïve", "tab\there"] {
        let body = json!([{"name": "good"}, {"name": name}]);
        server.post(PATH, body).expect(400, classification_error(400, &["name"]));
    }
    let long = json!([{"name": "good", "description": "x".repeat(256)}]);
    server.post(PATH, long).expect(400, classification_error(400, &["description"]));
    assert_eq!(names_by_priority(&server).len(), 2, "a refused call changes nothing");
}

#[test]
fn unknown_members_are_named_and_so_are_missing_ones() {
    let server = Server::start();
    let unknown = json!([{"name": "low risk", "urls": []}]);
    server.post(PATH, unknown).expect(400, classification_error(400, &["property urls should not exist"]));
    let missing = json!([{"description": "no name"}]);
    server.post(PATH, missing).expect(400, classification_error(400, &["name"]));
    let id = server.make_classification("low risk");
    for answer in [
        server.put(&path_of(id), json!({"name": "low risk", "description": "", "urls": []})),
        server.patch(&path_of(id), json!({"urls": []})),
    ] {
        answer.expect(400, classification_error(400, &["property urls should not exist"]));
    }
}

#[test]
fn the_body_of_a_creation_is_an_array() {
    let server = Server::start();
    server.post(PATH, json!({"name": "low risk"})).expect(400, classification_error(400, &[]));
    server.post(PATH, json!(["low risk"])).expect(400, classification_error(400, &[]));
}

#[test]
fn offset_and_limit_page_the_list() {
    let server = Server::start();
    let names: Vec<_> = (1..=7).map(|n| format!("class {n}")).collect();
    let body: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    server.post(PATH, json!(body)).expect_status(201);
    let all = server.get(PATH).expect_status(200).json();
    server.get(&format!("{PATH}?offset=0&limit=1000")).expect(200, all.clone());
    let mut pages = Vec::new();
    for offset in [0, 3, 6, 9] {
        let page = server.get(&format!("{PATH}?offset={offset}&limit=3")).expect_status(200).json();
        pages.extend(page.as_array().unwrap().iter().cloned());
    }
    assert_eq!(json!(pages), all);
    server.get(&format!("{PATH}?offset=3")).expect(400, classification_error(400, &["limit"]));
}

#[test]
fn put_and_patch_change_a_classification() {
    let server = Server::start();
    let id = server.make_classification("low risk");
    server.put(&path_of(id), json!({"name": "lower risk", "description": "by PUT"})).expect(200, done());
    server.patch(&path_of(id), json!({"description": "by PATCH"})).expect(200, done());
    let shown = server.get(&path_of(id)).expect_status(200).json();
    assert_eq!((&shown["name"], &shown["description"]), (&json!("lower risk"), &json!("by PATCH")));
    server.put(&path_of(id), json!({"name": "lower risk", "description": null})).expect(200, done());
    assert_eq!(server.get(&path_of(id)).expect_status(200).json()["description"], "");
}

#[test]
fn a_priority_is_one_of_the_places_that_there_are() {
    let server = Server::start();
    let id = server.make_classification("low risk");
    for priority in [0, 2, 5_000_000_000_u64] {
        let answer = server.patch(&path_of(id), json!({"priority": priority}));
        answer.expect(400, classification_error(400, &["priority must be 1 (strongest) to 1"]));
    }
}

#[test]
fn a_taken_name_is_a_conflict_and_another_case_of_its_own_is_not() {
    let server = Server::start();
    server.make_classification("low risk");
    let id = server.make_classification("high risk");
    let body = json!({"name": "LOW risk", "description": ""});
    server.put(&path_of(id), body.clone()).expect(409, classification_error(409, &[]));
    server.patch(&path_of(id), body).expect(409, classification_error(409, &[]));
    server.patch(&path_of(id), json!({"name": "HIGH risk"})).expect(200, done());
}

#[test]
fn renaming_keeps_every_rule_attached() {
    let server = Server::start();
    let id = server.make_classification("low risk");
    let tag = server.make_tag("fine");
    server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    server.patch(&path_of(id), json!({"name": "lowest risk"})).expect(200, done());
    assert_eq!(server.rule_named("fine devices")["label"], "lowest risk");
}

#[test]
fn priorities_stay_gapless_whatever_moves() {
    let server = Server::start();
    let ids: Vec<_> = ["a", "b", "c", "d"].iter().map(|name| server.make_classification(name)).collect();
    server.patch(&path_of(ids[3]), json!({"priority": 2})).expect(200, done());
    assert_eq!(names_by_priority(&server), ["a", "d", "b", "c"]);
    server.patch(&path_of(ids[0]), json!({"priority": 4})).expect(200, done());
    assert_eq!(names_by_priority(&server), ["d", "b", "c", "a"]);
    server.patch(&path_of(ids[2]), json!({"priority": 1, "name": "C"})).expect(200, done());
    assert_eq!(names_by_priority(&server), ["C", "d", "b", "a"]);
    server.delete(&path_of(ids[3])).expect(200, done());
    assert_eq!(names_by_priority(&server), ["C", "b", "a"]);
}

#[test]
fn a_classification_that_a_rule_uses_cannot_be_deleted() {
    let server = Server::start();
    let id = server.make_classification("low risk");
    let tag = server.make_tag("fine");
    let rule = server.make_rule("fine devices", "low risk", "windows", on_tag(tag));
    server.delete(&path_of(id)).expect(400, classification_error(400, &["fine devices"]));
    server.delete(&format!("/api/v2/deviceclassification/rules/{rule}")).expect_status(200);
    server.delete(&path_of(id)).expect(200, done());
    server.get(PATH).expect(200, json!([]));
}

#[test]
fn an_unknown_id_is_404_for_every_call() {
    let server = Server::start();
    let path = path_of(999_999);
    let body = json!({"name": "x", "description": "y"});
    for answer in
        [server.get(&path), server.put(&path, body.clone()), server.patch(&path, body), server.delete(&path)]
    {
        answer.expect(404, classification_error(404, &[]));
    }
}
