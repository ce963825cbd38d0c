//! What is measured: three jobs, each with the yardstick that it is held against (DESIGN §9).

use serde_json::{Value, json};

use super::devices;
use super::request::{self, Requests};
use crate::yardstick::Yardstick;

/// Devices of one bulk call.
const BULK: u64 = 100;
/// Devices that check in, and that are looked up. A multiple of 64, so that with 64 connections the
/// check-ins of a device all come over one connection and stay in order.
const CYCLE: u64 = 1024;

/// A job and its yardstick.
pub struct Job {
    /// What the table calls it.
    pub name: &'static str,
    /// What Fleetmark is asked.
    pub requests: Requests,
    /// What it is held against.
    pub yardstick: Yardstick,
    /// What the yardstick is asked.
    pub yardstick_requests: Requests,
}

/// All jobs, on a site that has these device tags.
pub fn all(tags: &[u64], token: &str) -> [Job; 3] {
    let bulk = bulk_replace(tags, token);
    let check_ins = check_ins(token);
    [
        Job {
            name: "bulkreplace of 100 devices, durable",
            requests: bulk.clone(),
            yardstick: Yardstick::Bulk,
            yardstick_requests: bulk,
        },
        Job {
            name: "one check-in, durable and classified",
            requests: check_ins.clone(),
            yardstick: Yardstick::Checkin,
            yardstick_requests: check_ins,
        },
        Job {
            name: "gettags of one device",
            requests: look_ups(token),
            yardstick: Yardstick::Hello,
            yardstick_requests: [request::hello()].into(),
        },
    ]
}

/// Every call names 100 devices spread over the whole fleet. Each time round, the same 100 get two other
/// tags, so that every call takes two tags off each of them and puts two on.
fn bulk_replace(tags: &[u64], token: &str) -> Requests {
    let groups = devices::COUNT / BULK;
    let call = |tags: &[u64], group: u64| {
        let devices: Vec<Value> = (0..BULK).map(|place| devices::name(group + place * groups)).collect();
        let body = json!({"tags": tags, "devices": devices, "device_classifications": []});
        request::post("/api/v2/devices/device/tags/bulkreplace", token, &body)
    };
    tags.chunks_exact(2).flat_map(|pair| (0..groups).map(move |group| call(pair, group))).collect()
}

/// Each device reports the same thing twice, then one fact turned over twice: half of the calls change
/// something, as when machines report every few minutes.
fn check_ins(token: &str) -> Requests {
    let call = |revision: u64, number: u64| {
        let body = json!({"checkins": [devices::check_in(number, revision)]});
        request::post("/api/v1/checkins", token, &body)
    };
    [0, 0, 1, 1]
        .into_iter()
        .flat_map(|revision| (0..CYCLE).map(move |number| call(revision, number)))
        .collect()
}

fn look_ups(token: &str) -> Requests {
    let call = |number: u64| {
        let body = json!({"devices": [devices::name(number)]});
        request::post("/api/v2/devices/device/tags/gettags", token, &body)
    };
    (0..CYCLE).map(call).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn body(request: &[u8]) -> Value {
        let text = std::str::from_utf8(request).expect("text");
        let (_, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        serde_json::from_str(body).expect("JSON")
    }

    #[test]
    fn bulk_calls_reach_every_device_and_change_its_tags_each_time_round() {
        let requests = bulk_replace(&[1, 2, 3, 4], "secret-token");
        assert_eq!(requests.len(), 200);
        let mut reached = HashSet::new();
        for request in &requests[..100] {
            for device in body(request)["devices"].as_array().expect("an array") {
                assert!(reached.insert(device["nsdeviceuid"].to_string()));
            }
        }
        assert_eq!(reached.len() as u64, devices::COUNT);
        let (first, second) = (body(&requests[0]), body(&requests[100]));
        assert_eq!(first["devices"], second["devices"]);
        assert_ne!(first["tags"], second["tags"]);
    }

    #[test]
    fn half_of_the_check_ins_of_a_device_change_a_fact() {
        let requests = check_ins("secret-token");
        let cycle = usize::try_from(CYCLE).expect("small");
        let of_one: Vec<Value> = requests.iter().step_by(cycle).map(|bytes| body(bytes)).collect();
        let changes = (0..4).filter(|place| of_one[*place] != of_one[(place + 1) % 4]).count();
        assert_eq!(changes, 2);
    }
}
