//! The workspace as cargo sees it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// One crate of the workspace.
pub struct Crate {
    pub name: String,
    pub folder: PathBuf,
    /// Names of what it depends on, with the kind: `normal`, `build` or `dev`.
    pub dependencies: Vec<(String, String)>,
}

/// Every crate of the workspace.
pub fn crates() -> Vec<Crate> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    metadata["packages"].as_array().expect("packages").iter().map(read).collect()
}

fn read(package: &Value) -> Crate {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let manifest = text(&package["manifest_path"]);
    let dependency = |dependency: &Value| {
        (text(&dependency["name"]), dependency["kind"].as_str().unwrap_or("normal").to_owned())
    };
    Crate {
        name: text(&package["name"]),
        folder: Path::new(&manifest).parent().expect("a manifest lies in a folder").to_owned(),
        dependencies: package["dependencies"].as_array().expect("an array").iter().map(dependency).collect(),
    }
}
