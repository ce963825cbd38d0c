//! `cargo run -p server --example openapi FOLDER`: writes the API documents into a folder.

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("name the folder to write to; `cargo xtask openapi` does");
        return ExitCode::FAILURE;
    };
    for document in server::openapi::documents() {
        let file = folder.join(document.name).with_extension("json");
        if let Err(error) = std::fs::write(&file, document.json) {
            eprintln!("cannot write {}: {error}", file.display());
            return ExitCode::FAILURE;
        }
        eprintln!("wrote {}", file.display());
    }
    ExitCode::SUCCESS
}
