//! Starting cargo, always the same one, always at the root of the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the workspace: as cargo says when it runs xtask, since a checkout that was moved is not built anew.
pub fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&xtask).parent().expect("xtask is a folder of the workspace").to_owned()
}

/// The cargo that runs xtask, so that a `+toolchain` holds for every step.
pub fn cargo() -> Command {
    at_root(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Any program, started at the root of the workspace.
pub fn at_root(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}
