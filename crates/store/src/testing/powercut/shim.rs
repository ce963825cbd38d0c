//! Building the preloaded library, and running a process under it.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use super::trace::{Position, Trace};

const SOURCE: &str = include_str!("shim.c");

/// The library, built.
#[derive(Debug)]
pub struct Shim {
    preloaded: PathBuf,
}

impl Shim {
    /// Compiles the library with `cc` into this folder.
    ///
    /// # Errors
    /// When there is no `cc`, or it refuses; then with what it said.
    pub fn build(folder: &Path) -> io::Result<Self> {
        let source = folder.join("powercut.c");
        let library = folder.join("powercut.so");
        fs::write(&source, SOURCE)?;
        let compiler =
            Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(source).output()?;
        if !compiler.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&compiler.stderr).into_owned()));
        }
        Ok(Self { preloaded: library })
    }

    /// Makes a command record what it, and the processes that it starts, do in `folder`, which is there and empty.
    /// The trace must lie elsewhere.
    ///
    /// # Errors
    /// When the folder is not there, not empty, or holds the trace.
    pub fn watch(&self, command: &mut Command, folder: &Path, trace: &Path) -> io::Result<Recording> {
        if fs::read_dir(folder)?.next().is_some() || trace.starts_with(folder) {
            return Err(io::Error::other("watch an empty folder, and keep the trace elsewhere"));
        }
        fs::write(trace, [])?;
        let failing = trace.with_extension("flushes-fail");
        command.env("LD_PRELOAD", &self.preloaded).env("POWERCUT_FOLDER", folder);
        command.env("POWERCUT_TRACE", trace).env("POWERCUT_FAIL", &failing);
        Ok(Recording { trace: trace.to_owned(), failing })
    }
}

/// A trace that is being written.
#[derive(Clone, Debug)]
pub struct Recording {
    trace: PathBuf,
    failing: PathBuf,
}

impl Recording {
    /// How long the trace is now. Taken right after an acknowledgement came, it is a position that has everything
    /// which the acknowledgement rests on before it.
    ///
    /// # Errors
    /// When the trace cannot be read.
    pub fn len_now(&self) -> io::Result<Position> {
        Ok(Position(fs::metadata(&self.trace)?.len()))
    }

    /// The trace as far as it was written.
    ///
    /// # Errors
    /// As [`Trace::read`].
    pub fn read(&self) -> io::Result<Trace> {
        Trace::read(&self.trace)
    }

    /// From now on every flush of a watched file fails (EIO), or does its work again.
    ///
    /// # Errors
    /// When the switch, a file beside the trace, cannot be made or removed.
    pub fn fail_flushes(&self, fail: bool) -> io::Result<()> {
        if fail { fs::write(&self.failing, []) } else { fs::remove_file(&self.failing) }
    }
}
