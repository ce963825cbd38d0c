//! Benchmarks that print ratios: Fleetmark beside yardsticks of the same run on the same machine.
//!
//! Started by `cargo xtask bench`. Every server is a process of its own; this binary starts itself again as
//! `serve-yardstick` for the yardsticks. Nothing here is a test: the numbers, how they stand to their targets, and the
//! machine are printed, as a table for docs/PERFORMANCE.md.

mod clock;
mod edit_under_load;
mod failure;
mod large;
mod load;
mod machine;
mod metrics;
mod report;
mod rows;
mod servers;
mod setup;
mod site;
mod soak;
mod stats;
mod yardstick;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use failure::{Failure, Outcome};
use servers::children;

#[derive(Parser)]
#[command(name = "bench", about = "Benchmarks with their yardsticks")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// All rows of the table, or some groups of them
    Table(rows::Options),
    /// What readers and writers notice of rule edits over the large fleet
    EditUnderLoad(edit_under_load::Options),
    /// Memory under an hour's worth of mixed load
    Soak(soak::Options),
    /// Serve one yardstick until standard input closes
    ServeYardstick(yardstick::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Table(options) => run(move || rows::run(&options)),
        Command::EditUnderLoad(options) => run(move || edit_under_load::run(&options)),
        Command::Soak(options) => run(move || soak::run(&options)),
        Command::ServeYardstick(options) => yardstick::serve(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a bench on a thread of its own, so that a signal ends it at any moment and still stops the servers.
fn run(bench: impl FnOnce() -> Outcome + Send + 'static) -> Outcome {
    clock::wake_in_time();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start tokio", error))?;
    let outcome = runtime.block_on(async {
        let signals = signal(SignalKind::interrupt())
            .and_then(|interrupt| signal(SignalKind::terminate()).map(|terminate| (interrupt, terminate)));
        let (mut interrupt, mut terminate) =
            signals.map_err(|error| Failure::new("cannot listen for signals", error))?;
        tokio::select! {
            done = tokio::task::spawn_blocking(bench) => {
                done.unwrap_or_else(|panic| Err(Failure::new("the bench panicked", panic)))
            }
            _ = interrupt.recv() => Err(Failure::text("interrupted")),
            _ = terminate.recv() => Err(Failure::text("terminated")),
        }
    });
    // After a signal the bench's thread is still measuring: without servers it fails, and cleans up. The
    // runtime waits for it when it is dropped here.
    children::stop_all();
    outcome
}
