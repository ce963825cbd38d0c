//! The filters and orders of `GET /api/v1/devices` (alloyscan.md "Devices"), and the same filters in a bulk call.

use serde_json::{Value, json};

use crate::harness::{Client, Server, next_millisecond, on_tag, our_error, uid, unix_now};

const PATH: &str = "/api/v1/devices";

/// Six devices, `a` to `f`, with something of everything that can be asked.
fn fleet() -> Server {
    let server = Server::start();
    for (name, color) in [("Lab", "teal"), ("Build", "green"), ("Old, and slow", "gray")] {
        server.post("/api/v1/tags", json!({"name": name, "color": color})).expect_status(201);
    }
    server.make_classification("low risk");
    server.make_classification("high risk");
    server.make_rule("low", "low risk", "linux", on_tag(1));
    server.make_rule("high", "high risk", "windows", on_tag(2));
    for (name, kind, ranges) in [
        ("Office", "address-list", "10.1.0.0/16"),
        ("Rack", "address-list", "10.1.2.0/24"),
        ("Corp", "domain", "corp.example"),
    ] {
        let body = json!({"name": name, "type": kind, "ranges": [ranges]});
        server.post("/api/v1/segments", body).expect_status(201);
    }
    for (number, name, os, address, domain, tags) in [
        (1, "a", "linux", "10.1.2.3", "corp.example", &["Lab", "Build"][..]),
        (2, "b", "linux", "10.1.9.3", "", &[]),
        (3, "c", "windows", "10.9.9.9", "corp.example", &["Build"]),
        (4, "d", "windows", "10.9.9.10", "", &["Lab"]),
        (5, "e", "mac", "192.0.2.1", "eu.corp.example", &["Old, and slow"]),
        (6, "f", "winserver", "10.1.2.9", "", &[]),
    ] {
        next_millisecond();
        let facts = json!({"domain": domain});
        server.check_in(
            json!({"nsdeviceuid": uid(number), "userkey": format!("{name}@corp.example"), "hostname": name,
            "os": os, "ipAddress": address, "serialNumber": format!("S-{}", 9 - number), "facts": facts}),
        );
        let add: Vec<_> = tags.iter().map(|name| json!({"tagName": name})).collect();
        if !add.is_empty() {
            let body = json!({"add": add, "devices": [{"nsdeviceuid": uid(number)}]});
            server.post("/api/v1/devices/tags/bulk", body).expect_status(200);
        }
    }
    server
}

/// The names on a page, in one word, and how many there are on all pages.
#[track_caller]
fn names(server: &Client, query: &str) -> (String, u64) {
    let page = server.get(&format!("{PATH}?{query}")).expect_status(200).json();
    let items = page["items"].as_array().unwrap();
    (items.iter().map(|item| item["name"].as_str().unwrap()).collect(), page["total"].as_u64().unwrap())
}

/// The id of the one of that name in a list.
fn id(server: &Client, path: &str, name: &str) -> String {
    let list = server.get(path).expect_status(200).json();
    let items = list["items"].as_array().unwrap_or_else(|| list.as_array().unwrap());
    let found = items.iter().find(|item| item["name"] == name).unwrap();
    found["id"].as_str().map_or_else(|| found["id"].to_string(), str::to_owned)
}

#[test]
fn every_filter_finds_what_it_says_and_all_can_be_joined() {
    let server = fleet();
    let (lab, rack) = (id(&server, "/api/v1/tags", "Lab"), id(&server, "/api/v1/segments", "Rack"));
    let slow = id(&server, "/api/v1/tags", "Old, and slow");
    let low = id(&server, "/api/v2/deviceclassification/tags", "low risk");
    let future = unix_now() + 3600;
    for (query, found) in [
        ("", "abcdef"),
        ("type=Windows", "cd"),
        ("type=windows%20server,MAC", "ef"),
        ("os=winserver,linux", "abf"),
        ("os=windows&type=Mac", ""),
        ("tag=lab", "ad"),
        (&format!("tag={lab}"), "ad"),
        ("tag=Old,%20and%20slow", "e"),
        ("tags=any:Lab,Build", "acd"),
        ("tags=ALL:Lab,%20Build", "a"),
        ("tags=none:Lab,Build", "bef"),
        (&format!("tags=any:{lab},{slow}%7Cnone:build"), "de"),
        ("tag=Build&tags=none:Lab", "c"),
        ("classification=low%20risk", "a"),
        (&format!("classification={low}"), "a"),
        ("classification=HIGH%20RISK,low%20risk", "ac"),
        ("classification=none", "bdef"),
        ("classification=none,low%20risk", "abdef"),
        ("status=managed", "ac"),
        ("status=Unmanaged,not%20configured", "bdef"),
        ("status=Unmanaged", "bd"),
        ("status=Unknown", ""),
        ("segment=Rack", "af"),
        (&format!("segment={rack}"), "af"),
        ("segment=office", "b"),
        ("segment=Corp", "ce"),
        ("segment=none", "d"),
        ("seenAfter=2020-01-31T00:00:00Z", "abcdef"),
        (&format!("seenAfter={future}"), ""),
        (&format!("seenBefore={future}"), "abcdef"),
        ("seenBefore=1000", ""),
        ("q=10.1.2", "af"),
        ("q=10.1.2&os=linux&segment=rack&tags=all:lab&status=managed&classification=low%20risk", "a"),
        ("q=s-8", "a"),
        ("tag=&tags=&os=&segment=", "abcdef"),
    ] {
        let expected = (found.to_owned(), found.len() as u64);
        assert_eq!(names(&server, query), expected, "{query}");
    }
    // What a device carried then, by the tags of then.
    server.delete(&format!("/api/v1/tags/{slow}")).expect_status(204);
    server.get(&format!("{PATH}?tag={slow}")).expect(400, our_error(&["tag"]));
}

