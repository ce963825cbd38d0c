//! Who handles Ctrl-C.

use std::os::unix::process::CommandExt;
use std::path::Path;

use crate::cargo::at_root;
use crate::failure::Failure;

/// Ignored signals stay ignored across `exec`, which is how xtask outlives a Ctrl-C without a handler.
const IGNORING_INTERRUPTS: &str = r#"trap "" INT; exec "$@""#;

/// Goes on as `cargo xtask run --binary …` in this same process, with SIGINT ignored.
///
/// Ctrl-C reaches the whole process group: the server, which sets its own handler, drains and ends; xtask
/// waits for it and only then gives the prompt back. The build before this can still be interrupted.
/// Returns only when that failed.
pub fn replace_this_process(binary: &Path, arguments: &[String]) -> Failure {
    let xtask = match std::env::current_exe() {
        Ok(path) => path,
        Err(error) => return Failure::new(format!("cannot find xtask itself: {error}")),
    };
    let mut command = at_root("sh");
    command.args(["-c", IGNORING_INTERRUPTS, "xtask"]).arg(xtask).args(["run", "--binary"]).arg(binary);
    Failure::new(format!("cannot start sh: {}", command.args(arguments).exec()))
}
