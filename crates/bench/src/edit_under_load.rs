//! `bench edit-under-load`: rules of a large fleet are edited while 64 connections read and write. Shown is what readers
//! and writers notice of it, beside what they would of yardsticks that keep no fleet: so much is the machine's own.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::failure::{Failure, Outcome};
use crate::large::catalogue::Edit;
use crate::large::copy_of_store;
use crate::load::{Api, Blocking, Open, Requests, request};
use crate::rows::{jobs, past};
use crate::servers::{Server, TOKEN};
use crate::setup::Setup;
use crate::stats::{self, nanos};
use crate::yardstick::{self, Yardstick};
use crate::{clock, machine};

const READERS: u32 = 48;
const WRITERS: u32 = 16;
/// A write may take so many times its usual p99.
const WRITE_TIMES_MAX: f64 = 2.0;

/// Arguments of `bench edit-under-load`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Reads a second, over 48 connections
    #[arg(long, default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    reads: u32,
    /// Writes a second, over 16 connections
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    writes: u32,
    /// Edits a second
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1000))]
    edits: u32,
    /// Length of a phase: first without edits, then with them
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How often both phases take turns [default: 5, with --quick 1]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
}

/// Latencies in nanoseconds.
#[derive(Default)]
struct Phase {
    reads: Vec<u32>,
    writes: Vec<u32>,
    edits: Vec<u32>,
}

/// Measures and prints.
///
/// # Errors
/// When the store cannot be filled, the server does not start, or a call is refused.
pub fn run(options: &Options) -> Outcome {
    let machine = machine::describe();
    let bench = options.setup.bench()?;
    let server = copy_of_store(&bench, "edit-under-load")?.start(None)?;
    let load = Load::new(options, server, bench.devices)?;
    let bare = load.on_yardsticks(&bench.folder.inside("yardstick")?.join("log"))?;
    let (mut quiet, mut edited, mut machines) = (Phase::default(), Phase::default(), Phase::default());
    load.phase(true)?;
    for round in 1..=options.rounds.unwrap_or(if bench.quick { 1 } else { 5 }) {
        eprintln!("round {round}");
        machines.add(bare.phase(false)?);
        quiet.add(load.phase(false)?);
        edited.add(load.phase(true)?);
    }
    load.stop();
    bare.stop();
    println!("{}", report(&mut machines, &mut quiet, &mut edited));
    println!(
        "{} devices, {} reads/s, {} writes/s, {} edits/s; {machine}; commit {}.",
        bench.devices,
        options.reads,
        options.writes,
        options.edits,
        machine::commit()
    );
    println!("Command: `cargo xtask bench edit-under-load{}`.", machine::arguments_after("--fleetmark"));
    Ok(())
}

/// What is sent to whom.
struct Load {
    /// Answers the reads and the edits.
    reader: Server,
    /// Answers the writes.
    writer: Server,
    reads: Requests,
    writes: Requests,
    edits: Requests,
    per_second: [u32; 3],
    duration: Duration,
}

impl Load {
    fn new(options: &Options, server: Server, devices: u32) -> Outcome<Self> {
        let api = Api::new(server.address, TOKEN);
        let names = past::names(&api, devices)?;
        let reads = names.iter().map(|name| {
            request::post("/api/v2/devices/device/tags/gettags", &serde_json::json!({"devices": [name]}))
        });
        let mut edits = Vec::new();
        for (edit, edition) in
            [(Edit::MovesMany, 1), (Edit::MovesNone, 1), (Edit::MovesMany, 2), (Edit::MovesNone, 2)]
        {
            edits.push(request::patch(&edit.path(&api)?, &edit.rule(edition)));
        }
        Ok(Self {
            reader: server,
            writer: server,
            reads: reads.collect(),
            writes: past::check_ins(&names),
            edits: edits.into(),
            per_second: [options.reads, options.writes, options.edits],
            duration: Duration::from_secs(options.seconds),
        })
    }

    /// As many requests a second to the yardsticks: H is read, C is written to and logs to this file.
    fn on_yardsticks(&self, log: &Path) -> Outcome<Self> {
        Ok(Self {
            reader: yardstick::start(Yardstick::Hello, log, None)?,
            writer: yardstick::start(Yardstick::Checkin, log, None)?,
            reads: [request::hello()].into(),
            writes: jobs::check_ins(),
            edits: [].into(),
            ..*self
        })
    }

    fn stop(&self) {
        self.reader.process.stop();
        self.writer.process.stop();
    }

