//! `cargo xtask openapi`: writes the API documents that the server is made to serve into `openapi/`.

use crate::cargo::cargo;
use crate::failure::{Failure, Outcome};
use crate::tools;

/// Writes the documents anew.
///
/// # Errors
/// When the server does not build, or the files cannot be written.
pub fn run() -> Outcome {
    tools::check_for_build()?;
    let status = cargo()
        .args(["run", "--quiet", "--locked", "--package", "server", "--example", "openapi", "openapi"])
        .status()
        .map_err(|error| Failure::new(format!("cannot start cargo: {error}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new("the documents were not written; see above")) }
}
