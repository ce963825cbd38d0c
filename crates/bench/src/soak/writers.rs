//! Who writes: bulk calls, check-ins, rule edits.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};

use super::{DEVICES, Soak, Task};
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::load::{Api, Blocking, Requests, request};
use crate::servers::TOKEN;
use crate::site::devices;

/// Devices of one call.
const BULK: u64 = 500;
/// Connections of each kind of call.
const CONNECTIONS: usize = 4;
/// Pairs of tags that devices get in turn.
const PAIRS: usize = 3;
const EDIT_EVERY: Duration = Duration::from_secs(1);
const RULES: &str = "/api/v2/deviceclassification/rules";

/// Connections that replace tags and check in, and one that edits a rule.
///
/// # Errors
/// When the rule is not there.
pub fn tasks<'a>(soak: &'a Soak, tags: &[u64]) -> Outcome<Vec<Task<'a>>> {
    let (bulk, check_ins) = (bulk_replace(tags), check_ins());
    let mut tasks: Vec<Task<'a>> = vec![Box::new(edits(soak)?)];
    for first in 0..CONNECTIONS {
        for requests in [bulk.clone(), check_ins.clone()] {
            tasks.push(Box::new(move || write(soak, &requests, first)));
        }
    }
    Ok(tasks)
}

fn write(soak: &Soak, requests: &Requests, first: usize) -> Outcome {
    let mut connection = Blocking::open(soak.server.address)?;
    // Connections stay off each other's devices, so that nothing depends on who comes first.
    for request in requests.iter().cycle().skip(first).step_by(CONNECTIONS) {
        if soak.over.load(Ordering::Relaxed) {
            break;
        }
        connection.call(request)?;
        soak.done.fetch_add(BULK, Ordering::Relaxed);
    }
    Ok(())
}

/// Each time round, the same devices get two other tags.
fn bulk_replace(tags: &[u64]) -> Requests {
    let call = |pair: &[u64], first: u64| {
        let devices: Vec<Value> = (first..first + BULK).map(devices::name).collect();
        let body = json!({"tags": pair, "devices": devices, "device_classifications": []});
        request::post("/api/v2/devices/device/tags/bulkreplace", &body)
    };
    tags.chunks_exact(2).take(PAIRS).flat_map(|pair| groups().map(move |first| call(pair, first))).collect()
}

/// Each time round, one fact of each device turns over.
fn check_ins() -> Requests {
    let call = |revision: u64, first: u64| {
        let items: Vec<Value> =
            (first..first + BULK).map(|number| devices::check_in(number, revision)).collect();
        request::post("/api/v1/checkins", &json!({"checkins": items}))
    };
    [0, 1].into_iter().flat_map(|revision| groups().map(move |first| call(revision, first))).collect()
}

fn groups() -> impl Iterator<Item = u64> {
    (0..DEVICES).step_by(usize::try_from(BULK).unwrap_or(usize::MAX))
}

/// Moves the bound of a rule there and back, once a second.
fn edits(soak: &Soak) -> Outcome<impl FnOnce() -> Outcome + Send + use<'_>> {
    let api = Api::new(soak.server.address, TOKEN);
    let rules = api.get(RULES)?;
    let rule = rules.as_array().into_iter().flatten().find(|rule| rule["name"] == "supported");
    let id = rule.and_then(|rule| rule["id"].as_u64());
    let path = format!("{RULES}/{}", id.ok_or_else(|| Failure::text("the rule `supported` is missing"))?);
    Ok(move || {
        for version in ["10.0.22000", "10.0.19045"].into_iter().cycle() {
            if soak.over.load(Ordering::Relaxed) {
                break;
            }
            let check =
                json!({"min_os_version_check": {"min_os_version": version, "edition": "Windows All"}});
            let conditions = json!({"$and": [{"$and": [{"$or": [check]}]}]});
            api.patch(&path, &json!({"conditions": conditions}))?;
            clock::pause(EDIT_EVERY);
        }
        Ok(())
    })
}
