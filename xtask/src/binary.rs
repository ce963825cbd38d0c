//! Building `fleetmark` and finding the file that cargo made.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::cargo::cargo;
use crate::failure::{Failure, Outcome};

/// Builds `fleetmark` optimised, with the committed lock file, and gives the path of the executable.
///
/// The path is cargo's own answer, so a target folder that was moved elsewhere is found as well.
///
/// # Errors
/// When the build fails; cargo has then said why.
pub fn build() -> Outcome<PathBuf> {
    build_with(&["--release", "--package", "fleetmark"])
}

/// Builds `fleetmark` as `cargo xtask test` does: after the tests there is nothing left to build. With an example cargo
/// takes in what tests depend on, as it does for tests; without one it would build `tokio` and all above it again, with
/// fewer features.
///
/// # Errors
/// As [`build`].
pub fn build_for_tests() -> Outcome<PathBuf> {
    build_with(&["--workspace", "--all-features", "--bin", "fleetmark", "--example", "openapi"])
}

fn build_with(options: &[&str]) -> Outcome<PathBuf> {
    let output = cargo()
        .args(["build", "--locked"])
        .args(options)
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::new(format!("cannot start cargo: {error}")))?;
    if !output.status.success() {
        return Err(Failure::new("building fleetmark failed").with_hint("cargo says why, above"));
    }
    executable_in(&String::from_utf8_lossy(&output.stdout))
        .ok_or_else(|| Failure::new("cargo built fleetmark but names no executable of it"))
}

fn executable_in(messages: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == "fleetmark")
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"domain"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"fleetmark"},"executable":"/t/release/fleetmark"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable_in(messages), Some(PathBuf::from("/t/release/fleetmark")));
    }
}
