//! Processes beside the bench: each of its own, all stopped whatever happens.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::failure::{Failure, Outcome};
use crate::report::Cpu;

const READY: &str = "listening on http://";

/// Every process started. Shared, because a signal stops them while the bench measures on another thread.
static CHILDREN: Mutex<Children> = Mutex::new(Children { running: Vec::new(), stopped: false });

struct Children {
    running: Vec<Child>,
    /// Nothing is started any more: the bench is ending.
    stopped: bool,
}

/// A server that said where it listens.
#[derive(Clone, Copy, Debug)]
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub process: Process,
}

/// A process that was started here.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    id: u32,
}

/// Starts a server and waits for its ready line, `listening on http://ADDR`.
///
/// # Errors
/// When it cannot be started, or ends before it is ready; what it said is in the failure.
pub fn start(command: &mut Command) -> Outcome<Server> {
    let name = name(command);
    // A yardstick ends when this pipe closes, so that it does not outlive a bench that was killed.
    let (process, stderr) =
        spawn(command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()))?;
    let stderr = stderr.expect("standard error was asked for as a pipe");
    let address =
        ready_address(stderr).map_err(|said| Failure::new(format!("{name} did not start"), said))?;
    Ok(Server { address, process })
}

/// Starts a process that says nothing of use.
///
/// # Errors
/// When it cannot be started.
pub fn start_silent(command: &mut Command) -> Outcome<Process> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    spawn(quiet).map(|(process, _)| process)
}

/// Stops every process with SIGTERM, waits until they have ended, and lets no other be started.
pub fn stop_all() {
    lock().stopped = true;
    stop_running();
}

/// Stops every process that runs now: what failed may have left some.
pub fn stop_running() {
    let running = std::mem::take(&mut lock().running);
    running.into_iter().for_each(end);
}

impl Process {
    /// Stops it with SIGTERM and waits until it has ended.
    pub fn stop(self) {
        let mut children = lock();
        let place = children.running.iter().position(|child| child.id() == self.id);
        let child = place.map(|place| children.running.swap_remove(place));
        // Others may be started and stopped while this one takes its time.
        drop(children);
        if let Some(child) = child {
            end(child);
        }
    }

    /// How long it worked so far; nothing where the system does not tell.
    pub fn cpu(self) -> Option<Cpu> {
        cpu_in(&std::fs::read_to_string(format!("/proc/{}/stat", self.id)).ok()?)
    }

    /// Memory it has, in MiB (`VmRSS`); zero where the system does not tell.
    pub fn resident_mib(self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id)).unwrap_or_default();
        resident_kib(&status).map_or(0.0, |kib| kib / 1024.0)
    }
}

fn lock() -> MutexGuard<'static, Children> {
    CHILDREN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spawn(command: &mut Command) -> Outcome<(Process, Option<ChildStderr>)> {
    let mut children = lock();
    if children.stopped {
        return Err(Failure::text("the bench is being stopped"));
    }
    let child = command.spawn();
    let mut child = child.map_err(|error| Failure::new(format!("cannot start {}", name(command)), error))?;
    let (process, stderr) = (Process { id: child.id() }, child.stderr.take());
    children.running.push(child);
    Ok((process, stderr))
}

fn end(mut child: Child) {
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    if !asked.is_ok_and(|status| status.success()) {
        // It has ended already, or there is no `kill`; either way it must not stay.
        drop(child.kill());
    }
    drop(child.wait());
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
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

/// The times in `ID (NAME) STATE …`, of which a name may hold anything, in hundredths of a second: on all processors of
/// today Linux counts so to programs.
fn cpu_in(stat: &str) -> Option<Cpu> {
    const TICK_US: f64 = 10_000.0;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut next = || fields.next()?.parse::<f64>().ok();
    Some(Cpu { own_us: next()? * TICK_US, system_us: next()? * TICK_US })
}

/// The number in `VmRSS:     12345 kB`.
fn resident_kib(status: &str) -> Option<f64> {
    let rest = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    rest.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_where_linux_tells_it() {
        assert_eq!(resident_kib("Name:\tx\nVmRSS:\t  2048 kB\nVmData:\t 9 kB\n"), Some(2048.0));
        assert_eq!(resident_kib("Name:\tx\n"), None);
    }

    #[test]
    fn work_is_read_whatever_a_process_is_called() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 90 0 0 0 25 150 3 4 20 0 5 0 9";
        assert_eq!(cpu_in(stat), Some(Cpu { own_us: 250_000.0, system_us: 1_500_000.0 }));
        assert_eq!(cpu_in("7 (a) S 1"), None);
    }

    #[test]
    fn a_process_that_ends_before_it_is_ready_is_told_with_what_it_said() {
        let failure = start(Command::new("sh").args(["-c", "echo no port >&2"])).expect_err("never ready");
        assert_eq!(failure.to_string(), "sh did not start: no port\n");
    }
}
