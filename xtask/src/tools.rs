//! What must be installed before anything else makes sense, and how to get it.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::failure::{Failure, Outcome};

/// The oldest Rust that builds the workspace: `rust-version` of the root Cargo.toml.
const RUST_VERSION: &str = env!("CARGO_PKG_RUST_VERSION");

const HOW_TO_GET_CC: &str = "Debian, Ubuntu: `apt install build-essential`; Fedora: `dnf install gcc`; macOS: `xcode-select --install`";

/// Checks that the workspace can be built: a recent rustc, and a C compiler for the embedded SQLite.
///
/// # Errors
/// Names what is missing or too old; the hint says how to get it.
pub fn check_for_build() -> Outcome {
    check_rustc()?;
    check_cc()
}

/// Checks for what `cargo xtask test` calls besides the compiler.
///
/// # Errors
/// Names what is missing; the hint says how to get it.
pub fn check_for_test() -> Outcome {
    check_for_build()?;
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if !cargo_has(subcommand) {
            return Err(Failure::new(format!("{component} is missing"))
                .with_hint(format!("install it with `rustup component add {component}`")));
        }
    }
    Ok(())
}

/// Whether cargo knows this subcommand.
pub fn cargo_has(subcommand: &str) -> bool {
    let mut command = crate::cargo::cargo();
    command.args([subcommand, "--version"]).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn check_rustc() -> Outcome {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let hint = "install Rust from https://rustup.rs, or run `rustup update stable`";
    let output = Command::new(rustc).arg("--version").output();
    let output =
        output.map_err(|error| Failure::new(format!("rustc is missing: {error}")).with_hint(hint))?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let Some(found) = version_in(&text) else {
        return Err(Failure::new(format!("`rustc --version` says `{text}`")).with_hint(hint));
    };
    if is_older(&found, RUST_VERSION) {
        return Err(Failure::new(format!("rustc {found} is older than {RUST_VERSION}")).with_hint(hint));
    }
    Ok(())
}

/// Compiles one line that includes a header: a compiler without the C library's headers is of no use.
fn check_cc() -> Outcome {
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let failure = |why: String| Failure::new(format!("the C compiler `{cc}` {why}")).with_hint(HOW_TO_GET_CC);
    // `CC` may hold arguments, as in `ccache gcc`.
    let mut words = cc.split_whitespace();
    let mut child = Command::new(words.next().unwrap_or("cc"))
        .args(words)
        .args(["-fsyntax-only", "-x", "c", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failure(format!("cannot be started: {error}")))?;
    if let Some(mut source) = child.stdin.take() {
        // A compiler that stops early closes the pipe; its exit status says so better than this error.
        drop(source.write_all(b"#include <stdio.h>\n"));
    }
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(failure("does not compile `#include <stdio.h>`: its headers are missing".to_owned())),
        Err(error) => Err(failure(format!("cannot be waited for: {error}"))),
    }
}

/// The version in `rustc 1.95.0 (59807616e 2026-04-14)`.
fn version_in(text: &str) -> Option<String> {
    let version = text.strip_prefix("rustc ")?.split([' ', '-']).next()?;
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| version.to_owned())
}

fn is_older(found: &str, wanted: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> {
        version.split('.').map(|part| part.parse().unwrap_or_default()).chain([0, 0]).take(3).collect()
    };
    numbers(found) < numbers(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_what_rustc_prints() {
        assert_eq!(version_in("rustc 1.95.0 (59807616e 2026-04-14)").as_deref(), Some("1.95.0"));
        assert_eq!(version_in("rustc 1.97.0-nightly (abc 2026-05-01)").as_deref(), Some("1.97.0"));
        assert_eq!(version_in("gcc 12"), None);
    }

    #[test]
    fn versions_compare_number_by_number() {
        assert!(is_older("1.94.1", "1.95"));
        assert!(is_older("1.9.0", "1.95"));
        assert!(!is_older("1.95.0", "1.95"));
        assert!(!is_older("2.0.0", "1.95"));
    }

    #[test]
    fn the_compiler_that_built_this_test_passes_the_check() {
        check_rustc().expect("rustc is here and recent enough");
    }
}
