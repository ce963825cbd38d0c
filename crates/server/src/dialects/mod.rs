//! The dialects: each owns its routes, its envelopes and all its failures.

pub(crate) mod alloyscan;
mod change_shown;
pub(crate) mod fleetmark;
pub(crate) mod netskope_v2;
mod rule_form;

use axum::http::StatusCode;

use crate::failure::Failure;

/// How a failure is told: its status and JSON body.
pub(crate) type Wording = fn(&Failure) -> (StatusCode, Vec<u8>);

/// All dialects by name.
pub(crate) const NAMES: [&str; 3] = ["alloyscan", "fleetmark", "netskope_v2"];

/// The dialect, by name, of a path that none of them has.
pub(crate) fn name(path: &str) -> &'static str {
    if path.starts_with("/api/v2/") { "netskope_v2" } else { "fleetmark" }
}

/// The wording of whatever fails at a path, whether or not the path exists.
pub(crate) fn wording(path: &str) -> Wording {
    if path.starts_with("/api/v2/") { netskope_v2::wording(path) } else { alloyscan::wording }
}
