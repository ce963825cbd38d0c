//! Schemathesis is a Python program: it is installed, pinned with all that it uses, into a folder of its own.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::cargo::{at_root, root};
use crate::failure::{Failure, Outcome};
use crate::say;

const REQUIREMENTS: &str = include_str!("requirements.txt");
const FOLDER: &str = "target/schemathesis-python";
/// What was installed; written last.
const INSTALLED: &str = "installed.txt";
const OLDEST: (u32, u32) = (3, 10);
const HOW_TO_GET_PYTHON: &str = "install Python 3.10 or later with venv and pip (Debian, Ubuntu: `apt install python3-venv`), \
     and let it reach PyPI or a mirror of it";

/// The program, installed if need be. `None`: what is missing was said, and its absence is no failure.
///
/// # Errors
/// In CI, for what is missing.
pub fn schemathesis() -> Outcome<Option<PathBuf>> {
    match installed() {
        Ok(program) => Ok(Some(program)),
        Err(why) if is_ci(std::env::var_os("CI").as_deref()) => {
            Err(Failure::new(format!("schemathesis cannot run: {why}")).with_hint(HOW_TO_GET_PYTHON))
        }
        Err(why) => {
            say::note(&format!("   schemathesis is left out: {why}"));
            say::hint(HOW_TO_GET_PYTHON);
            Ok(None)
        }
    }
}

fn is_ci(variable: Option<&OsStr>) -> bool {
    variable.is_some_and(|value| !value.is_empty())
}

fn installed() -> Result<PathBuf, String> {
    let folder = root().join(FOLDER);
    let program = folder.join("bin/schemathesis");
    if fs::read_to_string(folder.join(INSTALLED)).is_ok_and(|installed| installed == REQUIREMENTS) {
        return Ok(program);
    }
    check_version(&output("python3", &["--version"])?)?;
    say::note("   installing schemathesis into target/, once");
    output("python3", &["-m", "venv", "--clear", FOLDER])?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).map_err(|error| error.to_string())?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    let python = folder.join("bin/python");
    output(&python, &[&pip[..], &[&requirements.to_string_lossy()]].concat())?;
    fs::write(folder.join(INSTALLED), REQUIREMENTS).map_err(|error| error.to_string())?;
    Ok(program)
}

fn check_version(text: &str) -> Result<(), String> {
    let mut numbers = text.trim_start_matches("Python ").split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= OLDEST => Ok(()),
        _ => Err(format!("`python3 --version` says `{}`", text.trim())),
    }
}

/// What a program prints; else what it says of its failure.
fn output(program: impl AsRef<Path>, arguments: &[&str]) -> Result<String, String> {
    let program = program.as_ref();
    let ran = at_root(program).args(arguments).stdin(Stdio::null()).output();
    let ran = ran.map_err(|error| format!("{} cannot be started: {error}", program.display()))?;
    if ran.status.success() {
        return Ok(String::from_utf8_lossy(&ran.stdout).into_owned());
    }
    let said = [ran.stdout, ran.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    Err(format!("`{} {}` failed: {}", program.display(), arguments.join(" "), said.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_python_is_refused_by_its_version() {
        assert_eq!(check_version("Python 3.11.2\n"), Ok(()));
        assert_eq!(check_version("Python 3.10.0rc1"), Ok(()));
        assert_eq!(check_version("Python 3.9.18").unwrap_err(), "`python3 --version` says `Python 3.9.18`");
        assert!(check_version("Python 2.7").is_err() && check_version("").is_err());
    }

    #[test]
    fn only_a_value_makes_it_ci() {
        assert!(is_ci(Some(OsStr::new("true"))) && !is_ci(Some(OsStr::new(""))) && !is_ci(None));
    }

    #[test]
    fn every_package_is_pinned() {
        let packages: Vec<_> = REQUIREMENTS.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.iter().all(|package| package.contains("==")), "{packages:?}");
        assert!(packages.iter().any(|package| package.starts_with("schemathesis==4.")));
    }
}
