//! A record of the log that is not what was committed: what stands beside it is still read.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::harness::{Server, next_millisecond, our_error};

const PATH: &str = "/api/v1/changes";

/// Changes a record of site 1 in the file of a server that stopped.
fn damage(server: &Server, version: i64) {
    let file = Connection::open(server.folder().join("f.db")).unwrap();
    let key = 1_i64 << 40 | version;
    let mut payload: Vec<u8> =
        file.query_row("SELECT payload FROM record WHERE id = ?1", [key], |row| row.get(0)).unwrap();
    *payload.last_mut().unwrap() ^= 1;
    file.execute("UPDATE record SET payload = ?2 WHERE id = ?1", params![key, payload]).unwrap();
}

#[track_caller]
fn names(server: &Server, query: &str) -> Vec<String> {
    let body = server.get(&format!("{PATH}{query}")).expect_status(200).json();
    let names = body["items"].as_array().unwrap().iter();
    names.map(|item| item["entity"].as_str().unwrap().to_owned()).collect()
}

/// The cursor behind the events of a stream.
fn last_id(events: &str) -> String {
    events.lines().rev().find_map(|line| line.strip_prefix("id: ")).unwrap().to_owned()
}

#[test]
fn what_stands_beside_a_damaged_record_is_still_read() {
    let mut server = Server::start();
    let begin = last_id(&server.get(&format!("{PATH}/stream?follow=false")).expect_status(200).text);
    for number in 0..6 {
        server.make_tag(&format!("tag {number}"));
        next_millisecond();
        server.make_token(json!({"name": format!("token {number}"), "role": "user"}));
        next_millisecond();
    }
    let all = server.get(PATH).expect_status(200).json();
    let all: &Vec<Value> = all["items"].as_array().unwrap();
    let place = all.iter().position(|item| item["entity"] == "tag 2").unwrap();
    let version = all[place]["version"].as_i64().unwrap();
    let of = |entries: &[Value]| {
        entries.iter().map(|item| item["entity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    server.terminate();
    damage(&server, version);
    server.restart();

    let refused = our_error(&["record_damaged", &format!("record {version} "), "offset", "backup"]);
    server.get(PATH).expect(500, refused.clone());
    server.get(&format!("{PATH}?offset={place}&limit=1")).expect(500, refused.clone());
    server.get(&format!("{PATH}?object=tag&change=deleted")).expect(500, refused.clone());
    server.get(&format!("{PATH}?user=nobody")).expect(500, refused.clone());
    let as_csv = server.clone().with_header("Accept", "text/csv");
    as_csv.get(PATH).expect(500, refused);
    assert!(server.printed().contains("a log was altered or is damaged"));

    // Neither page needs it, though the two logs lie among each other.
    assert_eq!(names(&server, &format!("?limit={place}")), of(&all[..place]));
    assert_eq!(names(&server, &format!("?offset={}", place + 1)), of(&all[place + 1..]));
    // Before the site's record that stands before it, and after the one behind it.
    let (until, since) = (all[place + 3]["time"].as_str().unwrap(), all[place - 3]["time"].as_str().unwrap());
    assert_eq!(names(&server, &format!("?until={until}")), of(&all[place + 3..]));
    assert_eq!(names(&server, &format!("?since={since}")), of(&all[..place - 2]));
    assert_eq!(names(&server, "?object=token").len(), 6);
    let rows = as_csv.get(&format!("{PATH}?offset={}", place + 1)).expect_status(200).text;
    assert_eq!(rows.split_terminator("\r\n").count(), all.len() - place);
    // A stream ends before it, and tells so to who goes on.
    let stream = |id: &str| server.get(&format!("{PATH}/stream?follow=false&object=tag&lastEventId={id}"));
    let told = stream(&begin).expect_status(200).text;
    assert!(told.contains("tag 1") && !told.contains("tag 2") && !told.contains("tag 3"), "{told}");
    stream(&last_id(&told)).expect(500, our_error(&["record_damaged", &format!("record {version} ")]));
    server.make_tag("one more");
    assert_eq!(names(&server, "?limit=1"), ["one more"]);
}
