//! `cargo xtask bench`: builds the server and the bench, then measures one beside its yardsticks.

use crate::cargo::cargo;
use crate::failure::{Failure, Outcome};
use crate::{binary, say, tools};

/// What the bench can do besides printing its table, which is what it does when none of these is named.
const OTHERS: [&str; 2] = ["edit-under-load", "soak"];
const TABLE: &str = "table";

/// Builds `fleetmark` and runs the bench on it; arguments go to the bench.
///
/// # Errors
/// When there is no such bench, a build fails, or the bench stops.
pub fn run(arguments: &[String]) -> Outcome {
    let (name, rest) = split(arguments)?;
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

/// Which bench, and its arguments.
fn split(arguments: &[String]) -> Outcome<(&str, &[String])> {
    match arguments.split_first() {
        Some((name, rest)) if OTHERS.contains(&name.as_str()) => Ok((name, rest)),
        Some((name, _)) if !name.starts_with('-') => {
            let hint = "`cargo xtask bench` prints the table; `cargo xtask bench edit-under-load` and `… soak` are the others";
            Err(Failure::new(format!("there is no bench `{name}`")).with_hint(hint))
        }
        _ => Ok((TABLE, arguments)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split_of(arguments: &[&str]) -> Result<(String, usize), String> {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let split = split(&arguments);
        split.map(|(name, rest)| (name.to_owned(), rest.len())).map_err(|failure| failure.text().to_owned())
    }

    #[test]
    fn without_a_name_it_is_the_table() {
        assert_eq!(split_of(&[]), Ok(("table".into(), 0)));
        assert_eq!(split_of(&["--rows", "http"]), Ok(("table".into(), 2)));
        assert_eq!(split_of(&["soak", "--quick"]), Ok(("soak".into(), 1)));
        assert_eq!(split_of(&["http"]), Err("there is no bench `http`".into()));
    }
}
