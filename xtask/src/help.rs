//! `cargo xtask help`.

use crate::failure::Outcome;
use crate::say;

const TEXT: &str = "\
Usage: cargo xtask <command>

  run [--once] [--devices N]   build Fleetmark, start it with a fleet and show it at work (data in ./data)
  test [ARGS]                  format, clippy, all tests, documentation, schemathesis; ARGS go to the test runner
  ci                           the same as test
  schemathesis                 hold a running server against its API documents (needs Python 3)
  openapi                      write the API documents into openapi/, where a test looks for them
  bench [--rows GROUP,…] [--quick]
                               all figures beside yardsticks of the same run, as a table
  bench edit-under-load        what readers and writers notice of rule edits over a million devices
  bench soak                   memory under 50 million operations; --help after any of the three tells more
  help                         this text";

/// Prints the commands.
pub fn print() -> Outcome {
    say::result(TEXT)
}
