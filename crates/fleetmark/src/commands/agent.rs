//! `fleetmark agent`: this machine checks in.

use std::{
    env,
    io::{self, Write as _},
    path::PathBuf,
    time::Duration,
};

use agent::{Agent, Error, Interval, Report, Root, StateFolder, default_state_folder, stop_signal};
use clap::Args;

use super::connection::Connection;
use crate::failure::Failure;

/// Report this machine's facts and show how it is classified
#[derive(Args)]
pub struct AgentArgs {
    #[command(flatten)]
    connection: Connection,

    /// Check in once and end
    #[arg(long)]
    once: bool,

    /// How often to check in, give or take a tenth: 30s, 5m, 1h
    #[arg(long, default_value = "5m")]
    interval: Interval,

    /// Where the agent keeps its uid and what it was asked last
    /// [default: /var/lib/fleetmark for the superuser, else ~/.local/state/fleetmark]
    #[arg(long, env = "FLEETMARK_STATE_DIR", value_name = "DIR")]
    state_dir: Option<PathBuf>,

    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

/// Checks in until a signal ends it, or once. What changes is printed on standard output; a server that is away is a
/// warning on standard error.
///
/// # Errors
/// The connection or the state folder is unusable; with `--once` also the check-in's failure.
pub async fn run(args: AgentArgs) -> Result<(), Failure> {
    let root = Root::default();
    let folder = match args.state_dir {
        Some(folder) => folder,
        None => default_state_folder(&root, |name| env::var_os(name))?,
    };
    let stop = stop_signal().map_err(|error| Failure::new(format!("cannot watch for signals: {error}")))?;
    let mut agent = Agent::new(args.connection.client("agent")?, root, StateFolder::new(folder))?;
    let interval = (!args.once).then_some(args.interval);
    Ok(agent::run(&mut agent, interval, stop, |report| show(report, args.json), warn).await?)
}

fn show(report: &Report, json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, report)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{report}")?;
    }
    out.flush()
}

/// Best effort: an agent whose standard error is closed goes on.
fn warn(error: &Error, wait: Duration) {
    let mut err = io::stderr().lock();
    let _ = writeln!(err, "warning: {error}\nhint: trying again in {:.0} s", wait.as_secs_f64());
}