#[test]
fn what_a_filter_cannot_understand_is_refused_by_name() {
    let server = fleet();
    let nobody = "0198502c-8a3b-8000-8000-000000000001";
    for (query, named) in [
        ("type=Printer", &["type", "Windows"][..]),
        ("os=windows,dos", &["os", "winserver", "dos"]),
        ("tag=Nowhere", &["tag", "Nowhere"]),
        (&format!("tag={nobody}"), &["tag", nobody]),
        ("tags=any:Lab,Nowhere", &["tags", "Nowhere"]),
        ("tags=Lab", &["tags", "any:"]),
        ("tags=some:Lab", &["tags", "any:"]),
        ("tags=any:", &["tags", "any:"]),
        ("tags=any:Lab%7C", &["tags", "any:"]),
        (&format!("tags=any:{}", ["Lab"; 64].join(",")), &["tags", "64"]),
        ("classification=medium", &["classification", "medium"]),
        ("classification=99", &["classification", "99"]),
        ("status=Fine", &["status", "Not Configured"]),
        ("segment=Nowhere", &["segment", "Nowhere"]),
        (&format!("segment={nobody}"), &["segment", nobody]),
        ("seenAfter=yesterday", &["seenAfter", "2026"]),
        ("seenBefore=-1", &["seenBefore", "2026"]),
        ("sort=color", &["sort", "lastSeen"]),
        ("sort=-", &["sort", "lastSeen"]),
    ] {
        server.get(&format!("{PATH}?{query}")).expect(400, our_error(named));
    }
    // Another site has the same names with other ids.
    let lab = id(&server, "/api/v1/tags", "Lab");
    let other = server.post("/api/v1/sites", json!({"name": "other"})).expect_status(201).json();
    let other = server.with_token(other["token"]["token"].as_str().unwrap());
    other.get(&format!("{PATH}?tag={lab}")).expect(400, our_error(&["tag"]));
    other.get(&format!("{PATH}?tag=Lab")).expect(400, our_error(&["tag"]));
}

#[test]
fn a_list_comes_in_the_order_that_is_asked_for() {
    let server = fleet();
    for (sort, order) in [
        ("name", "abcdef"),
        ("-name", "fedcba"),
        ("serialNumber", "fedcba"),
        ("-serialNumber", "abcdef"),
        ("lastSeen", "abcdef"),
        ("-lastSeen", "fedcba"),
        ("ipAddress", "afbcde"),
        ("-ipAddress", "edcbfa"),
        // Linux, Mac, Windows, Windows Server; those alike in the order in which they came.
        ("type", "abecdf"),
        ("-type", "fcdeab"),
        ("classification", "acbdef"),
        ("-classification", "bdefca"),
    ] {
        assert_eq!(names(&server, &format!("sort={sort}")).0, order, "{sort}");
        let paged: String = (0..6)
            .step_by(2)
            .map(|offset| names(&server, &format!("sort={sort}&limit=2&offset={offset}")).0)
            .collect();
        assert_eq!(paged, order, "{sort}");
    }
    assert_eq!(names(&server, "sort=-ipAddress&segment=Rack"), ("fa".to_owned(), 2));
    assert_eq!(names(&server, "sort=&offset=6"), (String::new(), 6));
}

#[test]
fn pages_after_the_first_are_of_the_state_that_it_was_of() {
    let server = fleet();
    assert_eq!(names(&server, "tags=none:Build&limit=2"), ("bd".to_owned(), 4));
    let body = json!({"remove": [{"tagName": "Build"}], "filter": {"tag": "Build"}});
    server.post("/api/v1/devices/tags/bulk", body).expect_status(200);
    assert_eq!(names(&server, "tags=none:Build&limit=2&offset=2"), ("ef".to_owned(), 4));
    assert_eq!(names(&server, "tags=none:Build&limit=2"), ("ab".to_owned(), 6));
}

#[test]
fn a_bulk_call_takes_the_same_filters() {
    let server = fleet();
    let tag = |filter: Value| {
        let body = json!({"add": [{"tagName": "Lab"}], "filter": filter});
        server.post("/api/v1/devices/tags/bulk?dryRun=true", body)
    };
    for (filter, total) in [
        (json!({"os": "windows,linux", "tags": "none:Lab"}), 2),
        (json!({"segment": "Corp"}), 2),
        (json!({"classification": "none", "status": "Unmanaged", "type": "Linux"}), 1),
        (json!({"seenAfter": "2020-01-31T00:00:00Z", "seenBefore": "4102444800"}), 6),
        (json!({"tag": "Build", "q": "10.9"}), 1),
    ] {
        assert_eq!(tag(filter.clone()).expect_status(200).json()["total"], total, "{filter}");
    }
    for (filter, named) in [
        (json!({"tag": "Nowhere"}), "filter.tag"),
        (json!({"tags": "Lab"}), "filter.tags"),
        (json!({"classification": "x"}), "filter.classification"),
        (json!({"segment": "x"}), "filter.segment"),
        (json!({"os": "dos"}), "filter.os"),
        (json!({"status": "fine"}), "filter.status"),
        (json!({"seenAfter": "soon"}), "filter.seenAfter"),
        (json!({"type": 7}), "filter.type"),
        (json!({"colour": "red"}), "colour"),
        (json!({"tag": " "}), "filter must ask for something"),
    ] {
        tag(filter).expect(400, our_error(&[named]));
    }
}
