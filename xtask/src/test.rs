//! `cargo xtask test`: what a change must pass, step by step, stopping at the first that fails.

use std::process::Command;

use crate::cargo::cargo;
use crate::failure::{Failure, Outcome};
use crate::{clock, say, schemathesis, tools};

struct Step {
    name: &'static str,
    command: Command,
}

/// Checks format, lints, tests, documentation tests, documentation, and the server against its API documents.
/// `arguments` go to the test runner.
///
/// # Errors
/// The first step that fails, by name.
pub fn run(arguments: &[String]) -> Outcome {
    tools::check_for_test()?;
    let with_nextest = tools::cargo_has("nextest");
    if !with_nextest {
        say::hint("`cargo install --locked cargo-nextest` makes the tests faster; `cargo test` is used now");
    }
    let whole = clock::start();
    for mut step in steps(with_nextest, arguments) {
        say::step(&format!("── {}", step.name));
        let watch = clock::start();
        let status = step.command.status();
        let status = status.map_err(|error| Failure::new(format!("{}: cannot start: {error}", step.name)))?;
        if !status.success() {
            return Err(Failure::new(format!("step `{}` failed after {}", step.name, watch.text()))
                .with_hint(format!("run it alone: {}", shown(&step.command))));
        }
        say::note(&format!("   {}: {}", step.name, watch.text()));
    }
    say::step("── schemathesis");
    let watch = clock::start();
    schemathesis::run()?;
    say::note(&format!("   schemathesis: {}", watch.text()));
    say::step(&format!("all steps passed in {}", whole.text()));
    Ok(())
}

fn steps(with_nextest: bool, arguments: &[String]) -> Vec<Step> {
    let everything = ["--workspace", "--all-features", "--locked"];
    let step = |name, before: &[&str], after: &[&str]| {
        let mut command = cargo();
        command.args(before).args(everything).args(after);
        Step { name, command }
    };

    let mut format = cargo();
    format.args(["fmt", "--all", "--check"]);

    let runner: &[&str] = if with_nextest { &["nextest", "run"] } else { &["test", "--all-targets"] };
    let mut tests = step("tests", runner, &[]);
    tests.command.args(arguments);

    let mut documentation = step("documentation", &["doc"], &["--no-deps"]);
    documentation.command.env("RUSTDOCFLAGS", "-D warnings");

    vec![
        Step { name: "format", command: format },
        step("clippy", &["clippy", "--all-targets"], &["--", "-D", "warnings"]),
        tests,
        step("documentation tests", &["test", "--doc"], &[]),
        documentation,
    ]
}

/// A step as one would type it.
fn shown(command: &Command) -> String {
    let arguments = command.get_args().map(|argument| argument.to_string_lossy());
    std::iter::once("cargo".into()).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(with_nextest: bool, arguments: &[String]) -> Vec<String> {
        steps(with_nextest, arguments).iter().map(|step| shown(&step.command)).collect()
    }

    #[test]
    fn every_step_covers_the_whole_workspace() {
        let commands = commands(true, &[]);
        assert_eq!(commands[0], "cargo fmt --all --check");
        assert_eq!(
            commands[1],
            "cargo clippy --all-targets --workspace --all-features --locked -- -D warnings"
        );
        assert!(commands[2..].iter().all(|command| command.contains("--workspace")), "{commands:?}");
    }

    #[test]
    fn arguments_go_to_the_test_runner_alone() {
        let arguments = ["replay".to_owned()];
        for (with_nextest, runner) in [(true, "cargo nextest run "), (false, "cargo test --all-targets ")] {
            let commands = commands(with_nextest, &arguments);
            assert!(commands[2].starts_with(runner) && commands[2].ends_with(" replay"), "{commands:?}");
            assert_eq!(commands.iter().filter(|command| command.contains("replay")).count(), 1);
        }
    }
}
