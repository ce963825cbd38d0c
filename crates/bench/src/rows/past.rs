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
/// Devices that check in one after the other before the first of them does so again.
const TURN: usize = 512;

/// Measures it.
///
/// # Errors
/// When the store cannot be filled, the server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let fleetmark = copy_of_store(&bench.bench, "past")?;
    let before = bench.bench.folder.inside("past-before")?;
    fleetmark.save_checkpoints(&before)?;
    let Written { records, moment, device } = write_records(bench, &fleetmark)?;

    let asked = [
        ("clientstatus", format!("{STATUS}?limit=100&endtime={moment}")),
        ("a device", format!("/api/v1/devices/{device}?at={moment}")),
    ];
    let (mut starts, mut rows) = (Vec::new(), Vec::new());
    for (what, path) in asked {
        let request = request::get(&path);
        let (mut first, mut again) = (Vec::new(), Vec::new());
        // A wait for a checkpoint each.
        for _ in 0..if bench.bench.quick { 1 } else { bench.rounds } {
            fleetmark.restore_checkpoints(&before)?;
            let (start_ms, server) = clock::timed(|| fleetmark.start(None));
            let server = server?;
            starts.push(start_ms);
            // Writing it would take turns with what is measured.
            await_checkpoint(&Api::new(server.address, TOKEN))?;
            let mut connection = Blocking::open(server.address)?;
            first.extend(one_by_one(&mut connection, [&request])?);
            again.extend(one_by_one(&mut connection, (0..bench.times()).map(|_| &request))?);
            server.process.stop();
        }
        let name = format!("{what} as of a past moment, {}, {records} records", bench.devices_text());
        rows.push(
            Row::of(format!("{name}, first"), Measure::median(Measure::Millis, first))
                .target(bench.of_a_million(FIRST)),
        );
        rows.push(
            Row::of(format!("{name}, again"), Measure::median(Measure::Millis, again))
                .target(bench.of_a_million(AGAIN)),
        );
    }
    let start = format!("start, {}, {records} records behind the checkpoint", bench.devices_text());
    rows.push(Row::of(start, Measure::median(Measure::Millis, starts)));
    Ok(rows)
}

/// The past that is asked for.
struct Written {
    records: u64,
    /// The second that ends after all of them and before one more.
    moment: u64,
    /// Id of a device.
    device: String,
}

/// Writes as many records as there are devices, or a few more.
fn write_records(bench: &Measuring, fleetmark: &Fleetmark) -> Outcome<Written> {
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
    let listed = api.get("/api/v1/devices?limit=1")?;
    let device = listed["items"][0]["id"].as_str();
    let device = device.ok_or_else(|| Failure::new("the first device has no id", &listed))?.to_owned();
    server.process.stop();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of records")]
    let records = records as u64;
    Ok(Written { records, moment, device })
}

/// The name of the device that checked in last.
///
/// # Errors
/// When a call is refused, or there is none.
pub fn one(api: &Api) -> Outcome<Value> {
    page(api, 0, 1)?.pop().ok_or_else(|| Failure::text("the fleet has no devices"))
}

/// Names of up to 10,000 devices from all over a fleet of so many.
///
/// # Errors
/// When a call is refused.
pub fn names(api: &Api, fleet: u32) -> Outcome<Vec<Value>> {
    let mut names = Vec::new();
    for number in 0..DEVICES / PAGE {
        names.extend(page(api, fleet / (DEVICES / PAGE) * number, PAGE)?);
    }
    if names.is_empty() { Err(Failure::text("the fleet has no devices")) } else { Ok(names) }
}

fn page(api: &Api, offset: u32, limit: u32) -> Outcome<Vec<Value>> {
    let found = api.get(&format!("{STATUS}?fields=nsdeviceuid,userkey&limit={limit}&offset={offset}"))?;
    let name = |row: &Value| json!({"nsdeviceuid": row["nsdeviceuid"], "userkey": row["userkey"]});
    Ok(found["result"].as_array().into_iter().flatten().map(name).collect())
}

/// Check-ins of these devices, one a call, that turn one fact over every second time round.
pub fn check_ins(names: &[Value]) -> Requests {
    let revised = |names: &[Value], revision| {
        names.iter().map(|name| request::post(CHECK_INS, &check_in(name, revision))).collect::<Vec<_>>()
    };
    // Few at a time: whoever sends only some of these, from the first on, turns facts over too.
    let turns = names.chunks(TURN).flat_map(|names| [0, 0, 1, 1].map(|revision| revised(names, revision)));
    turns.flatten().collect()
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
