//! What is asked over HTTP, as requests that go round and round.

use serde_json::{Value, json};

use crate::load::Requests;
use crate::load::request;
use crate::site::devices;

/// Devices of one bulk call.
pub const BULK: u64 = 100;
/// Devices that check in, and that are looked up. A multiple of 64, so that with 64 connections the check-ins of a
/// device all come over one connection and stay in order.
const CYCLE: u64 = 1024;
/// Tags of a page.
pub const PAGE_TAGS: usize = 50;

/// Every call names 100 devices spread over the whole fleet. Each time round, the same 100 get two other tags, so that
/// every call takes two tags off each of them and puts two on.
pub fn bulk_replace(tags: &[u64]) -> Requests {
    let groups = devices::COUNT / BULK;
    let call = |tags: &[u64], group: u64| {
        let devices: Vec<Value> = (0..BULK).map(|place| devices::name(group + place * groups)).collect();
        let body = json!({"tags": tags, "devices": devices, "device_classifications": []});
        request::post("/api/v2/devices/device/tags/bulkreplace", &body)
    };
    tags.chunks_exact(2).flat_map(|pair| (0..groups).map(move |group| call(pair, group))).collect()
}

/// Each device reports the same thing twice, then one fact turned over twice: half of the calls change something, as
/// when machines report every few minutes.
pub fn check_ins() -> Requests {
    let call = |revision: u64, number: u64| {
        request::post("/api/v1/checkins", &json!({"checkins": [devices::check_in(number, revision)]}))
    };
    [0, 0, 1, 1]
        .into_iter()
        .flat_map(|revision| (0..CYCLE).map(move |number| call(revision, number)))
        .collect()
}

/// The tags of one device, by its name.
pub fn tags_of_devices() -> Requests {
    let body = |number| json!({"devices": [devices::name(number)]});
    (0..CYCLE).map(|number| get_tags(&body(number))).collect()
}

/// All that is known of one device, by its id.
pub fn device_reads(ids: &[String]) -> Requests {
    let shown = ids.iter().take(usize::try_from(CYCLE).unwrap_or(usize::MAX));
    shown.map(|id| request::get(&format!("/api/v1/devices/{id}"))).collect()
}

/// Pages of 50 from all over a catalogue of so many tags.
pub fn tag_pages(tags: usize) -> Requests {
    let offsets = (0..tags).step_by(PAGE_TAGS);
    offsets.map(|offset| get_tags(&json!({"offset": offset, "limit": PAGE_TAGS}))).collect()
}

/// One tag, by its name.
pub fn tags_by_name(tags: u64) -> Requests {
    let numbers = (0..CYCLE).map(|number| 1 + devices::mix(number) % tags);
    numbers.map(|number| get_tags(&json!({"name": format!("bench {number}")}))).collect()
}

/// Tags whose names hold a part that few hold.
pub fn tags_with_part(tags: u64) -> Requests {
    let numbers = (0..CYCLE).map(|number| 1 + devices::mix(number) % tags);
    numbers.map(|number| request::get(&format!("/api/v1/tags?q={number}"))).collect()
}

/// The tags that most devices carry.
pub fn tags_by_usage() -> Requests {
    (0..CYCLE).map(|_| request::get("/api/v1/tags?sort=-usage")).collect()
}

fn get_tags(body: &Value) -> Box<[u8]> {
    request::post("/api/v2/devices/device/tags/gettags", body)
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
        let requests = bulk_replace(&[1, 2, 3, 4]);
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
        let requests = check_ins();
        let cycle = usize::try_from(CYCLE).expect("small");
        let of_one: Vec<Value> = requests.iter().step_by(cycle).map(|bytes| body(bytes)).collect();
        let changes = (0..4).filter(|place| of_one[*place] != of_one[(place + 1) % 4]).count();
        assert_eq!(changes, 2);
    }

    #[test]
    fn pages_reach_the_whole_catalogue() {
        let requests = tag_pages(10_000);
        assert_eq!(requests.len(), 200);
        assert_eq!(body(&requests[199])["offset"], 9950);
    }
}
