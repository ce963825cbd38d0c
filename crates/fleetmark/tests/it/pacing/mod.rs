//! How fast a token's requests are served (netskope-v1.md "Pacing", netskope-v2.md §2, alloyscan.md "Authentication").

mod forms;
mod schedule;
mod sent;
mod waiting;

use std::fmt::Debug;
use std::ops::RangeBounds;

use serde_json::{Value, json};

use crate::harness::{Client, Server, until};

const CLIENTS: &str = "/api/v1/clients";
const CLASSIFICATIONS: &str = "/api/v2/deviceclassification/tags";
const OUR_TAGS: &str = "/api/v1/tags";

/// Sets the pacing of the first site.
#[track_caller]
fn set(server: &Client, pacing: Value) {
    server.patch("/api/v1/sites/1", json!({"settings": {"pacing": pacing}})).expect_status(200);
}

/// So many at once, nobody waits, for as long as there may be.
fn only(at_once: u32) -> Value {
    json!({"atOnce": at_once, "waiting": 0, "seconds": 30})
}

/// A new token of an administrator of the first site.
fn token(server: &Server, name: &str) -> String {
    server.make_token(json!({"name": name, "role": "administrator"}))
}

/// Waits until so many requests wait for their turn.
#[track_caller]
fn until_waiting(server: &Server, counts: impl RangeBounds<u32> + Debug) {
    until(&format!("{counts:?} requests to wait"), || {
        let figures = server.get("/metrics").text;
        let mut lines = figures.lines();
        let count = lines.find_map(|line| line.strip_prefix("fleetmark_http_requests_waiting ")).unwrap();
        counts.contains(&count.strip_suffix(".0").unwrap().parse().unwrap()).then_some(())
    });
}
