//! The lints of the workspace hold in every crate.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::crates;

/// Files, from the root of the workspace, that may switch `unsafe_code` on, each with a reason in it.
const UNSAFE_ALLOWED_IN: &[&str] = &[];

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for one in crates() {
        let manifest = fs::read_to_string(one.folder.join("Cargo.toml")).expect("readable");
        assert!(
            manifest.contains("\n[lints]\nworkspace = true\n"),
            "{}: Cargo.toml lacks `[lints]` with `workspace = true`",
            one.name
        );
    }
}

#[test]
fn unsafe_code_is_allowed_only_where_it_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("in the workspace");
    // Put together here: this file must not contain what it looks for.
    let lint = ["unsafe", "code"].join("_");
    let mut found = Vec::new();
    for one in crates() {
        for file in rust_files(&one.folder) {
            let text = fs::read_to_string(&file).expect("readable");
            let file = file.strip_prefix(root).expect("in the workspace").display().to_string();
            let switches_on = |line: &str| {
                line.contains(&lint) && ["allow(", "expect(", "warn("].iter().any(|word| line.contains(word))
            };
            if text.lines().any(switches_on) && !UNSAFE_ALLOWED_IN.contains(&file.as_str()) {
                found.push(file);
            }
        }
    }
    assert!(found.is_empty(), "switches {lint} on without being listed: {}", found.join(", "));
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
