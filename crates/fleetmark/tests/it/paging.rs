//! Paging by offset through a fleet that never stands still (netskope-v2.md §9): every order, no repeat, no loss.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;

use serde_json::{Value, json};

use crate::harness::{Client, Server, uid};

const PATH: &str = "/api/v2/events/datasearch/clientstatus";
const DEVICES: usize = 25_000;
const PAGE: usize = 5_000;

/// Every field of a row, in the names of the full record and of the aliases.
const FIELDS: [&str; 28] = [
    "_id",
    "device_id",
    "client_version",
    "timestamp",
    "last_event_timestamp",
    "last_connected_from_private_ip",
    "last_connected_from_public_ip",
    "hostname",
    "nsdeviceuid",
    "os",
    "os_version",
    "device_make",
    "device_model",
    "serial_number",
    "mac_addresses",
    "managementID",
    "last_update_timestamp",
    "username",
    "userkey",
    "user",
    "device_classification_status",
    "device_classification_custom_status",
    "device_classification_custom_status_id",
    "actor",
    "event",
    "status",
    "npa_status",
    "last_seen_device_event.timestamp",
];

/// The `n`th machine's report in round `round`; most of its values have changed since the round before.
fn report(n: usize, round: usize) -> Value {
    let os = ["windows", "mac", "linux"][n % 3];
    let mixed = n.wrapping_mul(2_654_435_761).wrapping_add(round) % 1009;
    json!({"nsdeviceuid": uid(n), "userkey": format!("user-{}", n % 97), "username": format!("name {mixed}"),
        "hostname": format!("host-{mixed}"), "os": os,
        "osVersion": format!("10.{}.{}", mixed % 7, mixed), "clientVersion": format!("135.{}", mixed % 5),
        "deviceMake": "Maker", "deviceModel": format!("Model {}", mixed % 11), "serialNumber": format!("S{mixed}"),
        "ipAddress": format!("10.0.{}.{}", mixed % 250, n % 250), "event": format!("event {}", mixed % 3)})
}

fn check_in(client: &Client, machines: impl Iterator<Item = usize>, round: usize) {
    let reports: Vec<_> = machines.map(|n| report(n, round)).collect();
    client.post("/api/v1/checkins", json!({"checkins": reports})).expect_status(200);
}

/// Reports of known machines and of new ones, without a pause.
fn check_in_until(client: &Client, done: &AtomicBool) -> usize {
    let mut round = 1;
    while !done.load(Relaxed) {
        let known = (0..90).map(|n| (round * 90 + n) % DEVICES);
        let new = (0..10).map(|n| DEVICES + round * 10 + n);
        check_in(client, known.chain(new), round);
        round += 1;
    }
    round
}

/// All rows of a list, page by page to its end.
fn all_pages(client: &Client, list: &str) -> Vec<Value> {
    let mut rows: Vec<Value> = Vec::new();
    loop {
        let path = format!("{PATH}?{list}&limit={PAGE}&offset={}", rows.len());
        let page = client.get(&path).expect_status(200).json()["result"].take();
        let Value::Array(page) = page else { panic!("{path}: no list of rows") };
        let full = page.len() == PAGE;
        rows.extend(page);
        if !full {
            return rows;
        }
    }
}

/// As far as JSON alone tells it: numbers and texts of one kind.
fn compared(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_i64().cmp(&b.as_i64()),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}

#[track_caller]
fn assert_whole(rows: &[Value], field: &str, descending: bool) {
    let ids: HashSet<_> = rows.iter().map(|row| row["_id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rows.len(), "{field}: a row came twice");
    let machines: HashSet<_> = rows.iter().map(|row| row["nsdeviceuid"].as_str().unwrap()).collect();
    let lost = (0..DEVICES).map(uid).find(|uid| !machines.contains(uid.as_str()));
    assert_eq!(lost, None, "{field}: a row was left out");
    // Versions rank number by number, which their texts do not show.
    let shown = field != "os_version";
    let in_order = |pair: &[Value]| {
        let order = compared(&pair[0][field], &pair[1][field]);
        order != if descending { Ordering::Less } else { Ordering::Greater }
    };
    assert!(!shown || rows.windows(2).all(in_order), "{field}: rows are out of order");
}

#[test]
fn every_order_is_paged_without_repeat_or_loss_while_devices_check_in() {
    let server = Server::start();
    for first in (0..DEVICES).step_by(1000) {
        check_in(&server, first..first + 1000, 0);
    }
    let (client, done) = (Client::clone(&server), AtomicBool::new(false));
    let orders: Vec<_> = FIELDS.iter().flat_map(|field| [(*field, false), (*field, true)]).collect();
    thread::scope(|scope| {
        let writer = scope.spawn(|| check_in_until(&client, &done));
        let readers: Vec<_> = orders
            .chunks(orders.len() / 2)
            .map(|orders| {
                let client = client.clone();
                scope.spawn(move || {
                    for (field, descending) in orders {
                        let direction = if *descending { "desc" } else { "asc" };
                        let list = format!("fields=nsdeviceuid,{field}&orderbys={field}%20{direction}");
                        assert_whole(&all_pages(&client, &list), field, *descending);
                    }
                    assert_whole(&all_pages(&client, "fields=nsdeviceuid,timestamp"), "timestamp", true);
                })
            })
            .collect();
        let read: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        done.store(true, Relaxed);
        let rounds = writer.join().unwrap();
        assert!(read.iter().all(Result::is_ok), "a reader found rows twice, lost or out of order");
        assert!(rounds > orders.len(), "the fleet hardly moved: {rounds} rounds");
    });
}
