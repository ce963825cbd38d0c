//! A server for `cargo xtask`: started, waited for, stopped.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddrV4;
use std::path::Path;
use std::process::{ChildStderr, ExitStatus};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use crate::cargo::at_root;
use crate::failure::{Failure, Outcome};
use crate::held::Held;
use crate::say;

/// The server's standard error, in the data folder.
pub const LOG: &str = "server.log";

/// In the environment of its clients: no proxy stands before it.
pub const NO_PROXY: [(&str, &str); 2] = [("NO_PROXY", HERE), ("no_proxy", HERE)];
const HERE: &str = "127.0.0.1,localhost";

const READY: &str = "listening on ";
const LAST_LINES_KEPT: usize = 10;

/// A server that answers.
pub struct Server {
    process: Held,
    url: String,
    log: JoinHandle<Vec<String>>,
}

impl Server {
    /// Starts `fleetmark serve` on the store in the data folder and waits for its ready line.
    ///
    /// # Errors
    /// When it ends before it is ready; the failure holds its last lines.
    pub fn start(binary: &Path, data: &Path, listen: SocketAddrV4, token: &str) -> Outcome<Self> {
        let log = data.join(LOG);
        let file = File::create(&log)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", log.display())))?;
        let mut command = at_root(binary);
        command
            .args(["serve", "--listen", &listen.to_string()])
            .args(["--store", &format!("sqlite:{}", data.join("fleetmark.db").display())])
            .env("FLEETMARK_BOOTSTRAP_TOKEN", token)
            .stdout(std::io::stderr())
            .stderr(std::process::Stdio::piped());
        let mut process = Held::start("the server", &mut command)?;
        let stderr = process.child().stderr.take().expect("standard error was asked for as a pipe");

        let (ready, is_ready) = mpsc::channel();
        let log = thread::spawn(move || follow(stderr, file, &ready));
        // The sender is dropped when the server closes its standard error: then it has ended.
        match is_ready.recv() {
            Ok(url) => Ok(Self { process, url, log }),
            Err(_) => Err(ended(process.wait()?, log)
                .with_hint(format!("is another server using {}? stop it first", data.display()))),
        }
    }

    /// Where it listens: `http://127.0.0.1:8080`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until somebody stops the server.
    ///
    /// # Errors
    /// When it ended otherwise than by draining.
    pub fn wait(self) -> Outcome {
        let status = self.process.wait()?;
        goodbye(status, self.log)
    }

    /// Stops the server: it answers what it has begun, then ends.
    ///
    /// # Errors
    /// When it ended otherwise than by draining.
    pub fn stop(self) -> Outcome {
        let status = self.process.stop()?;
        goodbye(status, self.log)
    }
}

fn goodbye(status: ExitStatus, log: JoinHandle<Vec<String>>) -> Outcome {
    if status.success() {
        return Ok(());
    }
    Err(ended(status, log))
}

fn ended(status: ExitStatus, log: JoinHandle<Vec<String>>) -> Failure {
    let last = log.join().unwrap_or_default().join("\n  ");
    Failure::new(format!("the server ended with {status}; its last lines:\n  {last}"))
}

/// Copies the server's lines to its log, announces the ready line, and gives back the last lines.
fn follow(stderr: ChildStderr, log: File, ready: &Sender<String>) -> Vec<String> {
    let mut log = Some(log);
    let mut last = VecDeque::with_capacity(LAST_LINES_KEPT);
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        if let Some(url) = line.strip_prefix(READY) {
            // Nobody waits any more once the address is known.
            drop(ready.send(url.trim().to_owned()));
        }
        if let Some(Err(error)) = log.as_mut().map(|file| writeln!(file, "{line}")) {
            say::note(&format!("the server's log is not kept any more: {error}"));
            log = None;
        }
        if last.len() == LAST_LINES_KEPT {
            last.pop_front();
        }
        last.push_back(line);
    }
    last.into()
}
