//! The same work in PostgreSQL: bulk calls and check-ins, each one durable statement of pgbench.

mod cluster;
mod scripts;

use std::fs;

use super::jobs;
use super::measuring::{Measuring, Side};
use crate::failure::{Failure, Outcome};
use crate::load::Api;
use crate::report::{Measure, Row, Target};
use crate::servers::TOKEN;
use crate::site::{self, devices};
use cluster::Cluster;

const NAME: &str = "PostgreSQL";
const BULK: Target = Target::TimesAtLeast { must: 4.0, aim: 4.0 };

#[derive(Clone, Copy)]
enum Who {
    Fleetmark,
    Postgres,
}

/// Measures them, Fleetmark and PostgreSQL in turn.
///
/// # Errors
/// When PostgreSQL is not installed or cannot be started; the failure says what is missing.
pub fn rows(bench: &Measuring) -> Outcome<Vec<Row>> {
    let cluster = Cluster::start(&bench.bench.folder.inside("postgres")?)?;
    cluster.run(&scripts::schema(devices::COUNT))?;
    let ours = bench.fleetmark("beside-postgres")?.start(None)?;
    let seeded = site::fill(&Api::new(ours.address, TOKEN), devices::COUNT)?;
    let jobs = [
        (
            "bulkreplace of 100 devices, durable",
            jobs::bulk_replace(&seeded.tags),
            scripts::bulk_replace(),
            BULK,
        ),
        ("one check-in, durable", jobs::check_ins(), scripts::check_in(devices::COUNT), Target::Unset),
    ];
    let mut rows = Vec::new();
    for (job, requests, script, target) in jobs {
        let file = cluster.folder().join("script.sql");
        fs::write(&file, script).map_err(|error| Failure::new("cannot write a script", error))?;
        let side = Side::new(ours, &requests);
        let [our_round, their_round] =
            bench.in_turn([Who::Fleetmark, Who::Postgres], |who, duration| match who {
                Who::Fleetmark => bench.closed_once(&side, duration),
                Who::Postgres => cluster.pgbench(&file, bench.connections, duration),
            })?;
        let row = Row::of(format!("{job}, beside {NAME}"), Measure::PerSecond(our_round.per_second))
            .latency(our_round.latency)
            .beside(NAME, Measure::PerSecond(their_round.per_second), None)
            .target(target);
        rows.push(row);
    }
    ours.process.stop();
    cluster.stop();
    Ok(rows)
}
