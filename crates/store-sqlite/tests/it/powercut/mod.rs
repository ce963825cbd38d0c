//! The power goes at arbitrary moments while a process appends: what it acknowledged is there, nothing is half there.
//!
//! The appending process is this test binary again, running the one test that only does something when it is told to.

mod child;
mod flushes;

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use domain::{SiteId, Version};
use store::{
    Store,
    testing::{
        block_on,
        powercut::{Position, Recording, Rng, Shim, Trace},
    },
    verify,
};
use store_sqlite::SqliteStore;
use tempfile::TempDir;

/// What the child said: by this position of the trace the site had this version.
#[derive(Clone, Copy, Debug)]
struct Acknowledged {
    position: Position,
    site: SiteId,
    version: Version,
}

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
        let Some((site, version)) = child::read_acknowledgement(&line.unwrap()) else { continue };
        acknowledged.push(Acknowledged { position: recording.len_now().unwrap(), site, version });
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
        let mut must: HashMap<SiteId, Version> = HashMap::new();
        for acknowledged in self.acknowledged.iter().filter(|acknowledged| acknowledged.position <= cut) {
            must.insert(acknowledged.site, acknowledged.version);
        }
        let store = SqliteStore::open(&left.join("f.db")).map_err(|error| format!("{cut:?}: {error}"))?;
        let checked = child::SITES.iter().try_for_each(|site| {
            check(&store, *site, must.get(site).copied().unwrap_or_default())
                .map_err(|wrong| format!("{cut:?}, site {site}: {wrong}"))
        });
        block_on(store.close());
        fs::remove_dir_all(left).unwrap();
        checked
    }
}

/// A site's log verifies, reaches at least this version, and holds whole commits.
fn check(store: &SqliteStore, site: SiteId, at_least: Version) -> Result<(), String> {
    let head = block_on(verify(store, site)).map_err(|error| error.to_string())?;
    if head.version < at_least {
        return Err(format!("version {at_least} was acknowledged, and {} is the last", head.version));
    }
    let mut after = Version(0);
    let mut commits: HashMap<_, (usize, usize)> = HashMap::new();
    loop {
        let page = block_on(store.records_since(site, after, 1000)).map_err(|error| error.to_string())?;
        let Some(last) = page.last() else { break };
        after = last.record.version;
        for stored in &page {
            let (there, _) = commits
                .entry(stored.commit_id)
                .or_insert((0, child::records_in_commit_of(&stored.record.payload)));
            *there += 1;
        }
    }
    match commits.into_values().find(|(there, of)| there != of) {
        Some((there, of)) => Err(format!("{there} of the {of} records of a commit are there")),
        None => Ok(()),
    }
}

#[test]
fn whatever_was_acknowledged_survives_a_power_cut() {
    let run = run("120 commits of up to 24 records of up to 3000 bytes, reopening every 25");
    assert_eq!(run.acknowledged.len(), 120);
    for seed in 0..120 {
        assert_eq!(run.after_cut(&run.trace, seed), Ok(()), "seed {seed}");
    }
}

/// Large enough that the log is moved into the file, over and over.
#[test]
fn a_power_cut_while_the_log_is_moved_into_the_file_loses_nothing() {
    let run = run("70 commits of up to 8 records of up to 200000 bytes, reopening every 100");
    for seed in 0..20 {
        assert_eq!(run.after_cut(&run.trace, seed), Ok(()), "seed {seed}");
    }
}

/// The two tests above can fail.
#[test]
fn on_a_disk_that_ignores_flushes_a_power_cut_loses_what_was_acknowledged() {
    let run = run("40 commits of up to 24 records of up to 3000 bytes, reopening every 25");
    let trace = run.trace.without_flushes();
    let lost = (0..40).filter(|seed| run.after_cut(&trace, *seed).is_err()).count();
    assert!(lost >= 10, "lost at {lost} of 40 cuts");
}
