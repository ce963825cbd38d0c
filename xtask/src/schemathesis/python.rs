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
    let no = |value: &OsStr| ["", "0", "false"].iter().any(|no| value.eq_ignore_ascii_case(no));
    variable.is_some_and(|value| !no(value))
}

fn installed() -> Result<PathBuf, String> {
    let folder = root().join(FOLDER);
    let program = folder.join("bin/schemathesis");
    if is_whole(&folder) {
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
    output(&program, &["--version"])?;
    Ok(program)
}

/// Whether everything that is asked for was installed there and still runs: what it is made of are links to a Python
/// that may be gone, and absolute paths into a checkout that may have moved.
fn is_whole(folder: &Path) -> bool {
    fs::read_to_string(folder.join(INSTALLED)).is_ok_and(|installed| installed == REQUIREMENTS)
        && output(folder.join("bin/schemathesis"), &["--version"]).is_ok()
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
    use std::os::unix::fs::symlink;

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
        for yes in ["true", "1", "yes"] {
            assert!(is_ci(Some(OsStr::new(yes))), "{yes}");
        }
        for no in ["", "0", "false", "False"] {
            assert!(!is_ci(Some(OsStr::new(no))), "{no}");
        }
        assert!(!is_ci(None));
    }

    #[test]
    fn what_is_installed_but_does_not_run_is_not_whole() {
        let folder = std::env::temp_dir().join(format!("xtask-python-{}", std::process::id()));
        let program = folder.join("bin/schemathesis");
        fs::create_dir_all(folder.join("bin")).expect("a folder for temporary files");
        fs::write(folder.join(INSTALLED), REQUIREMENTS).expect("written");
        symlink("/nowhere/bin/python", &program).expect("linked");
        assert!(!is_whole(&folder));
        fs::remove_file(&program).expect("removed");
        symlink("/usr/bin/true", &program).expect("linked");
        assert!(is_whole(&folder));
        fs::write(folder.join(INSTALLED), "another==1").expect("written");
        assert!(!is_whole(&folder));
        fs::remove_dir_all(&folder).expect("removed");
    }

    #[test]
    fn every_package_is_pinned() {
        let packages: Vec<_> = REQUIREMENTS.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.iter().all(|package| package.contains("==")), "{packages:?}");
        assert!(packages.iter().any(|package| package.starts_with("schemathesis==4.")));
    }
}
