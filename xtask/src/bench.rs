//! `cargo xtask bench http`: builds the server and the bench, then measures one beside its yardsticks.

use crate::cargo::cargo;
use crate::failure::{Failure, Outcome};
use crate::{binary, say, tools};

/// Builds `fleetmark` and runs the named bench on it; further arguments go to the bench.
///
/// # Errors
/// When there is no such bench, a build fails, or the bench stops.
pub fn run(arguments: &[String]) -> Outcome {
    let Some((name, rest)) = arguments.split_first().filter(|(name, _)| *name == "http") else {
        return Err(
            Failure::new("bench needs a name").with_hint("the one there is: `cargo xtask bench http`")
        );
    };
    tools::check_for_build()?;
    say::step("Building fleetmark and the bench");
    let fleetmark = binary::build()?;
    let status = cargo()
        .args(["run", "--quiet", "--release", "--locked", "--package", "bench", "--", name, "--fleetmark"])
        .arg(fleetmark)
        .args(rest)
        .status()
        .map_err(|error| Failure::new(format!("cannot start cargo: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new("the bench stopped; it says why, above")) }
}
