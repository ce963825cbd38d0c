//! The query language of clientstatus (netskope-v2.md §9).

use serde_json::{Value, json};

use crate::harness::{Server, search_error, uid};

const PATH: &str = "/api/v2/events/datasearch/clientstatus";

/// Four machines of different systems, versions and users; `linux` last.
fn started() -> Server {
    let server = Server::start();
    for (n, (os, version, user, client)) in [
        ("windows", "10.0.19045", "joe@corp.example", "135.1.10.2611"),
        ("windows", "10.0.9200", "ann@corp.example", "99.0.1"),
        ("mac", "14.5", "o'hara@lab.example", "135.1.9"),
        ("linux", "12.5", "root", "135.1.10.2611"),
    ]
    .into_iter()
    .enumerate()
    {
        let addresses = json!([format!("00:15:5d:00:00:{n:02}"), "00:15:5d:ff:ff:ff"]);
        server.check_in(json!({"nsdeviceuid": uid(n), "userkey": user, "username": user, "os": os,
            "hostname": format!("host-{n} {os}"), "osVersion": version, "clientVersion": client,
            "macAddresses": addresses}));
    }
    server
}

/// The text as it stands in an address.
fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The numbers of the machines that a query selects.
fn selected(server: &Server, query: &str) -> Vec<usize> {
    let path = format!("{PATH}?fields=nsdeviceuid&orderbys=hostname&query={}", escaped(query));
    let answer = server.get(&path).expect_status(200).json();
    let rows = answer["result"].as_array().unwrap();
    assert_eq!(answer["status"]["count"], rows.len(), "{query}");
    rows.iter().map(|row| (0..4).find(|n| row["nsdeviceuid"] == uid(*n)).unwrap()).collect()
}

#[test]
fn every_operator_selects_what_it_says() {
    let server = started();
    let first = uid(0).to_lowercase();
    for (query, wanted) in [
        ("os eq 'Windows'", &[0, 1][..]),
        ("os eq windows", &[0, 1]),
        ("os = \"MAC\"", &[2]),
        ("os == Linux", &[3]),
        ("os neq Windows", &[2, 3]),
        ("os != Windows and os <> Mac", &[3]),
        ("hostname like 'HOST-1'", &[1]),
        ("hostname ~ 'host'", &[0, 1, 2, 3]),
        ("hostname notlike 'windows'", &[2, 3]),
        ("hostname !~ 'windows'", &[2, 3]),
        ("username eq 'o''hara@lab.example'", &[2]),
        ("username eq \"o'hara@lab.example\"", &[2]),
        ("os_version gt 10.0.9200 and os eq Windows", &[0]),
        ("os_version gte '10.0.9200' and os eq Windows", &[0, 1]),
        ("os_version < 12.10", &[0, 1, 3]),
        ("os_version from 12 to 14.5", &[2, 3]),
        ("client_version gte 135.1.10", &[0, 3]),
        ("timestamp gt 0 and timestamp lte '99999999999'", &[0, 1, 2, 3]),
        ("timestamp lt 1000", &[]),
        ("os in ['Mac', 'linux']", &[2, 3]),
        ("os in (Mac)", &[2]),
        ("os not in ['Mac', 'linux']", &[0, 1]),
        ("user_info.userkey eq root", &[3]),
        ("user eq ROOT", &[3]),
        ("mac_addresses eq '00:15:5D:00:00:02'", &[2]),
        ("mac_addresses neq '00:15:5D:00:00:02'", &[0, 1, 3]),
        ("mac_addresses like 'ff:ff'", &[0, 1, 2, 3]),
        ("device_classification_custom_status_id neq 1", &[0, 1, 2, 3]),
        ("device_classification_custom_status_id lt 99", &[]),
        ("device_classification_status eq 'not configured'", &[0, 1, 2, 3]),
        (&format!("nsdeviceuid eq '{first}'"), &[0]),
        (&format!("device_id like '_{first}'"), &[0]),
        ("not os eq windows", &[2, 3]),
        ("os eq mac or os eq linux and username eq joe", &[2]),
        ("(os eq mac OR os eq linux) AND NOT username eq root", &[2]),
        ("!(os=mac||os=linux)&&os_version>=10.0.19045", &[0]),
    ] {
        assert_eq!(selected(&server, query), wanted, "{query}");
    }
}

#[test]
fn rows_are_selected_before_they_are_paged_and_grouped() {
    let server = started();
    let query = escaped("os neq mac");
    let rows = |more: &str| {
        let answer = server.get(&format!("{PATH}?query={query}&{more}")).expect_status(200).json();
        answer["result"].as_array().unwrap().clone()
    };
    assert_eq!(rows("limit=2").len(), 2);
    assert_eq!(rows("limit=2&offset=2").len(), 1);
    let groups = json!([{"_id": {"os": "Windows"}, "count": 2}, {"_id": {"os": "Linux"}, "count": 1}]);
    assert_eq!(Value::from(rows("groupbys=os")), groups);
    assert_eq!(rows("starttime=0&endtime=1000").len(), 0);
}

#[test]
fn a_bad_query_is_told_with_the_position() {
    let server = started();
    for (query, parts) in [
        ("os eq", &["at position 6", "the end"][..]),
        ("os is windows", &["at position 4", "is"]),
        ("os eq Windows Server", &["at position 15", "Server"]),
        ("os eq 'Windows", &["at position 7", "not closed"]),
        ("shoe_size eq 42", &["at position 1", "shoe_size", "hostname"]),
        ("os eq mac and (shoe_size eq 42)", &["at position 16", "shoe_size"]),
        ("timestamp gt soon", &["at position 14", "a number", "soon"]),
        ("os eq mac)", &["at position 10"]),
        ("os in []", &["at position 8"]),
        (&format!("{}os eq mac", "(".repeat(33)), &["at position 33", "32"]),
        (&vec!["os=mac"; 129].join("||"), &["128"]),
        (&format!("os in [{}]", vec!["1"; 1001].join(",")), &["1000"]),
        (&format!("os eq '{}'", "x".repeat(16_384)), &["at position 16385", "16384"]),
        (&"not ".repeat(4_000), &["32"]),
    ] {
        let answer = server.get(&format!("{PATH}?query={}", escaped(query)));
        answer.expect(400, search_error(400, &[&["syntax error"], parts].concat()));
    }
}
