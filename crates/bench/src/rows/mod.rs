//! The rows of the table, in groups that can be measured alone.

mod dialects;
mod flush;
mod http;
pub mod jobs;
mod latency;
mod measuring;
mod million;
pub mod past;
mod postgres;
mod redis;
mod single_device;
mod tags;

use clap::{Args, ValueEnum};

use crate::failure::Outcome;
use crate::machine;
use crate::report::{self, Row};
use crate::servers::children;
use crate::setup::Setup;
use measuring::Measuring;

/// Arguments of `bench table`.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    setup: Setup,
    /// Only these groups of rows
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Group::value_variants().iter().copied())]
    rows: Vec<Group>,
    /// Length of a round [default: 3, with --quick 1]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: Option<u64>,
    /// Rounds of which the median counts [default: 5, with --quick 2]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: Option<u32>,
    /// Keep-alive connections
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(2..=1000))]
    connections: u16,
}

/// Rows that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Rates of calls, beside H, B and C; reads with F and G in the server's place, writes with K
    Http,
    /// Rates of writes with every flush delayed by 1 ms, beside B and C delayed alike
    Flush,
    /// Latencies at a fixed rate, beside H and C
    Latency,
    /// A catalogue of 10,000 tags, beside P, and with F and G in the server's place
    Tags,
    /// REST API v1 beside v2, the same devices in pages
    Dialects,
    /// One device and 30 rules, beside the fastest rule crate
    Rules,
    /// A million devices: start, memory, disk, edits, previews, status, lists; beside Redis
    Million,
    /// A past moment of a million devices, a million records behind the checkpoint
    Past,
    /// Bulk calls and check-ins, beside PostgreSQL
    Postgres,
}

/// Measures and prints the table.
///
/// # Errors
/// When nothing can be measured; a group that fails is left out of the table, and the reason stands in its place.
pub fn run(options: &Options) -> Outcome {
    let machine = machine::describe();
    let quick = options.setup.quick;
    let bench = Measuring {
        seconds: options.seconds.unwrap_or(if quick { 1 } else { 3 }),
        rounds: options.rounds.unwrap_or(if quick { 2 } else { 5 }),
        connections: options.connections,
        bench: options.setup.bench()?,
    };
    let mut rows = Vec::new();
    for group in &options.rows {
        rows.extend(group.rows(&bench));
    }
    println!("{}", report::markdown(&rows));
    println!("{machine}.");
    println!(
        "Commit {}. Medians of {} rounds of {} s; {} connections; {} devices where it says a million.",
        machine::commit(),
        bench.rounds,
        bench.seconds,
        bench.connections,
        bench.bench.devices
    );
    println!("Command: `cargo xtask bench{}`.", machine::arguments_after("--fleetmark"));
    Ok(())
}

impl Group {
    fn rows(self, bench: &Measuring) -> Vec<Row> {
        let name = self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
        eprintln!("── {name}");
        let measure = match self {
            Self::Http => http::rows,
            Self::Flush => flush::rows,
            Self::Latency => latency::rows,
            Self::Tags => tags::rows,
            Self::Dialects => dialects::rows,
            Self::Rules => single_device::rows,
            Self::Million => million::rows,
            Self::Past => past::rows,
            Self::Postgres => postgres::rows,
        };
        let rows = measure(bench).unwrap_or_else(|failure| {
            eprintln!("{name}: {failure}");
            vec![Row::left_out(format!("rows `{name}`"), failure.to_string())]
        });
        children::stop_running();
        for row in &rows {
            if let Ok(figures) = &row.result {
                eprintln!("   {}: {}", row.job, figures.measured);
            }
        }
        rows
    }
}