    fn phase(&self, edited: bool) -> Outcome<Phase> {
        let [reads, writes, edits] = self.per_second;
        let open = |server: Server, requests: &Requests, connections, per_second: u32| Open {
            address: server.address,
            requests: requests.clone(),
            connections,
            per_second: f64::from(per_second),
        };
        let readers = open(self.reader, &self.reads, READERS, reads);
        let writers = open(self.writer, &self.writes, WRITERS, writes);
        let over = AtomicBool::new(false);
        thread::scope(|scope| {
            let editor = scope.spawn(|| if edited { self.edit(edits, &over) } else { Ok(Vec::new()) });
            let writer = scope.spawn(|| writers.run(self.duration));
            let reads = readers.run(self.duration);
            let writes = writer.join();
            over.store(true, Ordering::Relaxed);
            let edits = editor.join();
            let panicked = |_| Failure::text("a thread of the load panicked");
            Ok(Phase { reads: reads?, writes: writes.map_err(panicked)??, edits: edits.map_err(panicked)?? })
        })
    }

    /// Edits until it is over, one after the other; ends with the rules as they were.
    fn edit(&self, per_second: u32, over: &AtomicBool) -> Outcome<Vec<u32>> {
        let mut connection = Blocking::open(self.reader.address)?;
        let every = Duration::from_secs(1) / per_second;
        let mut latencies_ns = Vec::new();
        while !over.load(Ordering::Relaxed) {
            for request in self.edits.iter() {
                let start = clock::now();
                connection.call(request)?;
                latencies_ns.push(nanos(start.elapsed()));
                clock::wait_until(start + every);
            }
        }
        Ok(latencies_ns)
    }
}

impl Phase {
    fn add(&mut self, other: Self) {
        self.reads.extend(other.reads);
        self.writes.extend(other.writes);
        self.edits.extend(other.edits);
    }
}

fn report(machines: &mut Phase, quiet: &mut Phase, edited: &mut Phase) -> String {
    let mut text = String::from("| | requests | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|---|\n");
    text += &line("reads of yardstick H", &mut machines.reads);
    text += &line("reads without edits", &mut quiet.reads);
    text += &line("reads while rules are edited", &mut edited.reads);
    text += &line("writes to yardstick C", &mut machines.writes);
    text += &line("writes without edits", &mut quiet.writes);
    text += &line("writes while rules are edited", &mut edited.writes);
    text += &line("edits", &mut edited.edits);
    text += "\n";
    text += &verdict("reader", &mut quiet.reads, &edited.reads);
    text += &verdict("writer", &mut quiet.writes, &edited.writes);
    text
}

fn line(name: &str, latencies_ns: &mut [u32]) -> String {
    let latency = stats::latency(latencies_ns);
    let slowest = slowest_ms(latencies_ns);
    let count = latencies_ns.len();
    format!("| {name} | {count} | {:.2} | {:.2} | {slowest:.2} |\n", latency.p50_ms, latency.p99_ms)
}

/// How the slowest compares with the usual p99, and how many took longer than twice that, with edits and without: on a
/// busy machine some do anyhow.
fn verdict(who: &str, quiet: &mut [u32], edited: &[u32]) -> String {
    let usual_ms = stats::latency(quiet).p99_ms;
    let times = slowest_ms(edited) / usual_ms;
    let met = if times <= WRITE_TIMES_MAX { "met" } else { "not met" };
    let beyond = |latencies: &[u32]| {
        latencies.iter().filter(|ns| f64::from(**ns) / 1e6 > WRITE_TIMES_MAX * usual_ms).count()
    };
    let (with, without) = (beyond(edited), beyond(quiet));
    format!(
        "The slowest {who} while rules were edited waited {times:.2} × the usual p99 (at most {WRITE_TIMES_MAX} ×: {met}); \
         longer than that waited {with} of {}, without edits {without} of {}.\n",
        edited.len(),
        quiet.len()
    )
}

fn slowest_ms(latencies_ns: &[u32]) -> f64 {
    latencies_ns.iter().max().map_or(0.0, |slowest| f64::from(*slowest) / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_waits_too_long_is_counted() {
        let mut quiet: Vec<u32> = vec![1_000_000; 100];
        let text = verdict("writer", &mut quiet, &[1_500_000, 2_500_000]);
        assert!(text.contains("waited 2.50 × the usual p99 (at most 2 ×: not met)"), "{text}");
        assert!(text.contains("waited 1 of 2, without edits 0 of 100"), "{text}");
        assert!(
            verdict("writer", &mut quiet, &[1_900_000]).contains("1.90 × the usual p99 (at most 2 ×: met)")
        );
    }
}
