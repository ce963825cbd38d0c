//! Benchmarks that print ratios: Fleetmark beside yardsticks of the same run on the same machine.
//!
//! Started by `cargo xtask bench http`. Every server is a process of its own; this binary starts itself
//! again as `serve-yardstick` for the yardsticks. Nothing here is a test and nothing judges: the numbers
//! and the machine are printed, as a table for the README.

mod children;
mod clock;
mod failure;
mod http;
mod machine;
mod stats;
mod yardstick;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use failure::{Failure, Outcome};

#[derive(Parser)]
#[command(name = "bench", about = "Benchmarks with their yardsticks")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// HTTP throughput, closed loop over keep-alive connections
    Http(http::Options),
    /// Serve one yardstick until standard input closes
    ServeYardstick(yardstick::Options),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Http(options) => run_http(options),
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

/// Runs the bench on a thread of its own, so that a signal ends it at any moment and still stops the servers.
fn run_http(options: http::Options) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
    let runtime = runtime.map_err(|error| Failure::new("cannot start tokio", error))?;
    let outcome = runtime.block_on(async {
        let signals = signal(SignalKind::interrupt())
            .and_then(|interrupt| signal(SignalKind::terminate()).map(|terminate| (interrupt, terminate)));
        let (mut interrupt, mut terminate) =
            signals.map_err(|error| Failure::new("cannot listen for signals", error))?;
        tokio::select! {
            done = tokio::task::spawn_blocking(move || http::run(&options)) => {
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
