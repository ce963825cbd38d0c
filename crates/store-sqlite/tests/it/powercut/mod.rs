//! The power goes at arbitrary moments while a process appends, writes checkpoints and prunes: what it acknowledged is
//! there, nothing is half there, and nothing is pruned that no checkpoint stands for.
//!
//! The appending process is this test binary again, running the one test that only does something when it is told to.

mod child;
mod flushes;
mod promise;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use store::{
    Store,
    testing::{
        block_on,
        powercut::{Recording, Rng, Shim, Trace},
    },
};
use store_sqlite::SqliteStore;
use tempfile::TempDir;

use self::promise::{Acknowledged, Promise, Promised};

/// A child's run, recorded.
struct Run {
    scratch: TempDir,
    trace: Trace,
    acknowledged: Vec<Acknowledged>,
}

/// A shim, an empty folder to watch, and a child that will run `script` in it.
fn prepare(script: &str) -> (TempDir, Recording, Command) {
    let scratch = tempfile::tempdir().unwrap();
    let watched = scratch.path().join("watched");
    fs::create_dir(&watched).unwrap();
    let shim = Shim::build(scratch.path()).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "powercut::child::appends_when_told_to", "--nocapture"]);
    command.env(child::FILE, watched.join("f.db")).env(child::SCRIPT, script);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let recording = shim.watch(&mut command, &watched, &scratch.path().join("trace")).unwrap();
    (scratch, recording, command)
}

/// Runs a child to its end. It waits for a line after each acknowledgement, so that the position noted for one is not
/// one of much later.
fn run(script: &str) -> Run {
    let (scratch, recording, mut command) = prepare(script);
    let mut child = command.spawn().unwrap();
    let mut go_on = child.stdin.take().unwrap();
    let mut acknowledged = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Some((promise, site, version)) = Promise::read(&line.unwrap()) else { continue };
        acknowledged.push(Acknowledged { position: recording.len_now().unwrap(), promise, site, version });
        go_on.write_all(b"\n").unwrap();
    }
    assert!(child.wait().unwrap().success());
    Run { trace: recording.read().unwrap(), scratch, acknowledged }
}

impl Run {
    /// Cuts the power at one moment, starts on what is left, and answers what is wrong with it.
    fn after_cut(&self, trace: &Trace, seed: u64) -> Result<(), String> {
        let mut rng = Rng::seeded(seed);
        let cut = trace.random_position(&mut rng);
        let left = self.scratch.path().join(format!("cut-{seed}"));
        fs::create_dir(&left).unwrap();
        trace.materialize(cut, &mut rng, &left).unwrap();
        let store = SqliteStore::open(&left.join("f.db")).map_err(|error| format!("{cut:?}: {error}"))?;
        let checked = child::SITES.iter().try_for_each(|site| {
            let promised = Promised::by(cut, *site, &self.acknowledged);
            promised.check(&store, *site).map_err(|wrong| format!("{cut:?}, site {site}: {wrong}"))
        });
        block_on(store.close());
        fs::remove_dir_all(left).unwrap();
        checked
    }
}

#[test]
fn whatever_was_acknowledged_survives_a_power_cut() {
    let run =
        run("120 commits of up to 24 records of up to 3000 bytes, reopening every 25, checkpoints every 12");
    let count = |promise| run.acknowledged.iter().filter(|done| done.promise == promise).count();
    assert_eq!([Promise::Committed, Promise::Kept, Promise::Pruned].map(count), [120, 20, 20]);
    for seed in 0..120 {
        assert_eq!(run.after_cut(&run.trace, seed), Ok(()), "seed {seed}");
    }
}

/// Large enough that the log is moved into the file, over and over.
#[test]
fn a_power_cut_while_the_log_is_moved_into_the_file_loses_nothing() {
    let run =
        run("70 commits of up to 8 records of up to 200000 bytes, reopening every 100, checkpoints every 10");
    for seed in 0..20 {
        assert_eq!(run.after_cut(&run.trace, seed), Ok(()), "seed {seed}");
    }
}

/// The two tests above can fail.
#[test]
fn on_a_disk_that_ignores_flushes_a_power_cut_loses_what_was_acknowledged() {
    let run =
        run("40 commits of up to 24 records of up to 3000 bytes, reopening every 25, checkpoints every 12");
    let trace = run.trace.without_flushes();
    let lost = (0..40).filter(|seed| run.after_cut(&trace, *seed).is_err()).count();
    assert!(lost >= 10, "lost at {lost} of 40 cuts");
}
