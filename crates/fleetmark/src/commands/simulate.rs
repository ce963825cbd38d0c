//! `fleetmark simulate`: a made-up fleet checks in.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    time::{Duration, Instant},
};

use agent::simulate::{DEFAULT_SEED, Fleet, Summary};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::connection::Connection;
use crate::failure::Failure;

/// Check in believable devices, the same ones every time
#[derive(Args)]
pub struct SimulateArgs {
    #[command(flatten)]
    connection: Connection,

    /// How many devices
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    devices: u32,

    /// Another seed makes another fleet
    #[arg(long, value_name = "S", default_value_t = DEFAULT_SEED)]
    seed: u64,
}

/// Checks the fleet in and prints a summary on standard output; progress goes to standard error when that is a
/// terminal.
///
/// # Errors
/// The connection is unusable, or a check-in failed.
#[expect(clippy::disallowed_methods, reason = "the edge: how long the check-ins took is shown")]
pub async fn run(args: SimulateArgs) -> Result<(), Failure> {
    let client = args.connection.client("simulate")?;
    let count = usize::try_from(args.devices).expect("at most ten million devices are allowed");
    let bar = ProgressBar::new(u64::from(args.devices)).with_style(style());
    let start = Instant::now();
    let summary =
        agent::simulate::run(&client, Fleet::new(args.seed), count, |devices| bar.inc(devices as u64)).await;
    let elapsed = start.elapsed();
    bar.finish_and_clear();
    io::stdout().lock().write_all(text(&summary?, elapsed).as_bytes()).map_err(Failure::new)
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} devices, {per_sec}, {eta} left")
        .expect("the template's names are indicatif's")
}

fn text(summary: &Summary, elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    let rate = summary.devices as f64 / seconds.max(f64::EPSILON);
    let mut text = format!("Simulated fleet\n  Devices          {}\n", summary.devices);
    let mut line = |name: &str, value: &str| writeln!(text, "  {name:<16} {value}");
    let classified =
        summary.classifications.iter().map(|(name, count)| (name.as_deref().unwrap_or("none"), count));
    let statuses = summary.statuses.iter().map(|(status, count)| (status.as_str(), count));
    line("Asked twice", &summary.answered.to_string())
        .and_then(|()| line("Seconds", &format!("{seconds:.2}")))
        .and_then(|()| line("Devices/s", &format!("{rate:.0}")))
        .and_then(|()| line("Classification", &counts(classified)))
        .and_then(|()| line("Device status", &counts(statuses)))
        .and_then(|()| line("Checked in", &format!("version {}", summary.version)))
        .expect("a String takes every text");
    text
}

/// `812 low risk, 1188 none`, the most first. Names come from the server: none may steer the terminal.
fn counts<'a>(counts: impl Iterator<Item = (&'a str, &'a usize)>) -> String {
    let mut counts: Vec<(&str, &usize)> = counts.collect();
    counts.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let counts = counts.iter().map(|(name, count)| format!("{count} {}", name.replace(char::is_control, "")));
    counts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_the_most_first() {
        let summary = Summary {
            devices: 2000,
            answered: 800,
            classifications: [(None, 1188), (Some("low risk".into()), 812)].into(),
            statuses: [("Managed".into(), 812), ("Unmanaged".into(), 1188)].into(),
            version: 9,
        };
        assert_eq!(
            text(&summary, Duration::from_millis(500)),
            "Simulated fleet\n  Devices          2000\n  Asked twice      800\n  Seconds          0.50\n\
            \x20 Devices/s        4000\n  Classification   1188 none, 812 low risk\n\
            \x20 Device status    1188 Unmanaged, 812 Managed\n  Checked in       version 9\n"
        );
    }
}
