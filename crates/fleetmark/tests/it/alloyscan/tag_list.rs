//! `GET /api/v1/tags` (alloyscan.md "Tags").

use serde_json::json;

use super::bodies::{TAGS, made, on, path_of, tag};
use crate::harness::{Server, linux, next_second, our_error, uid};

/// The names on a page, and the total.
#[track_caller]
fn names(server: &Server, query: &str) -> (String, u64) {
    let body = server.get(&format!("{TAGS}{query}")).expect_status(200).json();
    let items = body["items"].as_array().unwrap().iter();
    let names: Vec<_> = items.map(|item| item["name"].as_str().unwrap().to_owned()).collect();
    (names.join(" "), body["total"].as_u64().unwrap())
}

#[track_caller]
fn listed(server: &Server, query: &str, expected: &str, total: u64) {
    assert_eq!(names(server, query), (expected.to_owned(), total), "{query}");
}

#[test]
fn tags_come_by_name_in_pages_with_their_usage() {
    let server = Server::start();
    for name in ["lab-b", "LAB-A", "Äpfel", "zoo", "lab-c"] {
        made(&server, name, "cyan");
    }
    let device = server.check_in(linux(&uid(1)));
    server.post(&on(&device), json!({"tagName": "LAB-B"})).expect_status(200);
    let items = ["LAB-A", "lab-b"].map(|name| tag(name, "cyan", u64::from(name == "lab-b")));
    server.get(&format!("{TAGS}?limit=2")).expect(200, json!({"items": items, "total": 5}));
    listed(&server, "", "LAB-A lab-b lab-c zoo Äpfel", 5);
    listed(&server, "?limit=1000&offset=3", "zoo Äpfel", 5);
    listed(&server, "?offset=5", "", 5);
    listed(&server, "?offset=99999999999999999999", "", 5);
    listed(&server, "?limit=&offset=&q=&sort=", "LAB-A lab-b lab-c zoo Äpfel", 5);
}

#[test]
fn a_page_has_fifty_tags_unless_told_otherwise() {
    let server = Server::start();
    for n in 0..51 {
        made(&server, &format!("tag {n:02}"), "cyan");
    }
    let body = server.get(TAGS).expect_status(200).json();
    assert_eq!((body["items"].as_array().unwrap().len(), &body["total"]), (50, &json!(51)));
}

#[test]
fn a_search_is_for_a_part_of_the_name_in_any_case() {
    let server = Server::start();
    for name in ["lab-b", "LAB-A", "Äpfel", "zoo", "a%b c"] {
        made(&server, name, "cyan");
    }
    listed(&server, "?q=lab", "LAB-A lab-b", 2);
    listed(&server, "?q=AB-", "LAB-A lab-b", 2);
    listed(&server, "?q=%C3%A4P", "Äpfel", 1);
    listed(&server, "?q=lab&offset=1&limit=1", "lab-b", 2);
    listed(&server, "?q=%25B%20c", "a%b c", 1);
    listed(&server, "?q=nothing", "", 0);
    listed(&server, "?q=b%0Ala", "", 0);
    listed(&server, "?q=*", "", 0);
}

#[test]
fn tags_come_by_usage_if_that_is_asked_for() {
    let server = Server::start();
    for name in ["a", "b", "c", "d"] {
        made(&server, name, "cyan");
    }
    for (n, tags) in [&["b", "c"][..], &["c", "d"], &["c"]].into_iter().enumerate() {
        let device = server.check_in(linux(&uid(n)));
        for name in tags {
            server.post(&on(&device), json!({"tagName": name})).expect_status(200);
        }
    }
    listed(&server, "?sort=-usage", "c b d a", 4);
    listed(&server, "?sort=usage", "a b d c", 4);
    listed(&server, "?sort=-usage&limit=2&offset=1", "b d", 4);
    listed(&server, "?sort=-name", "d c b a", 4);
    listed(&server, "?sort=name", "a b c d", 4);
    listed(&server, "?sort=-usage&q=d", "d", 1);
}

#[test]
fn a_parameter_out_of_its_limits_is_400() {
    let server = Server::start();
    for query in ["?limit=0", "?limit=1001", "?limit=x", "?limit=-1", "?limit=1.5"] {
        server.get(&format!("{TAGS}{query}")).expect(400, our_error(&["limit"]));
    }
    for query in ["?offset=-1", "?offset=x"] {
        server.get(&format!("{TAGS}{query}")).expect(400, our_error(&["offset"]));
    }
    server.get(&format!("{TAGS}?sort=color")).expect(400, our_error(&["sort", "-usage"]));
    server.get(&format!("{TAGS}?at=soon")).expect(400, our_error(&["at"]));
}

#[test]
fn the_catalogue_of_a_past_moment_is_shown_as_it_was() {
    let server = Server::start();
    let id = made(&server, "lab", "green");
    let device = server.check_in(linux(&uid(1)));
    server.post(&on(&device), json!({"tagId": id})).expect_status(200);
    let then = next_second();
    server.delete(&path_of(&id)).expect_empty(204);
    let was = tag("lab", "green", 1);
    server.get(&format!("{TAGS}?at={then}")).expect(200, json!({"items": [was], "total": 1}));
    server.get(&format!("{}?at={then}", path_of(&id))).expect(200, was);
    server.get(&path_of(&id)).expect(404, our_error(&[&id]));
}
