//! A million devices in one server: start, memory, disk, edits, previews, status, lists.

mod checkpoint;
mod edits;
mod inside;
mod lists;
mod preview;
mod start;
mod status;

pub use checkpoint::await_checkpoint;

use std::time::Duration;

use super::measuring::Measuring;
use super::redis::{self, Redis};
use crate::clock;
use crate::failure::Outcome;
use crate::large::copy_of_store;
use crate::load::{Api, Closed};
use crate::report::{Measure, Row, Target};
use crate::servers::{Server, TOKEN};

const DISK: Target = Target::AtMost { must: Measure::Mib(150.0), aim: Some(Measure::Mib(80.0)) };
const MEMORY: Target = Target::AtMost { must: Measure::Mib(200.0), aim: Some(Measure::Mib(110.0)) };

/// So long nothing is asked of a server before it is looked at how much memory it has: what it has freed is given back to
/// the system a little later.
const REST: Duration = Duration::from_secs(5);

/// Measures them.
///
/// # Errors
/// When the store cannot be filled, the server does not start, or a call is refused.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let redis = redis::measure(bench);
    let redis = redis.inspect_err(|why| eprintln!("Redis is left out: {why}")).ok();
    let fleetmark = copy_of_store(&bench.bench, "million")?;
    let of = bench.devices_text();
    let disk = Row::of(format!("checkpoint on disk, {of}"), Measure::Mib(fleetmark.checkpoints_mib()));

    let started = start::measure(bench, &fleetmark)?;
    let start = Row::of(format!("start to first right answer, {of}"), started.median())
        .target(bench.of_a_million(start::TARGET));
    let mut rows = vec![
        beside_redis(start, redis.as_ref(), |redis| redis.start),
        beside_redis(disk.target(bench.of_a_million(DISK)), redis.as_ref(), |redis| redis.disk),
    ];

    let server = fleetmark.start(None)?;
    let api = Api::new(server.address, TOKEN);
    start::first_answer(server, &started.device)?;
    let memory =
        Row::of(format!("memory after a start, {of}"), resident(server)).target(bench.of_a_million(MEMORY));
    rows.push(beside_redis(memory, redis.as_ref(), |redis| redis.memory));
    rows.extend(status::rows(bench, server, &api)?);
    rows.extend(edits::rows(bench, server, &api)?);
    rows.extend(preview::rows(bench, server, &api, &started.cold_previews)?);
    load(bench, server, &api)?;
    let memory =
        Row::of(format!("memory after all of this and {} s of check-ins", bench.seconds), resident(server));
    rows.push(memory.target(bench.of_a_million(MEMORY)));
    rows.extend(lists::rows(bench, server, &api)?);
    let memory = Row::of("memory after lists of devices too", resident(server));
    rows.push(memory.target(bench.of_a_million(MEMORY)));
    server.process.stop();

    rows.push(checkpoint::row(&fleetmark)?);
    Ok(rows)
}

fn beside_redis(row: Row, redis: Option<&Redis>, figure: fn(&Redis) -> Measure) -> Row {
    match redis {
        Some(redis) => row.beside("Redis", figure(redis), None),
        None => row,
    }
}

/// What it has at rest.
fn resident(server: Server) -> Measure {
    clock::pause(REST);
    Measure::Mib(server.process.resident_mib())
}

/// Check-ins of devices from all over the fleet.
fn load(bench: &Measuring, server: Server, api: &Api) -> Outcome {
    let requests = super::past::check_ins(&super::past::names(api, bench.bench.devices)?);
    let load = Closed { address: server.address, requests, connections: usize::from(bench.connections) };
    load.run(bench.round()).map(|_| ())
}
