//! The past of a million devices: a moment with a million records between the nearest checkpoint and it.
//!
//! A server writes checkpoints as it goes, so the one from before the records is put back in the place of those after
//! it while the server is down, as if it had been killed before it wrote another.

use std::time::Duration;

use serde_json::{Value, json};

use super::measuring::{Measuring, one_by_one};
use super::million::await_checkpoint;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::large::copy_of_store;
use crate::load::{Api, Blocking, Closed, Requests, request};
use crate::metrics::Figures;
use crate::report::{Measure, Row, Target};
use crate::servers::{Fleetmark, TOKEN};

/// Where devices check in.
pub const CHECK_INS: &str = "/api/v1/checkins";
const STATUS: &str = "/api/v2/events/datasearch/clientstatus";
const FIRST: Target = Target::AtMost { must: Measure::Millis(3000.0), aim: Some(Measure::Millis(1000.0)) };
const AGAIN: Target = Target::AtMost { must: Measure::Millis(5.0), aim: None };
/// Devices that check in again and again.
const DEVICES: u32 = 10_000;
const PAGE: u32 = 1000;

/// Measures it.
///
/// # Errors
/// When the store cannot be filled, the server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let fleetmark = copy_of_store(&bench.bench, "past")?;
    let before = bench.bench.folder.inside("past-before")?;
    fleetmark.save_checkpoints(&before)?;
    let (records, moment) = write_records(bench, &fleetmark)?;

    let mut rows = Vec::new();
    let device = |api: &Api| {
        let listed = api.get("/api/v1/devices?limit=1")?;
        let id = listed["items"][0]["id"].as_str();
        let id = id.ok_or_else(|| Failure::new("the first device has no id", &listed))?;
        Ok(format!("/api/v1/devices/{id}?at={moment}"))
    };
    let status = |_: &Api| Ok(format!("{STATUS}?limit=100&endtime={moment}"));
    let asked: [(&str, &dyn Fn(&Api) -> Outcome<String>); 2] = [("clientstatus", &status), ("a device", &device)];
    for (what, path) in asked {
        fleetmark.restore_checkpoints(&before)?;
        let (start_ms, server) = clock::timed(|| fleetmark.start(None));
        let server = server?;
        let api = Api::new(server.address, TOKEN);
        if rows.is_empty() {
            let job = format!("start with {records} records behind the checkpoint");
            rows.push(Row::of(job, Measure::Millis(start_ms)));
        }
        // Writing it would take turns with what is measured.
        await_checkpoint(&api)?;
        let request = request::get(&path(&api)?);
        let mut connection = Blocking::open(server.address)?;
        let first = one_by_one(&mut connection, [&request])?;
        let again = one_by_one(&mut connection, (0..bench.times()).map(|_| &request))?;
        let name = format!("{what} as of a past moment, {}, {records} records", bench.devices_text());
        rows.push(Row::of(format!("{name}, first"), Measure::median(Measure::Millis, first)).target(FIRST));
        rows.push(Row::of(format!("{name}, again"), Measure::median(Measure::Millis, again)).target(AGAIN));
        server.process.stop();
    }
    Ok(rows)
}

/// Writes as many records as there are devices, and gives how many they became and a second that ends after them all
/// and before one more.
fn write_records(bench: &Measuring, fleetmark: &Fleetmark) -> Outcome<(u64, u64)> {
    let server = fleetmark.start(None)?;
    let api = Api::new(server.address, TOKEN);
    let requests = check_ins(&names(&api, bench.bench.devices)?);
    let load = Closed { address: server.address, requests, connections: usize::from(bench.connections) };
    let written = |api: &Api| Figures::read(api).map(|figures| figures.get("fleetmark_records_total"));
    let wanted = f64::from(bench.bench.devices);
    while written(&api)? < wanted {
        load.run(Duration::from_millis(500))?;
    }
    let records = written(&api)?;
    let moment = clock::unix_seconds();
    while clock::unix_seconds() < moment + 2 {
        clock::pause(Duration::from_millis(50));
    }
    api.post(CHECK_INS, &check_in(&one(&api)?, 0))?;
    server.process.stop();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of records")]
    let records = records as u64;
    Ok((records, moment))
}

/// The name of the device that checked in last.
///
/// # Errors
/// When a call is refused, or there is none.
pub fn one(api: &Api) -> Outcome<Value> {
    let found = api.get(&format!("{STATUS}?fields=nsdeviceuid,userkey&limit=1"))?;
    let first = found["result"].get(0).cloned();
    first.ok_or_else(|| Failure::text("the fleet has no devices"))
}

/// Names of up to 10,000 devices from all over a fleet of so many.
///
/// # Errors
/// When a call is refused.
pub fn names(api: &Api, fleet: u32) -> Outcome<Vec<Value>> {
    let mut names = Vec::new();
    for page in 0..DEVICES / PAGE {
        let offset = fleet / (DEVICES / PAGE) * page;
        let path = format!("{STATUS}?fields=nsdeviceuid,userkey&limit={PAGE}&offset={offset}");
        names.extend(api.get(&path)?["result"].as_array().cloned().unwrap_or_default());
    }
    if names.is_empty() { Err(Failure::text("the fleet has no devices")) } else { Ok(names) }
}

/// Check-ins of these devices, one a call, that turn one fact over every second time round.
pub fn check_ins(names: &[Value]) -> Requests {
    let call = |revision: u32, name: &Value| request::post(CHECK_INS, &check_in(name, revision));
    [0, 0, 1, 1].into_iter().flat_map(|revision| names.iter().map(move |name| call(revision, name))).collect()
}

/// The body of a check-in of this device, which tells one of two disk encryptions.
pub fn check_in(name: &Value, revision: u32) -> Value {
    let product = if revision == 0 { "bitlocker" } else { "veracrypt" };
    json!({"checkins": [{
        "nsdeviceuid": name["nsdeviceuid"],
        "userkey": name["userkey"],
        "event": "Device Posture Change",
        "facts": {"diskEncryption": [product]},
    }]})
}
