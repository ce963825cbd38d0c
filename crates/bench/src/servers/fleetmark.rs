//! The server under test.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::children::{self, Server};
use super::folder;
use super::slow_flush::SlowFlush;
use crate::failure::{Failure, Outcome};

/// Any text of 8 characters or more will do: a server and its store are there for the bench only.
pub const TOKEN: &str = "bench-token-of-this-run";
const STORE: &str = "fleetmark.db";
const CHECKPOINTS: &str = "fleetmark.db.checkpoints";

/// A folder that `fleetmark serve` keeps its store in.
#[derive(Clone, Debug)]
pub struct Fleetmark {
    binary: PathBuf,
    folder: PathBuf,
}

impl Fleetmark {
    /// This binary on a store in this folder, which is there.
    pub fn new(binary: &Path, folder: &Path) -> Self {
        Self { binary: binary.to_owned(), folder: folder.to_owned() }
    }

    /// Starts it on a free port and waits until it is ready; `slow` delays its flushes.
    ///
    /// # Errors
    /// When it does not become ready.
    pub fn start(&self, slow: Option<&SlowFlush>) -> Outcome<Server> {
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--store"])
            .arg(format!("sqlite:{}", self.folder.join(STORE).display()))
            .env("FLEETMARK_BOOTSTRAP_TOKEN", TOKEN)
            .current_dir(&self.folder);
        if let Some(slow) = slow {
            slow.preload(&mut command);
        }
        children::start(&mut command)
    }

    /// Has `fleetmark simulate` check in so many devices with the server at `address`.
    ///
    /// # Errors
    /// When it fails.
    pub fn simulate(&self, address: SocketAddr, devices: u32) -> Outcome {
        let mut command = Command::new(&self.binary);
        command
            .args(["simulate", "--server", &format!("http://{address}"), "--devices", &devices.to_string()])
            .env("FLEETMARK_TOKEN", TOKEN)
            .stdout(std::process::Stdio::null());
        let status =
            command.status().map_err(|error| Failure::new("cannot start fleetmark simulate", error))?;
        if status.success() { Ok(()) } else { Err(Failure::new("fleetmark simulate failed", status)) }
    }

    /// What the checkpoints weigh, in MiB.
    pub fn checkpoints_mib(&self) -> f64 {
        folder::weight_mib(&self.folder, |name| name.starts_with(CHECKPOINTS))
    }

    /// What the log weighs, in MiB.
    pub fn log_mib(&self) -> f64 {
        folder::weight_mib(&self.folder, |name| !name.starts_with(CHECKPOINTS))
    }

    /// Takes the checkpoints away, so that the next start replays the whole log. The server must not run.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn remove_checkpoints(&self) -> Outcome {
        folder::remove(&self.folder, |name| name.starts_with(CHECKPOINTS))
    }

    /// Copies the checkpoints into another folder, which is there. The server must not run.
    ///
    /// # Errors
    /// When one cannot be copied.
    pub fn save_checkpoints(&self, to: &Path) -> Outcome {
        folder::copy_some(&self.folder, to, |name| name.starts_with(CHECKPOINTS))
    }

    /// Puts those that were saved in the place of what is there. The server must not run.
    ///
    /// # Errors
    /// When one cannot be copied.
    pub fn restore_checkpoints(&self, from: &Path) -> Outcome {
        self.remove_checkpoints()?;
        folder::copy(from, &self.folder)
    }
}
