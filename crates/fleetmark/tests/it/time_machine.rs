//! What was: windows that end in the past, and `?at=` (netskope-v2.md §9, DESIGN §3).

use serde_json::{Value, json};

use crate::harness::{Server, linux, next_second, on_tag, our_error, search_error, uid, unix_now};

const STATUS: &str = "/api/v2/events/datasearch/clientstatus";
const FIELDS: &str = "nsdeviceuid,hostname,device_classification_status,device_classification_custom_status";

/// The rows of the window up to `end`, each as "host: status, classification".
fn as_of(server: &Server, window: &str) -> Vec<String> {
    let answer = server.get(&format!("{STATUS}?fields={FIELDS}&{window}")).expect_status(200).json();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let shown = |row: &Value| {
        let [host, status, name] =
            ["hostname", "device_classification_status", "device_classification_custom_status"]
                .map(|field| text(row, field));
        format!("{host}: {status} {name}").trim_end().to_owned()
    };
    answer["result"].as_array().unwrap().iter().map(shown).collect()
}

fn named(hostname: &str) -> Value {
    let mut device = linux(&uid(1));
    device["hostname"] = json!(hostname);
    device
}

/// A device's life, and the last second in which it was as it came, as it became, and then gone.
struct Life {
    server: Server,
    id: String,
    came: u64,
    became: u64,
    gone: u64,
}

fn life() -> Life {
    let server = Server::start();
    let risky = server.make_tag("risky");
    server.make_classification("high risk");
    server.make_rule("risky", "high risk", "linux", on_tag(risky));
    let told = server.check_in(named("before"));
    let id = told["id"].as_str().unwrap().to_owned();
    let came = next_second() - 1;
    server.check_in(named("after"));
    assert_eq!(server.bulk("bulkadd", &[risky], &[&uid(1)]), 1);
    let became = next_second() - 1;
    server.delete(&format!("/api/v1/devices/{id}")).expect_status(204);
    let gone = next_second() - 1;
    Life { server, id, came, became, gone }
}

#[track_caller]
fn assert_shows_what_was(life: &Life) {
    let Life { server, came, became, gone, .. } = life;
    assert_eq!(as_of(server, ""), [""; 0]);
    assert_eq!(as_of(server, &format!("endtime={gone}")), [""; 0]);
    assert_eq!(as_of(server, &format!("endtime={became}")), ["after: Managed high risk"]);
    assert_eq!(as_of(server, &format!("endtime={came}")), ["before: Unmanaged"]);
    assert_eq!(as_of(server, &format!("starttime={}&endtime={came}", came - 3600)), ["before: Unmanaged"]);
    assert_eq!(as_of(server, &format!("starttime={}&endtime={}", gone + 1, unix_now() + 60)), [""; 0]);
    assert_eq!(as_of(server, &format!("endtime={}", came - 3600)), [""; 0], "before all of it");
}

#[test]
fn a_window_in_the_past_shows_a_device_as_it_was_then() {
    let mut life = life();
    assert_shows_what_was(&life);
    life.server.terminate();
    life.server.restart();
    assert_shows_what_was(&life);
    life.server.kill9();
    life.server.restart();
    assert_shows_what_was(&life);
}

#[test]
fn a_device_can_be_asked_for_as_of_a_moment() {
    let Life { server, id, came, became, gone } = life();
    let path = format!("/api/v1/devices/{id}");
    // A second's first instant: what was done in the second before it is there.
    let after = |second: u64| server.get(&format!("{path}?at={}", second + 1));
    let shown = |second: u64| {
        let device = after(second).expect_status(200).json();
        (device["name"].clone(), device["classification"].clone(), device["tags"][0]["name"].clone())
    };
    assert_eq!(shown(came), (json!("before"), json!(null), json!(null)));
    assert_eq!(shown(became), (json!("after"), json!("high risk"), json!("risky")));
    after(gone).expect_status(404);
    server.get(&path).expect_status(404);
    server.get(&format!("{path}?at={}", came - 3600)).expect_status(404);
    server.get(&format!("{path}?at=2001-02-03T04:05:06Z")).expect_status(404);
    for (at, why) in [("soon", "Unix seconds"), ("9999999999", "future")] {
        server.get(&format!("{path}?at={at}")).expect(400, our_error(&["at", why]));
    }
}

#[test]
fn a_field_of_the_past_can_be_asked_for() {
    let Life { server, came, .. } = life();
    let rows = |query: &str| as_of(&server, &format!("endtime={came}&query={query}")).len();
    assert_eq!(rows("hostname%20eq%20'before'"), 1);
    assert_eq!(rows("hostname%20eq%20'after'"), 0);
    let answer = server.get(&format!("{STATUS}?endtime={came}&query=shoe_size%20eq%201"));
    answer.expect(400, search_error(400, &["shoe_size"]));
}
