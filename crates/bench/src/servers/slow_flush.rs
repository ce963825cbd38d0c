//! A library that delays every flush, preloaded into servers.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::failure::{Failure, Outcome};

const SOURCE: &str = include_str!("slow_flush.c");

/// The library, built.
#[derive(Debug)]
pub struct SlowFlush {
    preloaded: PathBuf,
    delay: Duration,
}

impl SlowFlush {
    /// Compiles it with `cc` into this folder.
    ///
    /// # Errors
    /// When there is no `cc`, or it refuses; then with what it said.
    pub fn build(folder: &Path, delay: Duration) -> Outcome<Self> {
        let (source, library) = (folder.join("slow_flush.c"), folder.join("slow_flush.so"));
        fs::write(&source, SOURCE)
            .map_err(|error| Failure::new("cannot write the library's source", error))?;
        let compiler =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).output();
        let compiler = compiler
            .map_err(|error| Failure::new("flushes cannot be delayed without a C compiler `cc`", error))?;
        if compiler.status.success() {
            Ok(Self { preloaded: library, delay })
        } else {
            Err(Failure::new("`cc` refuses", String::from_utf8_lossy(&compiler.stderr)))
        }
    }

    /// Has the command's process flush slowly.
    pub fn preload(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.preloaded);
        command.env("BENCH_FLUSH_MICROS", self.delay.as_micros().to_string());
    }
}

#[cfg(test)]
mod tests {
    use std::process::Stdio;

    use super::*;
    use crate::clock;

    #[test]
    fn a_flush_takes_as_much_longer_as_it_was_told() {
        let folder = std::env::temp_dir().join(format!("bench-slow-flush-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let slow = SlowFlush::build(&folder, Duration::from_millis(600)).expect("there is a C compiler");
        let mut command = Command::new("dd");
        let file = format!("of={}", folder.join("file").display());
        command.args(["if=/dev/zero", &file, "bs=1", "count=1", "conv=fdatasync"]).stderr(Stdio::null());
        slow.preload(&mut command);
        let (took_ms, status) = clock::timed(|| command.status().expect("dd runs"));
        fs::remove_dir_all(&folder).expect("removable");
        assert!(status.success());
        assert!(took_ms >= 600.0, "it took {took_ms} ms");
    }
}
