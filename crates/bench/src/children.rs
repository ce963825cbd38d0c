//! The servers under load: each a process of its own, all stopped whatever happens.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::failure::{Failure, Outcome};

const READY: &str = "listening on http://";

/// Every server started. Shared, because a signal stops them while the bench measures on another thread.
static SERVERS: Mutex<Servers> = Mutex::new(Servers { running: Vec::new(), stopped: false });

struct Servers {
    running: Vec<Child>,
    /// Nothing is started any more: the bench is ending.
    stopped: bool,
}

/// Starts a server and gives the address of its ready line, `listening on http://ADDR`.
///
/// # Errors
/// When it cannot be started, or ends before it is ready; what it said is in the failure.
pub fn start(command: &mut Command) -> Outcome<SocketAddr> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    if servers.stopped {
        return Err(Failure::text("the bench is being stopped"));
    }
    // A yardstick ends when this pipe closes, so that it does not outlive a bench that was killed.
    let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| Failure::new(format!("cannot start {name}"), error))?;
    let stderr = child.stderr.take().expect("standard error was asked for as a pipe");
    servers.running.push(child);
    drop(servers);
    ready_address(stderr).map_err(|said| Failure::new(format!("{name} did not start"), said))
}

/// Stops every server with SIGTERM, waits until they have ended, and lets no other be started.
pub fn stop_all() {
    let mut servers = SERVERS.lock().unwrap_or_else(PoisonError::into_inner);
    servers.stopped = true;
    for mut child in servers.running.drain(..) {
        let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            // It has ended already, or there is no `kill`; either way it must not stay.
            drop(child.kill());
        }
        drop(child.wait());
    }
}

/// Reads up to the ready line; the rest is thrown away by a thread, so that the server never waits for us.
fn ready_address(stderr: ChildStderr) -> Result<SocketAddr, String> {
    let mut lines = BufReader::new(stderr);
    let mut said = String::new();
    loop {
        let start = said.len();
        if !matches!(lines.read_line(&mut said), Ok(1..)) {
            return Err(said);
        }
        if let Some(address) = said[start..].trim_end().strip_prefix(READY) {
            let address = address.parse().map_err(|error| format!("{address}: {error}"))?;
            thread::spawn(move || {
                let mut unread = [0; 64 * 1024];
                while matches!(lines.read(&mut unread), Ok(1..)) {}
            });
            return Ok(address);
        }
    }
}
