//! A running `fleetmark` with both of its outputs read as they come.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Instant;

use super::wait::DEADLINE;

/// The built binary with a bare environment, so that nothing of the machine's settings reaches the test.
pub fn fleetmark(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetmark"));
    command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

/// A process that was started and may still run; it is killed when dropped.
pub struct Process {
    child: Child,
    stdout: Output,
    stderr: Output,
}

/// How a process ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Process {
    pub fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the built binary can be started");
        let stdout = Output::read(child.stdout.take().expect("stdout is piped"));
        let stderr = Output::read(child.stderr.take().expect("stderr is piped"));
        Self { child, stdout, stderr }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything printed so far, on either output.
    pub fn printed(&self) -> String {
        format!("{}{}", self.stdout.text(), self.stderr.text())
    }

    /// The rest of the first line on standard error that starts with `prefix`; when the process ends first, what it
    /// printed.
    pub fn wait_for_line(&mut self, prefix: &str) -> Result<String, String> {
        let end = Instant::now() + DEADLINE;
        loop {
            match self.stderr.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(prefix) {
                        return Ok(rest.trim_end().to_owned());
                    }
                }
                Err(why) => {
                    return Err(format!("no line {prefix:?} ({why}); printed so far:\n{}", self.printed()));
                }
            }
        }
    }

    /// Sends a signal by its name, e.g. `TERM`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").arg(format!("-{name}")).arg(self.id().to_string()).status();
        assert!(status.expect("kill can be run").success(), "kill -{name} {}", self.id());
    }

    /// Waits for the end: a process that has ended has closed its outputs.
    pub fn wait(mut self) -> Finished {
        let end = Instant::now() + DEADLINE;
        for output in [&mut self.stdout, &mut self.stderr] {
            output.wait_for_end(end).unwrap_or_else(|()| {
                let printed = output.text();
                self.child.kill().expect("the process is a child of ours");
                panic!("the process did not end within {DEADLINE:?}; it printed:\n{printed}")
            });
        }
        let status = self.child.wait().expect("the process is a child of ours");
        Finished { code: status.code(), stdout: self.stdout.text(), stderr: self.stderr.text() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail only when the process has ended and been waited for, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One output of a process: what came so far, and its lines as they come.
struct Output {
    text: Arc<Mutex<String>>,
    lines: Receiver<String>,
    reader: Option<JoinHandle<()>>,
}

impl Output {
    fn read(from: impl Read + Send + 'static) -> Self {
        let text = Arc::new(Mutex::new(String::new()));
        let (send, lines) = channel();
        let collected = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while from.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let read = String::from_utf8_lossy(&line).into_owned();
                collected.lock().expect("no reader panics").push_str(&read);
                // Nobody listens once the ready line was seen; the text is collected all the same.
                let _ = send.send(read);
                line.clear();
            }
        });
        Self { text, lines, reader: Some(reader) }
    }

    fn text(&self) -> String {
        self.text.lock().expect("no reader panics").clone()
    }

    fn wait_for_end(&mut self, end: Instant) -> Result<(), ()> {
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return Err(()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        if let Some(reader) = self.reader.take() {
            reader.join().expect("no reader panics");
        }
        Ok(())
    }
}
