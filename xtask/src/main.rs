//! `cargo xtask <command>`: everything a developer does, with nothing to install but Rust and a C compiler.
//!
//! Standard output carries what was asked for (the tour, a table); standard error carries the talk.

mod bench;
mod binary;
mod cargo;
mod clock;
mod failure;
mod held;
mod help;
mod openapi;
mod run;
mod say;
mod schemathesis;
mod test;
mod tools;

use std::process::ExitCode;

use failure::{Failure, Outcome};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::failure(&failure);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Outcome {
    let Some((command, rest)) = arguments.split_first() else { return help::print() };
    match command.as_str() {
        "run" => run::run(rest),
        "test" | "ci" => test::run(rest),
        "schemathesis" => schemathesis::run(),
        "openapi" => openapi::run(),
        "bench" => bench::run(rest),
        "help" | "--help" | "-h" => help::print(),
        other => {
            Err(Failure::new(format!("there is no command `{other}`")).with_hint("see `cargo xtask help`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_command_is_refused_with_a_hint() {
        let failure = dispatch(&["tset".into()]).expect_err("no such command");
        assert_eq!(failure.text(), "there is no command `tset`");
        assert!(failure.hint().contains("cargo xtask help"));
    }
}
