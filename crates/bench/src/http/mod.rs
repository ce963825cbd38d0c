//! `bench http`: three jobs, each on Fleetmark and on its yardstick, round by round in turn.

mod connection;
mod devices;
mod jobs;
mod load;
mod request;
mod response;
mod seed;
mod table;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;

use crate::failure::{Failure, Outcome};
use crate::stats::Round;
use crate::{children, machine};
use jobs::Job;
use load::Load;
use table::Row;

/// Any text of 8 characters or more will do: the server and its store live for this run only.
const TOKEN: &str = "bench-token-of-this-run";
const WARM_UP: Duration = Duration::from_secs(1);

/// Arguments of `bench http`.
#[derive(Args)]
pub struct Options {
    /// The `fleetmark` to measure; without it the yardsticks are measured alone
    #[arg(long)]
    fleetmark: Option<PathBuf>,
    /// Length of a round
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Rounds of which the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Keep-alive connections, shared by the load generator's two threads
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(2..=10_000))]
    connections: u16,
}

/// Measures and prints a table.
///
/// # Errors
/// When a server does not start, or answers anything but a success.
pub fn run(options: &Options) -> Outcome {
    let machine = machine::describe();
    let folder = Folder::make()?;
    let fleetmark =
        options.fleetmark.as_deref().map(|binary| start_fleetmark(binary, &folder)).transpose()?;
    let tags = match fleetmark {
        Some(address) => seed::fill(address, TOKEN)?,
        None => (1..=seed::TAGS).collect(),
    };
    let mut rows = Vec::new();
    for job in jobs::all(&tags, TOKEN) {
        eprintln!("{}: {} rounds of {} s each", job.name, options.rounds, options.seconds);
        rows.push(measure(&job, fleetmark, &folder, options)?);
    }
    println!("{}\n{machine}; {} connections.", table::markdown(&rows), options.connections);
    Ok(())
}

/// Warms both servers up, then measures them in turn, so that what the machine does besides hits both.
fn measure(job: &Job, fleetmark: Option<SocketAddr>, folder: &Folder, options: &Options) -> Outcome<Row> {
    let yardstick = start_yardstick(job, folder)?;
    let connections = usize::from(options.connections);
    let on_yardstick = Load { address: yardstick, requests: job.yardstick_requests.clone(), connections };
    let on_fleetmark = fleetmark.map(|address| Load { address, requests: job.requests.clone(), connections });

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=options.rounds {
        let duration = if round == 0 { WARM_UP } else { Duration::from_secs(options.seconds) };
        let our_round = on_fleetmark.as_ref().map(|load| load.run(duration)).transpose()?;
        let their_round = on_yardstick.run(duration)?;
        if round > 0 {
            ours.extend(our_round);
            theirs.push(their_round);
        }
    }
    Ok(Row {
        job: job.name,
        yardstick: job.yardstick.letter(),
        fleetmark: (!ours.is_empty()).then(|| Round::median(&ours)),
        floor: Round::median(&theirs),
    })
}

fn start_fleetmark(binary: &Path, folder: &Folder) -> Outcome<SocketAddr> {
    eprintln!("starting and filling {}", binary.display());
    let store = format!("sqlite:{}", folder.0.join("fleetmark.db").display());
    let mut command = Command::new(binary);
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--store", &store])
        .env("FLEETMARK_BOOTSTRAP_TOKEN", TOKEN)
        .current_dir(&folder.0);
    children::start(&mut command)
}

fn start_yardstick(job: &Job, folder: &Folder) -> Outcome<SocketAddr> {
    let this =
        std::env::current_exe().map_err(|error| Failure::new("cannot find the bench itself", error))?;
    let log = folder.0.join(format!("{}.log", job.yardstick.argument()));
    let mut command = Command::new(this);
    command.args(["serve-yardstick", job.yardstick.argument(), "--log"]).arg(log);
    children::start(&mut command)
}

/// Where the stores of this run lie: beside the executable and so on a disk, where a flush means something
/// (the temporary folder may be memory). Removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Outcome<Self> {
        let failure = |error| Failure::new("cannot make a folder for the stores", error);
        let this = std::env::current_exe().map_err(failure)?;
        let folder = this.with_file_name("bench-http");
        // What a killed run has left must not be opened as a store of this one.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failure)?;
        }
        fs::create_dir(&folder).map_err(failure)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        children::stop_all();
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("hint: remove {} yourself: {error}", self.0.display());
        }
    }
}
