//! A child process that never outlives xtask.
//!
//! Beside each child waits a small shell that reads a pipe. When xtask ends without having stopped the
//! child, by an early return or by a signal that nothing can catch, the pipe closes and the shell sends
//! SIGTERM: no server is left behind that holds the port and the store.

use std::io::Write;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};

use crate::failure::{Failure, Outcome};

const LEASH: &str = r#"trap "" INT TERM HUP; read _ || kill -TERM "$1""#;

/// A running child and the leash that ends it with us.
pub struct Held {
    name: &'static str,
    child: Child,
    leash: Child,
    /// Taken when the leash is let go.
    pipe: Option<ChildStdin>,
}

impl Held {
    /// Starts `command`.
    ///
    /// # Errors
    /// When the command or the shell beside it cannot be started.
    pub fn start(name: &'static str, command: &mut Command) -> Outcome<Self> {
        let failure = |error| Failure::new(format!("cannot start {name}: {error}"));
        let mut child = command.spawn().map_err(failure)?;
        let leash = Command::new("sh")
            .args(["-c", LEASH, "leash", &child.id().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match leash {
            Ok(mut leash) => {
                let pipe = leash.stdin.take();
                Ok(Self { name, child, leash, pipe })
            }
            Err(error) => {
                drop(child.kill());
                drop(child.wait());
                Err(failure(error))
            }
        }
    }

    /// The child itself, to take its pipes.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Waits until the child ends by itself.
    ///
    /// # Errors
    /// When the operating system refuses to wait.
    pub fn wait(mut self) -> Outcome<ExitStatus> {
        let status = self.child.wait();
        self.let_go();
        status.map_err(|error| Failure::new(format!("cannot wait for {}: {error}", self.name)))
    }

    /// Asks the child to end (SIGTERM) and waits until it has.
    ///
    /// # Errors
    /// When it cannot be asked or waited for.
    pub fn stop(self) -> Outcome<ExitStatus> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        asked.map_err(|error| Failure::new(format!("cannot stop {}: {error}", self.name)))?;
        self.wait()
    }

    /// Tells the leash that the child has ended: from here its process id may be another's.
    fn let_go(&mut self) {
        if let Some(mut pipe) = self.pipe.take() {
            drop(pipe.write_all(b"\n"));
            drop(pipe);
            drop(self.leash.wait());
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if self.pipe.take().is_some() {
            drop(self.leash.wait());
            drop(self.child.wait());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    const SIGTERM: i32 = 15;

    /// A child that waits for its input, which stays open, and so never ends by itself.
    fn waiting() -> Held {
        Held::start("cat", Command::new("cat").stdin(Stdio::piped()).stdout(Stdio::piped())).expect("starts")
    }

    #[test]
    fn a_stopped_child_has_received_sigterm() {
        let status = waiting().stop().expect("stops");
        assert_eq!(status.signal(), Some(SIGTERM));
    }

    #[test]
    fn a_child_that_ends_by_itself_gives_its_own_status() {
        let held = Held::start("sh", Command::new("sh").args(["-c", "exit 3"])).expect("starts");
        assert_eq!(held.wait().expect("waits").code(), Some(3));
    }

    #[test]
    fn a_dropped_child_is_ended_and_its_output_closes() {
        let mut held = waiting();
        let mut output = held.child().stdout.take().expect("piped");
        let input = held.child().stdin.take();
        drop(held);
        assert_eq!(std::io::copy(&mut output, &mut std::io::sink()).expect("reads"), 0);
        drop(input);
    }
}
