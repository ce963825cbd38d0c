//! `fleetmark serve` on a store of its own.

use std::ops::Deref;
use std::path::Path;
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use super::client::Client;
use super::process::{Finished, Process, fleetmark};

/// The token that every test's server is started with, unless it is started without one.
pub const BOOTSTRAP_TOKEN: &str = "bootstrap-of-the-tests-8f3a61c2";

/// A server that runs, and a client of it that may do everything. Its store goes when it is dropped.
pub struct Server {
    running: Option<Running>,
    settings: Vec<(String, String)>,
    /// What the runs before this one printed.
    printed: String,
    folder: TempDir,
}

struct Running {
    process: Process,
    client: Client,
}

impl Server {
    /// Starts on an empty store with the bootstrap token set, and waits until it is ready.
    pub fn start() -> Self {
        Self::start_with(&[("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN)])
    }

    /// The same, where requests of REST API v1 are answered as fast as they come.
    pub fn start_unpaced() -> Self {
        let server = Self::start();
        let pacing = json!({"settings": {"pacing": {"netskopeV1": null}}});
        server.patch("/api/v1/sites/1", pacing).expect_status(200);
        server
    }

    /// Starts on an empty store with exactly these settings in its environment.
    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let mut server = Self::stopped(TempDir::new().expect("the machine has a temporary folder"), settings);
        server.restart();
        server
    }

    /// Starts on an empty store, its first run under a command that `prepare` has changed; it is told the folder.
    pub fn start_under(prepare: impl FnOnce(&mut Command, &Path)) -> Self {
        let folder = TempDir::new().expect("the machine has a temporary folder");
        let mut server = Self::stopped(folder, &[("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN)]);
        let mut command = server.command();
        prepare(&mut command, server.folder());
        server.run(command).unwrap_or_else(|why| panic!("{why}"));
        server
    }

    /// Starts on the store that is in `folder`; what it printed when it does not get ready.
    pub fn try_start_on(folder: TempDir) -> Result<Self, String> {
        let mut server = Self::stopped(folder, &[("FLEETMARK_BOOTSTRAP_TOKEN", BOOTSTRAP_TOKEN)]);
        server.run(server.command())?;
        Ok(server)
    }

    /// Starts again on the same store, on another port.
    #[track_caller]
    pub fn restart(&mut self) {
        self.run(self.command()).unwrap_or_else(|why| panic!("{why}"));
    }

    fn stopped(folder: TempDir, settings: &[(&str, &str)]) -> Self {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { running: None, settings, printed: String::new(), folder }
    }

    fn command(&self) -> Command {
        let mut command = fleetmark(&["serve", "--listen", "127.0.0.1:0", "--store", &self.store()]);
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&mut self, command: Command) -> Result<(), String> {
        assert!(self.running.is_none(), "the server still runs");
        let mut process = Process::start(command);
        let address = process.wait_for_line("listening on http://")?;
        let client = Client::anonymous(&format!("http://{address}")).with_token(BOOTSTRAP_TOKEN);
        self.running = Some(Running { process, client });
        Ok(())
    }

    /// SIGTERM: it drains and exits 0 (DESIGN §7).
    #[track_caller]
    pub fn terminate(&mut self) -> Finished {
        let finished = self.end_by("TERM");
        assert_eq!(finished.code, Some(0), "the exit code after SIGTERM; it printed:\n{}", finished.stderr);
        finished
    }

    /// SIGKILL, as a crash would be.
    pub fn kill9(&mut self) {
        self.end_by("KILL");
    }

    fn end_by(&mut self, signal: &str) -> Finished {
        self.signal(signal);
        self.ended()
    }

    /// Sends a signal by its name, and does not wait for what comes of it.
    pub fn signal(&self, name: &str) {
        self.running.as_ref().expect("the server runs").process.signal(name);
    }

    /// Waits for the end that a signal has begun.
    pub fn ended(&mut self) -> Finished {
        let Running { process, .. } = self.running.take().expect("the server runs");
        let finished = process.wait();
        self.printed.push_str(&finished.stdout);
        self.printed.push_str(&finished.stderr);
        finished
    }

    /// Everything that all runs printed, on either output.
    pub fn printed(&self) -> String {
        let now = self.running.as_ref().map(|running| running.process.printed());
        format!("{}{}", self.printed, now.unwrap_or_default())
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The value of `--store`.
    pub fn store(&self) -> String {
        format!("sqlite:{}", self.folder().join("f.db").display())
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.running.as_ref().expect("the server runs").client
    }
}
