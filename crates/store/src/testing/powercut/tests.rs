use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use tempfile::TempDir;

use super::*;

/// Runs a shell script in a watched folder.
fn run(script: &str) -> (TempDir, Trace) {
    let scratch = tempfile::tempdir().unwrap();
    let watched = scratch.path().join("watched");
    fs::create_dir(&watched).unwrap();
    let shim = Shim::build(scratch.path()).unwrap();
    let mut shell = Command::new("sh");
    shell.args(["-ec", script]).current_dir(&watched);
    let recording = shim.watch(&mut shell, &watched, &scratch.path().join("trace")).unwrap();
    assert!(shell.status().unwrap().success());
    (scratch, recording.read().unwrap())
}

/// What a file may hold after a cut at the very end, over many tries; "-" when it is not there.
fn contents((scratch, trace): &(TempDir, Trace), file: &str) -> BTreeSet<String> {
    let content = |seed: u64| {
        let into: PathBuf = scratch.path().join(format!("cut-{file}-{seed}"));
        fs::create_dir(&into).unwrap();
        trace.materialize(trace.end(), &mut Rng::seeded(seed), &into).unwrap();
        fs::read_to_string(into.join(file)).unwrap_or_else(|_| "-".to_owned())
    };
    (0..100).map(content).collect()
}

fn set<const N: usize>(contents: [&str; N]) -> BTreeSet<String> {
    contents.into_iter().map(str::to_owned).collect()
}

#[test]
fn what_was_flushed_is_always_there() {
    let run = run("echo one > a; sync a");
    assert_eq!(contents(&run, "a"), set(["one\n"]));
}

#[test]
fn what_was_not_flushed_may_be_lost() {
    let run = run("echo one > a; sync a; echo two >> a");
    assert_eq!(contents(&run, "a"), set(["one\n", "one\ntwo\n"]));
}

#[test]
fn without_its_flushes_everything_may_be_lost() {
    let (scratch, trace) = run("echo one > a; sync a");
    assert_eq!(contents(&(scratch, trace.without_flushes()), "a"), set(["-", "", "one\n"]));
}

#[test]
fn a_later_write_may_be_there_without_an_earlier_one() {
    let run = run("(echo 1; echo 2) > a");
    assert!(contents(&run, "a").contains("\0\x002\n"));
}

#[test]
fn a_large_write_may_be_torn_between_sectors() {
    let run = run("head -c 2048 /dev/zero | tr '\\0' x | dd of=a bs=2048 iflag=fullblock status=none");
    let torn = contents(&run, "a").into_iter().filter(|content| content.contains('\0')).count();
    assert!(torn > 0);
}

#[test]
fn a_new_name_needs_a_flush_of_its_file_or_folder() {
    let run = run("echo one > a; echo two > b; sync .; echo three > c");
    assert!(!contents(&run, "a").contains("-"));
    assert!(!contents(&run, "b").contains("-"));
    assert!(contents(&run, "c").contains("-"));
}

#[test]
fn renames_and_removals_come_in_their_order_or_not_at_all() {
    let run = run("echo old > a; echo gone > b; sync a b; echo new > t; sync t; mv t a; rm b");
    assert_eq!(contents(&run, "a"), set(["old\n", "new\n"]));
    assert_eq!(contents(&run, "b"), set(["-", "gone\n"]));
}

#[test]
fn a_position_before_an_acknowledgement_does_not_hold_what_came_after() {
    let (scratch, trace) = run("echo one > a; sync a; echo two > b; sync b");
    let into = scratch.path().join("early");
    fs::create_dir(&into).unwrap();
    trace.materialize(Position(0), &mut Rng::seeded(1), &into).unwrap();
    assert_eq!(fs::read_dir(&into).unwrap().count(), 0);
}
