//! `bench soak`: an hour's worth of mixed load in minutes, with readers that hold old states. Shown is the memory that
//! the server has meanwhile.

mod holders;
mod memory;
mod writers;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::failure::{Failure, Outcome};
use crate::load::Api;
use crate::servers::{Fleetmark, Server, TOKEN, folder};
use crate::setup::Setup;
use crate::{clock, machine, site};
use memory::Memory;

const OPERATIONS: u64 = 50_000_000;
const OPERATIONS_QUICK: u64 = 1_000_000;
const DEVICES: u64 = 50_000;
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// A store that grows beyond this ends the soak.
const DISK_MIB_MAX: f64 = 10.0 * 1024.0;

/// Arguments of `bench soak`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Check-ins and assignments, one a device each [default: 50000000, with --quick 1000000]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1000..))]
    operations: Option<u64>,
    /// Memory is told so often
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    every_seconds: u64,
}

/// What all threads share.
pub struct Soak {
    /// The server.
    pub server: Server,
    /// Check-ins and assignments that were answered.
    pub done: AtomicU64,
    /// Everyone is to end.
    pub over: AtomicBool,
}

/// Runs it and prints what came of it.
///
/// # Errors
/// When the disk is too small, the server does not start, or a call is refused.
pub fn run(options: &Options) -> Outcome {
    let machine = machine::describe();
    let bench = options.setup.bench()?;
    let wanted = options.operations.unwrap_or(if bench.quick { OPERATIONS_QUICK } else { OPERATIONS });
    let place = bench.folder.inside("soak")?;
    let free_mib = folder::free_mib(&place)?;
    eprintln!("{free_mib:.0} MiB are free; the store may take {DISK_MIB_MAX:.0}");
    if free_mib < DISK_MIB_MAX {
        return Err(Failure::text("the disk has too little room for a soak"));
    }
    let fleetmark = Fleetmark::new(&bench.fleetmark, &place);
    let server = fleetmark.start(None)?;
    let seeded = site::fill(&Api::new(server.address, TOKEN), DEVICES)?;
    let log_before_mib = fleetmark.log_mib();

    let soak = Soak { server, done: AtomicU64::new(0), over: AtomicBool::new(false) };
    let start = clock::now();
    let every = Duration::from_secs(options.every_seconds);
    let tasks: Vec<Task<'_>> =
        writers::tasks(&soak, &seeded.tags)?.into_iter().chain(holders::tasks(&soak)?).collect();
    let memory = thread::scope(|scope| {
        let threads: Vec<_> = tasks
            .into_iter()
            .map(|task| {
                scope.spawn(|| {
                    let done = task();
                    // Whoever ends first ends all: at the end nobody is left anyhow.
                    soak.over.store(true, Ordering::Relaxed);
                    done
                })
            })
            .collect();
        let watched = watch(&soak, &fleetmark, wanted, every);
        soak.over.store(true, Ordering::Relaxed);
        for thread in threads {
            thread.join().map_err(|_| Failure::text("a thread of the soak panicked"))??;
        }
        watched
    })?;
    let (seconds, done) = (start.elapsed().as_secs_f64(), soak.done.load(Ordering::Relaxed));
    server.process.stop();
    println!("{}", memory.report());
    println!(
        "{done} operations in {seconds:.0} s. The log grew by {:.0} MiB, the checkpoints weigh {:.0} MiB.",
        fleetmark.log_mib() - log_before_mib,
        fleetmark.checkpoints_mib()
    );
    println!("{DEVICES} devices; {machine}; commit {}.", machine::commit());
    println!("Command: `cargo xtask bench soak{}`.", machine::arguments_after("--fleetmark"));
    Ok(())
}

/// What a thread does until it is over.
type Task<'a> = Box<dyn FnOnce() -> Outcome + Send + 'a>;

/// Tells the memory every so often, until all is done or a thread has ended.
fn watch(soak: &Soak, fleetmark: &Fleetmark, wanted: u64, every: Duration) -> Outcome<Memory> {
    let mut memory = Memory::default();
    let start = clock::now();
    let mut next = start + every;
    while !soak.over.load(Ordering::Relaxed) && soak.done.load(Ordering::Relaxed) < wanted {
        clock::pause(LOOK_EVERY);
        if clock::now() < next {
            continue;
        }
        next += every;
        let (done, resident_mib) = (soak.done.load(Ordering::Relaxed), soak.server.process.resident_mib());
        let (log_mib, checkpoints_mib) = (fleetmark.log_mib(), fleetmark.checkpoints_mib());
        memory.add(resident_mib);
        eprintln!(
            "{:4.0} s: {:.1}M operations, {resident_mib:.0} MiB of memory; log {log_mib:.0} MiB, checkpoints {checkpoints_mib:.0} MiB",
            start.elapsed().as_secs_f64(),
            millions(done)
        );
        if log_mib + checkpoints_mib > DISK_MIB_MAX {
            return Err(Failure::text("the store has taken all the disk that it may"));
        }
    }
    Ok(memory)
}

#[expect(clippy::cast_precision_loss, reason = "shown with one digit")]
fn millions(count: u64) -> f64 {
    count as f64 / 1e6
}
