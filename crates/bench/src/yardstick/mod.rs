//! Yardsticks (DESIGN §9): the least a server can do for a job, built from the same parts.

mod bulk;
mod checkin;
mod hello;
mod log;

use std::io::Read;
use std::path::PathBuf;

use axum::Router;
use axum::serve::ListenerExt;
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;

use crate::failure::{Failure, Outcome};
use log::Log;

/// Which yardstick to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Yardstick {
    /// H: axum answering one word.
    Hello,
    /// B: parses a bulkreplace body and group-commits it to a log file; keeps no state.
    Bulk,
    /// C: the same for one check-in.
    Checkin,
}

impl Yardstick {
    /// Its letter in DESIGN §9.
    pub fn letter(self) -> char {
        match self {
            Self::Hello => 'H',
            Self::Bulk => 'B',
            Self::Checkin => 'C',
        }
    }

    /// What `serve-yardstick` calls it.
    pub fn argument(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Bulk => "bulk",
            Self::Checkin => "checkin",
        }
    }
}

/// Arguments of `bench serve-yardstick`.
#[derive(Args)]
pub struct Options {
    yardstick: Yardstick,
    /// The log file that bulk and checkin commit to
    #[arg(long)]
    log: PathBuf,
}

/// Serves a yardstick on a free port of this machine until standard input closes.
///
/// # Errors
/// When the log cannot be opened or the port cannot be bound.
pub fn serve(options: &Options) -> Outcome {
    let router = router(options)?;
    std::thread::spawn(|| {
        // The bench holds the other end: when it is gone, nobody needs this server.
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    // The default runtime, one worker a core, as the server under test has it.
    let runtime = tokio::runtime::Runtime::new();
    let runtime = runtime.map_err(|error| Failure::new("cannot start tokio", error))?;
    let failure = |error| Failure::new("cannot serve", error);
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failure)?;
        eprintln!("listening on http://{}", listener.local_addr().map_err(failure)?);
        // Without this every second answer would wait for the other side's delayed acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        axum::serve(listener, router).await.map_err(failure)
    })
}

fn router(options: &Options) -> Outcome<Router> {
    let log = || {
        let failure = |error| Failure::new(format!("cannot open {}", options.log.display()), error);
        Log::open(&options.log).map_err(failure)
    };
    Ok(match options.yardstick {
        Yardstick::Hello => hello::router(),
        Yardstick::Bulk => bulk::router(log()?),
        Yardstick::Checkin => checkin::router(log()?),
    })
}
