//! The server as its clients see it: the built binary, driven over HTTP and by its command line.
//!
//! Each file is one page of the contract. Tests read "request, status, body"; `harness` holds everything else.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    reason = "the tests stand outside the product: they have a clock and a deadline, and a failure is a panic"
)]

mod harness;
mod operations;
mod writers;

mod alloyscan;
mod app_registrations;
mod audit;
mod bulk;
mod changes;
mod changes_damaged;
mod changes_stream;
mod changes_verify;
mod check_ins;
mod classifications;
mod client_status;
mod device_added;
mod device_filters;
mod device_history;
mod device_tags;
mod devices;
mod devices_csv;
mod draining;
mod durability;
mod endpoint_walk;
mod explain;
mod gettags;
mod hostile;
mod http_forms;
mod lint;
mod logs;
mod maintenance;
mod maintenance_command;
mod netskope_v1;
mod oauth;
mod options;
mod pacing;
mod paging;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod power_cut;
mod rules;
mod rules_preview;
mod secrets;
mod serve;
mod site_access;
mod site_limits;
mod site_pacing;
mod sites;
mod status_queries;
mod time_machine;
mod tls;
mod token_command;
mod token_commands;
mod token_life;
mod tokens;
mod verdicts;
mod walkthrough;
