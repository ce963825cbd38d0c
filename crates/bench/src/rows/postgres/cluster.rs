//! A throw-away PostgreSQL in a folder, reached through a socket there.

use std::fs;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::report::Latency;
use crate::servers::{Process, children};
use crate::stats::Round;

const SAID_LINES_MAX: usize = 4;
const INSTALLED_IN: &str = "/usr/lib/postgresql";
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// It never runs as root; then this user does.
const USER: &str = "postgres";
/// Commits wait for the disk, as by default; memory and log are what suits a machine of this size.
const SETTINGS: [&str; 5] =
    ["synchronous_commit=on", "fsync=on", "shared_buffers=512MB", "max_wal_size=4GB", "listen_addresses="];

/// A running server.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<(u32, u32)>,
    process: Process,
}

impl Cluster {
    /// Makes one in this folder and starts it.
    ///
    /// # Errors
    /// When it is not installed, or does not start.
    pub fn start(folder: &Path) -> Outcome<Self> {
        let programs = programs()?;
        let user = if id(&["-u"])? == 0 { Some((id(&["-u", USER])?, id(&["-g", USER])?)) } else { None };
        if let Some((user, group)) = user {
            let failure = |error| Failure::new(format!("cannot give a folder to the user {USER}"), error);
            chown(folder, Some(user), Some(group)).map_err(failure)?;
        }
        let data = folder.join("data");
        let mut initdb = as_user(&programs.join("initdb"), user, folder);
        initdb
            .args(["--no-sync", "--auth=trust", "--username=bench", "--encoding=UTF8", "--pgdata"])
            .arg(&data);
        output(&mut initdb)?;
        let mut postgres = as_user(&programs.join("postgres"), user, folder);
        postgres.arg("-D").arg(&data).arg("-k").arg(folder);
        postgres.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        let process = children::start_silent(&mut postgres)?;
        let cluster = Self { programs, folder: folder.to_owned(), user, process };
        cluster.await_ready()?;
        Ok(cluster)
    }

    /// Where scripts may lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs statements.
    ///
    /// # Errors
    /// When one fails.
    pub fn run(&self, sql: &str) -> Outcome {
        output(self.client("psql").args(["--quiet", "--set=ON_ERROR_STOP=1", "--command", sql])).map(|_| ())
    }

    /// Has so many clients run a script for so long, in whole seconds.
    ///
    /// # Errors
    /// When pgbench fails, or prints no rate.
    pub fn pgbench(&self, script: &Path, clients: u16, duration: Duration) -> Outcome<Round> {
        let mut pgbench = self.client("pgbench");
        pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
        pgbench
            .args([
                "--client",
                &clients.to_string(),
                "--time",
                &duration.as_secs().max(1).to_string(),
                "--file",
            ])
            .arg(script);
        let said = output(&mut pgbench)?;
        let per_second = rate_in(&said).ok_or_else(|| Failure::new("pgbench prints no rate", said))?;
        // It tells no percentiles.
        Ok(Round { per_second, latency: Latency::default(), cpu: None })
    }

    /// Stops it.
    pub fn stop(self) {
        self.process.stop();
    }

    fn await_ready(&self) -> Outcome {
        let end = clock::now() + PATIENCE;
        loop {
            match self.run("SELECT 1") {
                Err(_) if clock::now() < end => clock::pause(LOOK_EVERY),
                other => return other,
            }
        }
    }

    fn client(&self, program: &str) -> Command {
        let mut command = as_user(&self.programs.join(program), self.user, &self.folder);
        command.env("PGHOST", &self.folder).env("PGUSER", "bench").env("PGDATABASE", "postgres");
        command
    }
}

/// The newest version that is installed.
fn programs() -> Outcome<PathBuf> {
    let versions = fs::read_dir(INSTALLED_IN).into_iter().flatten().flatten();
    let programs = versions.map(|version| version.path().join("bin"));
    let newest = programs.filter(|programs| programs.join("postgres").exists()).max();
    let newest = newest.ok_or_else(|| Failure::text(format!("no PostgreSQL server in {INSTALLED_IN}")))?;
    if !newest.join("pgbench").exists() {
        return Err(Failure::text(format!("no pgbench in {}", newest.display())));
    }
    Ok(newest)
}

/// What `id` prints.
fn id(arguments: &[&str]) -> Outcome<u32> {
    let said = output(Command::new("id").args(arguments))?;
    said.trim().parse().map_err(|error| Failure::new(format!("`id` said {said}"), error))
}

fn as_user(program: &Path, user: Option<(u32, u32)>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

fn output(command: &mut Command) -> Outcome<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| Failure::new(format!("cannot start {name}"), error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        // Each of 64 clients says the same.
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<_> = said.lines().take(SAID_LINES_MAX).collect();
        Err(Failure::new(format!("{name} failed"), said.join("\n")))
    }
}

/// The number in `tps = 2345.6 (…)`.
fn rate_in(said: &str) -> Option<f64> {
    let rest = said.lines().find_map(|line| line.strip_prefix("tps = "))?;
    rest.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_what_pgbench_prints() {
        let said = "latency average = 12.345 ms\ninitial connection time = 55.1 ms\n\
                    tps = 5185.5 (without initial connection time)\n";
        assert_eq!(rate_in(said), Some(5185.5));
        assert_eq!(rate_in("nothing"), None);
    }
}
