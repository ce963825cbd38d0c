//! Yardsticks (DESIGN §9): the least a server can do for a job, built from the same parts.

mod bare;
mod bulk;
mod checkin;
mod floor;
mod hello;
mod keeping;
mod log;
mod page;
mod plain;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use axum::Router;
use axum::serve::ListenerExt;
use bytes::Bytes;
use clap::{Args, ValueEnum};
use tokio::net::TcpListener;

use crate::failure::{Failure, Outcome};
use crate::load::{Blocking, Requests};
use crate::servers::{Server, SlowFlush, children};
use floor::Floor;
use keeping::Keeping;
use log::Log;
use plain::Known;

/// Which yardstick to serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Yardstick {
    /// H: axum answering one word.
    Hello,
    /// B: parses a bulkreplace body and group-commits it to a log file; keeps no state.
    Bulk,
    /// C: the same for one check-in.
    Checkin,
    /// P: sends a prebuilt page of tags.
    Page,
    /// F: hyper without axum sends a prebuilt answer.
    Floor,
    /// G: hyper, the token's hash, serde and hash tables of what never changes.
    Plain,
    /// K: the same for writes: a hash table that changes, and the log file of B and C.
    Keeping,
}

impl Yardstick {
    /// Its letter in DESIGN §9.
    pub fn letter(self) -> char {
        match self {
            Self::Hello => 'H',
            Self::Bulk => 'B',
            Self::Checkin => 'C',
            Self::Page => 'P',
            Self::Floor => 'F',
            Self::Plain => 'G',
            Self::Keeping => 'K',
        }
    }

    /// What `serve-yardstick` calls it.
    fn argument(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::Bulk => "bulk",
            Self::Checkin => "checkin",
            Self::Page => "page",
            Self::Floor => "floor",
            Self::Plain => "plain",
            Self::Keeping => "keeping",
        }
    }
}

/// Arguments of `bench serve-yardstick`.
#[derive(Args)]
pub struct Options {
    yardstick: Yardstick,
    /// The log file that bulk, checkin and keeping commit to; what page and floor send; what plain knows
    #[arg(long)]
    file: PathBuf,
}

/// Starts a yardstick as a process of its own; `slow` delays its flushes. `file` is where it logs, what it sends, or what it
/// knows.
///
/// # Errors
/// When it does not become ready.
pub fn start(yardstick: Yardstick, file: &Path, slow: Option<&SlowFlush>) -> Outcome<Server> {
    let this =
        std::env::current_exe().map_err(|error| Failure::new("cannot find the bench itself", error))?;
    let mut command = Command::new(this);
    command.args(["serve-yardstick", yardstick.argument(), "--file"]).arg(file);
    if let Some(slow) = slow {
        slow.preload(&mut command);
    }
    children::start(&mut command)
}

/// Starts F with what `server` answers to `request`, kept in `file`.
///
/// # Errors
/// When the server refuses, or F does not become ready.
pub fn start_floor(file: &Path, server: Server, request: &[u8]) -> Outcome<Server> {
    let mut connection = Blocking::open(server.address)?;
    let answer = connection.call(request)?;
    std::fs::write(file, answer).map_err(|error| Failure::new("cannot write an answer", error))?;
    start(Yardstick::Floor, file, None)
}

/// Starts G with what `server` answers to `requests`, kept in `file`.
///
/// # Errors
/// When the server refuses one, or G does not become ready.
pub fn start_plain(file: &Path, server: Server, requests: &Requests) -> Outcome<Server> {
    let known = plain::written(server, requests)?;
    std::fs::write(file, known).map_err(|error| Failure::new("cannot write answers", error))?;
    start(Yardstick::Plain, file, None)
}

/// Serves a yardstick on a free port of this machine until standard input closes.
///
/// # Errors
/// When the log cannot be opened or the port cannot be bound.
pub fn serve(options: &Options) -> Outcome {
    let serving = Serving::of(options)?;
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
        match serving {
            Serving::Router(router) => {
                // Without this every second answer would wait for the other side's delayed acknowledgement.
                let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
                axum::serve(listener, router).await
            }
            Serving::Floor(floor) => bare::serve(&listener, floor).await,
            Serving::Plain(known) => bare::serve(&listener, known).await,
            Serving::Keeping(keeping) => bare::serve(&listener, keeping).await,
        }
        .map_err(failure)
    })
}

/// What answers.
enum Serving {
    Router(Router),
    Floor(Floor),
    Plain(Known),
    Keeping(Keeping),
}

impl Serving {
    fn of(options: &Options) -> Outcome<Self> {
        let failure = |error| Failure::new(format!("cannot open {}", options.file.display()), error);
        let log = || Log::open(&options.file).map_err(failure);
        let answer = || std::fs::read(&options.file).map(Bytes::from).map_err(failure);
        Ok(match options.yardstick {
            Yardstick::Hello => Self::Router(hello::router()),
            Yardstick::Bulk => Self::Router(bulk::router(log()?)),
            Yardstick::Checkin => Self::Router(checkin::router(log()?)),
            Yardstick::Page => Self::Router(page::router(answer()?)),
            Yardstick::Floor => Self::Floor(Floor(answer()?)),
            Yardstick::Keeping => Self::Keeping(Keeping::new(log()?)),
            Yardstick::Plain => {
                let known = Known::read(&answer()?);
                Self::Plain(known.map_err(|error| Failure::new("cannot read what is known", error))?)
            }
        })
    }
}
