//! `GET /api/v1/changes/stream`: the change log as it happens.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::http;

use crate::changes::person;
use crate::harness::{Client, DEADLINE, Server, linux, next_millisecond, our_error, uid, until};

const PATH: &str = "/api/v1/changes/stream";

/// An event as it came: its id, and its data where it has some.
#[derive(Clone, Debug, PartialEq)]
struct Event {
    id: String,
    data: Option<Value>,
}

/// What a stream sends, read as it comes.
struct Stream(Receiver<Event>);

impl Stream {
    /// Opens one with the headers of `client`.
    #[track_caller]
    fn open(client: &Client, query: &str, token: &str, last: Option<&str>) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build();
        let mut request = http::Request::get(format!("{}{PATH}{query}", client.base()))
            .header("Authorization", format!("Bearer {token}"));
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let answer = ureq::Agent::from(config).run(request.body(()).unwrap()).unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let (events, received) = channel();
        std::thread::spawn(move || {
            let (mut id, mut data) = (String::new(), String::new());
            for line in BufReader::new(answer.into_body().into_reader()).lines() {
                let Ok(line) = line else { return };
                match line.split_once(": ") {
                    Some(("id", text)) => text.clone_into(&mut id),
                    Some(("data", text)) => data.push_str(text),
                    _ if line.is_empty() && !id.is_empty() => {
                        let data = serde_json::from_str(&std::mem::take(&mut data)).ok();
                        if events.send(Event { id: std::mem::take(&mut id), data }).is_err() {
                            return;
                        }
                    }
                    _ => {}
                }
            }
        });
        Self(received)
    }

    #[track_caller]
    fn next(&self) -> Event {
        self.0.recv_timeout(DEADLINE).expect("an event comes")
    }

    /// The names of so many entries.
    #[track_caller]
    fn names(&self, count: usize) -> Vec<String> {
        let name = || self.next().data.expect("an entry")["entity"].as_str().unwrap().to_owned();
        std::iter::repeat_with(name).take(count).collect()
    }

    /// Everything until it ends by itself.
    fn rest(self) -> Vec<Event> {
        let end = std::time::Instant::now() + DEADLINE;
        let next = || self.0.recv_timeout(end.saturating_duration_since(std::time::Instant::now()));
        let mut events = Vec::new();
        loop {
            match next() {
                Ok(event) => events.push(event),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return events,
                Err(why) => panic!("the stream did not end: {why}"),
            }
        }
    }
}

/// A token of an administrator, with its number.
fn administrator(server: &Server) -> (String, u64) {
    let made = server.post("/api/v1/tokens", json!({"name": "follower", "role": "administrator"}));
    let made = made.expect_status(201).json();
    (made["token"].as_str().unwrap().to_owned(), made["id"].as_u64().unwrap())
}

#[test]
fn entries_come_as_they_are_made_and_are_those_of_the_list() {
    let server = Server::start();
    server.make_tag("before");
    let (token, _) = administrator(&server);
    let stream = Stream::open(&server, "", &token, None);
    let start = stream.next();
    assert_eq!(start.data, None, "where it begins");
    server.make_tag("one");
    server.check_in(linux(&uid(1)));
    server.check_in(linux(&uid(1)));
    next_millisecond();
    server.make_token(json!({"name": "two", "role": "user"}));
    next_millisecond();
    server.make_classification("low");
    let rule = "[{\"name\":\"three\",\"label\":\"low\",\"os\":\"android\",\
                \"conditions\":{\"$and\": [\n\t{\"$or\":\r\n[{\"x_check\":{}}]}]}}]";
    let rules = "/api/v2/deviceclassification/rules";
    server.send_text("POST", rules, "application/json", rule).expect_status(201);
    let expected = 6;
    let events: Vec<_> = (0..expected).map(|_| stream.next()).collect();
    let list = server.get("/api/v1/changes").expect_status(200).json();
    let mut listed = list["items"].as_array().unwrap()[..expected].to_vec();
    listed.reverse();
    let data: Vec<_> = events.iter().map(|event| event.data.clone().unwrap()).collect();
    assert_eq!(data, listed);
    // Whoever comes again gets what came after the last that it saw, also from within one record.
    for (place, event) in std::iter::once(&start).chain(&events).enumerate() {
        let again = Stream::open(&server, "?follow=false", &token, Some(&event.id)).rest();
        let again: Vec<_> = again.into_iter().filter(|event| event.data.is_some()).collect();
        assert_eq!(again, events[place..], "after {}", event.id);
        let by_parameter = format!("?follow=false&lastEventId={}", event.id);
        let again = Stream::open(&server, &by_parameter, &token, None).rest();
        assert_eq!(again.into_iter().filter(|event| event.data.is_some()).count(), events.len() - place);
    }
}

