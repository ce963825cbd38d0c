//! What the server logs, and how: on standard error, filtered by `FLEETMARK_LOG`.

use std::io::{self, IsTerminal as _};

use clap::ValueEnum;
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people, in colours on a terminal
    #[default]
    Text,
    /// For machines: one JSON object a line, with `timestamp`, `level`, `target`, `message` and its fields
    Json,
}

/// Starts the log. Panics are told in it, too, so that every line has the same form.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_env("FLEETMARK_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => {
            let colours = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            log.with_ansi(colours).init();
        }
        LogFormat::Json => {
            log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
        }
    }
    std::panic::set_hook(Box::new(|panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        let place = panic.location().map(tracing::field::display);
        tracing::error!(target: "fleetmark::panic", panic = said, place, "a thread panicked");
    }));
}
