//! `GET /api/v1/devices` as CSV (alloyscan.md "Devices"; the form is ours).

use serde_json::json;

use crate::harness::{Answer, Server, our_error, uid, windows};

const PATH: &str = "/api/v1/devices";

/// Asks as whoever accepts CSV alone.
fn csv(server: &Server, query: &str) -> Answer {
    (**server).clone().with_header("Accept", "text/csv").get(&format!("{PATH}{query}"))
}

/// The rows of an answer, without the first; no cell of them holds an end of line.
fn rows(answer: &Answer) -> Vec<&str> {
    let mut lines = answer.text.split_terminator("\r\n");
    assert_eq!(
        lines.next(),
        Some(
            "id,name,dnsName,macAddress,ipAddress,serialNumber,assetTag,type,lastSeen,tags,status,\
             classification,nsdeviceuid,userkey,firstSeen"
        )
    );
    lines.collect()
}

#[test]
fn who_accepts_csv_gets_all_that_the_filter_finds() {
    let server = Server::start();
    let names: Vec<_> = (0..120).map(|number| format!("host-{number:03}")).collect();
    for (number, name) in names.iter().enumerate() {
        let mut device = windows(&uid(number));
        device["hostname"] = json!(name);
        server.check_in(device);
    }
    let names_of = |answer: &Answer| -> Vec<String> {
        rows(answer).iter().map(|row| row.split(',').nth(1).unwrap().to_owned()).collect()
    };
    let all = csv(&server, "").expect_status(200);
    assert!(all.header("Content-Type").is_some_and(|kind| kind.starts_with("text/csv")), "{all}");
    assert_eq!(names_of(&all), names);
    assert_eq!(names_of(&csv(&server, "?q=host-01")), names[10..20]);
    assert_eq!(names_of(&csv(&server, "?offset=100")), names[100..]);
    assert_eq!(names_of(&csv(&server, "?offset=5&limit=3")), names[5..8]);
    csv(&server, "?limit=0").expect(400, our_error(&["limit"]));
    csv(&server, "?at=tomorrow").expect(400, our_error(&["at"]));
    assert!(rows(&csv(&server, "?at=1")).is_empty());
}

#[test]
fn cells_say_what_the_list_says_and_no_spreadsheet_works_them_out() {
    let server = Server::start();
    let device = json!({"nsdeviceuid": uid(1), "userkey": "ann", "hostname": "=cmd|calc", "os": "linux",
        "serialNumber": "-1, the \"first\"", "ipAddress": "10.1.2.3", "macAddresses": ["00:00:5e:00:53:01"]});
    server.check_in(device);
    for name in ["b", "@a"] {
        server.post("/api/v1/tags", json!({"name": name, "color": "teal"})).expect_status(201);
        server
            .post(
                "/api/v1/devices/tags/bulk",
                json!({"add": [{"tagName": name}], "devices": [{"nsdeviceuid": uid(1)}]}),
            )
            .expect_status(200);
    }
    let listed = server.get(PATH).expect_status(200).json()["items"][0].clone();
    let id = listed["id"].as_str().unwrap();
    let alone = server.get(&format!("{PATH}/{id}")).expect_status(200).json();
    let text = |name: &str| listed[name].as_str().unwrap().to_owned();
    let row = format!(
        "{},'=cmd|calc,,00:00:5e:00:53:01,10.1.2.3,\"'-1, the \"\"first\"\"\",,Linux,{},'@a; b,Not Configured,,{},ann,{}",
        text("id"),
        text("lastSeen"),
        uid(1),
        alone["firstSeen"].as_str().unwrap()
    );
    assert_eq!(rows(&csv(&server, "").expect_status(200)), [row]);
}
