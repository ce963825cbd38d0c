//! Talk goes to standard error, results to standard output. `NO_COLOR` and pipes get plain text.

use std::io::{self, IsTerminal, Write};

use crate::failure::{Failure, Outcome};

const BOLD: &str = "1";
const RED: &str = "1;31";
const CYAN: &str = "36";

/// Announces what is being done now.
pub fn step(text: &str) {
    talk(&paint(BOLD, text));
}

/// A remark about what was done.
pub fn note(text: &str) {
    talk(text);
}

/// What the reader can do.
pub fn hint(text: &str) {
    talk(&format!("{} {text}", paint(CYAN, "hint:")));
}

/// Why the command stops.
pub fn failure(failure: &Failure) {
    talk(&format!("{} {}", paint(RED, "error:"), failure.text()));
    if !failure.hint().is_empty() {
        hint(failure.hint());
    }
}

/// One line of the result, on standard output.
///
/// # Errors
/// When standard output is closed, for example by `head`.
pub fn result(line: &str) -> Outcome {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::new(format!("cannot write to standard output: {error}")))
}

/// Standard error may be closed too; then there is nobody left to tell.
fn talk(line: &str) {
    drop(writeln!(io::stderr().lock(), "{line}"));
}

fn paint(code: &str, text: &str) -> String {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && io::stderr().is_terminal() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}
