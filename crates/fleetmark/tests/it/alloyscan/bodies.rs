//! What the tests of this dialect send and expect.

use serde_json::{Value, json};

use crate::harness::{Client, any_uuid};

pub const TAGS: &str = "/api/v1/tags";
pub const NOTHING: &str = "0198502c-8a3b-8000-8000-000000000001";

/// A tag of the catalogue.
pub fn tag(name: &str, color: &str, usage: u64) -> Value {
    json!({"id": any_uuid(), "name": name, "color": color, "usage": usage})
}

/// A tag on a device.
pub fn carried(name: &str, color: &str) -> Value {
    json!({"id": any_uuid(), "name": name, "color": color})
}

/// A new tag; its id.
#[track_caller]
pub fn made(client: &Client, name: &str, color: &str) -> String {
    let answer = client.post(TAGS, json!({"name": name, "color": color})).expect(201, tag(name, color, 0));
    answer.json()["id"].as_str().unwrap().to_owned()
}

pub fn path_of(tag: &str) -> String {
    format!("{TAGS}/{tag}")
}

/// The tags of a device.
pub fn on(device: &Value) -> String {
    format!("/api/v1/devices/{}/tags", device["id"].as_str().unwrap())
}