#[test]
fn a_stream_goes_on_behind_a_restart() {
    let mut server = Server::start();
    let (token, _) = administrator(&server);
    let stream = Stream::open(&server, "", &token, None);
    stream.next();
    server.make_tag("one");
    let seen = stream.next();
    server.terminate();
    assert!(stream.rest().iter().all(|event| event.data.is_none()), "it ended with the server");
    server.restart();
    for number in 0..300 {
        server.make_tag(&format!("tag {number}"));
    }
    let stream = Stream::open(&server, "", &token, Some(&seen.id));
    let names: Vec<_> = (0..300).map(|number| format!("tag {number}")).collect();
    assert_eq!(stream.names(300), names);
    server.make_tag("last");
    assert_eq!(stream.names(1), ["last"]);
}

#[test]
fn a_filter_picks_events_and_the_cursor_goes_on_all_the_same() {
    let server = Server::start();
    let (token, _) = administrator(&server);
    let ann = person(&server, "ann");
    let stream = Stream::open(&server, "?object=tag&change=Added&user=Ann", &token, None);
    let start = stream.next();
    server.make_tag("not hers");
    let tag = ann.make_tag("hers");
    ann.patch(&format!("/api/v2/devices/device/tags/{tag}"), json!({"name": "renamed"})).expect_status(200);
    ann.make_classification("no tag");
    ann.make_tag("hers too");
    assert_eq!(stream.names(2), ["hers", "hers too"]);
    server.make_tag("not hers either");
    let none = Stream::open(&server, "?object=tag&user=nobody&follow=false", &token, Some(&start.id)).rest();
    assert_eq!(none.len(), 1, "{none:?}");
    assert_eq!(none[0].data, None);
    let none = Stream::open(&server, "?follow=false", &token, Some(&none[0].id)).rest();
    assert!(none.iter().all(|event| event.data.is_none()), "all of it was read: {none:?}");
    server.get(&format!("{PATH}?object=shoe")).expect(400, our_error(&["object", "App Registration"]));
}

#[test]
fn a_stream_ends_when_its_token_is_revoked_or_expires() {
    let server = Server::start();
    for end in ["revoked", "expired", "of a user now"] {
        let (token, id) = administrator(&server);
        let stream = Stream::open(&server, "", &token, None);
        stream.next();
        let path = format!("/api/v1/tokens/{id}");
        match end {
            "revoked" => server.delete(&path).expect_status(204),
            "expired" => server.patch(&path, json!({"expiresAt": "2020-01-01T00:00:00Z"})).expect_status(200),
            _ => server.patch(&path, json!({"role": "user"})).expect_status(200),
        };
        server.make_tag(end);
        let rest = stream.rest();
        assert!(rest.iter().all(|event| event.data.is_none()), "{end}: {rest:?}");
    }
}

#[test]
fn a_stream_ends_when_its_site_or_the_server_is_under_maintenance_or_the_site_has_moved() {
    let server = Server::start();
    let (token, _) = administrator(&server);
    let site = "/api/v1/sites/1";
    let settings = |settings: Value| json!({"settings": settings});
    for (path, change, back, status) in [
        (
            site,
            settings(json!({"maintenance": {"on": true}})),
            settings(json!({"maintenance": {"on": false}})),
            503,
        ),
        ("/api/v1/maintenance", json!({"on": true}), json!({"on": false}), 503),
        (site, settings(json!({"movedTo": "https://new.example"})), settings(json!({"movedTo": null})), 307),
    ] {
        let stream = Stream::open(&server, "", &token, None);
        let start = stream.next();
        server.patch(path, change).expect_status(200);
        let rest = stream.rest();
        assert!(rest.iter().all(|event| event.data.is_none()), "{status}: {rest:?}");
        let again = server.with_token(&token).with_header("Last-Event-ID", &start.id).get(PATH);
        again.expect_status(status);
        // Who comes again later has missed nothing.
        server.patch(path, back).expect_status(200);
        let entity = if path == site { "default" } else { "server" };
        assert_eq!(Stream::open(&server, "", &token, Some(&start.id)).names(2), [entity, entity]);
    }
}

#[test]
fn a_cursor_that_is_none_here_is_refused_with_what_to_do() {
    let server = Server::start();
    let (token, _) = administrator(&server);
    let start = Stream::open(&server, "?follow=false", &token, None).next().id;
    let (epoch, at) = start.split_once(':').unwrap();
    let client = server.clone();
    let with = |cursor: &str| client.clone().with_header("Last-Event-ID", cursor).get(PATH);
    for wrong in ["7", "x:1:1", &format!("{epoch}:"), &format!("{epoch}:1:1:1"), &format!("{epoch}:-1:1")] {
        with(wrong).expect(400, our_error(&["Last-Event-ID"]));
        let query = format!("{PATH}?lastEventId={wrong}");
        server.get(&query).expect(400, our_error(&["lastEventId"]));
    }
    let other = format!("00000000-0000-4000-8000-000000000000:{at}");
    with(&other).expect(409, our_error(&["another history", "without a cursor"]));
    let [site, instance] = [0, 1].map(|log| at.split(':').nth(log).unwrap());
    let mark = |at: &str| at.split_once('~').unwrap().1.to_owned();
    with(&format!("{epoch}:999999~{}:{instance}", mark(site))).expect(409, our_error(&["another history"]));
    with(&format!("{epoch}:{site}:999999~{}", mark(instance))).expect(409, our_error(&["another history"]));
    // A version says nothing without what its record is known by.
    with(&format!("{epoch}:1")).expect(409, our_error(&["another history"]));
    with(&format!("{epoch}:1~{}", mark(instance))).expect(409, our_error(&["another history"]));
    with(&format!("{epoch}:{site}:1~{}", mark(site))).expect(409, our_error(&["another history"]));
    // The instance's part may be left out: it is followed from now on.
    server.make_tag("one");
    let cursor = format!("{epoch}:{site}");
    assert_eq!(Stream::open(&server, "?follow=false", &token, Some(&cursor)).names(1), ["one"]);
    let all = format!("{epoch}:0:0");
    assert_eq!(Stream::open(&server, "?follow=false", &token, Some(&all)).names(1), ["default"]);
}

#[test]
fn a_cursor_of_another_site_is_refused() {
    let server = Server::start();
    let other = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let other = server.with_token(other["token"]["token"].as_str().unwrap());
    for client in [&*server, &other] {
        for number in 0..3 {
            client.make_tag(&format!("tag {number}"));
        }
    }
    let (token, _) = administrator(&server);
    let start = Stream::open(&server, "?follow=false", &token, None).next().id;
    other.with_header("Last-Event-ID", &start).get(PATH).expect(409, our_error(&["another history"]));
}

#[test]
fn a_cursor_of_a_log_that_was_put_back_and_went_on_differently_is_refused() {
    let mut server = Server::start();
    let (token, _) = administrator(&server);
    let shared = Stream::open(&server, "?follow=false", &token, None).next().id;
    server.terminate();
    let backup = TempDir::new().unwrap();
    copy(server.folder(), backup.path());
    server.restart();
    server.make_tag("before");
    server.make_token(json!({"name": "before", "role": "user"}));
    let lost = Stream::open(&server, "?follow=false", &token, None).next().id;
    server.terminate();
    copy(backup.path(), server.folder());
    server.restart();
    for number in 0..3 {
        server.make_tag(&format!("after {number}"));
        server.make_token(json!({"name": "after", "role": "user"}));
    }
    let client = server.clone();
    let with = |cursor: &str| client.clone().with_header("Last-Event-ID", cursor).get(PATH);
    let part = |cursor: &str, part: usize| cursor.split(':').nth(part).unwrap().to_owned();
    let epoch = part(&lost, 0);
    for (site, instance) in [(&lost, &lost), (&shared, &lost), (&lost, &shared)] {
        let cursor = format!("{epoch}:{}:{}", part(site, 1), part(instance, 2));
        assert_eq!(with(&cursor).expect(409, our_error(&[])).json()["error"], "cursor_elsewhere");
    }
    // What came before the backup was made is the same.
    let again = Stream::open(&server, "?follow=false&object=tag", &token, Some(&shared));
    assert_eq!(again.names(3), ["after 0", "after 1", "after 2"]);
}

/// Puts the files of a store that nobody holds in the place of another's.
fn copy(from: &Path, to: &Path) {
    for old in std::fs::read_dir(to).unwrap() {
        std::fs::remove_file(old.unwrap().path()).unwrap();
    }
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn a_token_has_so_many_streams() {
    let server = Server::start();
    let (token, _) = administrator(&server);
    let mut open: Vec<_> = (0..8).map(|_| Stream::open(&server, "", &token, None)).collect();
    let refused = server.with_token(&token).get(PATH);
    assert!(refused.header("Retry-After").is_some(), "{refused}");
    refused.expect(503, our_error(&[]));
    let figures = server.get("/metrics").expect_status(200).text;
    assert!(figures.contains("fleetmark_change_streams 8"), "{figures}");
    drop(open.split_off(7));
    // Who has left is noticed when something is sent, at the latest.
    let mut tries = 0;
    until("a place that is free again", || {
        tries += 1;
        server.make_tag(&format!("tag {tries}"));
        let answer = server.with_token(&token).get(&format!("{PATH}?follow=false"));
        (answer.status == 200).then_some(())
    });
}

#[test]
fn a_site_follows_its_own_changes_and_no_others() {
    let server = Server::start();
    let made = server.post("/api/v1/sites", json!({"name": "elsewhere"})).expect_status(201).json();
    let token = made["token"]["token"].as_str().unwrap();
    let elsewhere = server.with_token(token);
    let stream = Stream::open(&server, "", token, None);
    stream.next();
    server.make_tag("only here");
    server.make_token(json!({"name": "of here", "role": "user"}));
    elsewhere.make_tag("only there");
    assert_eq!(stream.names(1), ["only there"]);
}
