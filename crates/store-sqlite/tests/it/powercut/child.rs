//! The process that appends: commits of random sizes to two sites in turn, saying each version when it is committed.

use std::{env, io::stdin, path::Path};

use domain::{SiteId, Version};
use store::{
    Head, Outcome, Store,
    testing::{block_on, commit_on, powercut::Rng},
};
use store_sqlite::SqliteStore;

/// Names the file to append to; without it the test does nothing.
pub const FILE: &str = "POWERCUT_TEST_FILE";
/// Says how much, in a sentence whose numbers count.
pub const SCRIPT: &str = "POWERCUT_TEST_SCRIPT";
/// The sites that are appended to.
pub const SITES: [SiteId; 2] = [SiteId(1), SiteId(2)];

const ACKNOWLEDGED: &str = "acknowledged ";

pub fn read_acknowledgement(line: &str) -> Option<(SiteId, Version)> {
    let (site, version) = line.strip_prefix(ACKNOWLEDGED)?.split_once(' ')?;
    Some((SiteId(site.parse().ok()?), Version(version.parse().ok()?)))
}

/// Each payload begins with how many records its commit has.
pub fn records_in_commit_of(payload: &[u8]) -> usize {
    usize::from(payload[0])
}

#[test]
fn appends_when_told_to() {
    let (Ok(file), Ok(script)) = (env::var(FILE), env::var(SCRIPT)) else { return };
    match script.as_str() {
        super::flushes::SCRIPT => super::flushes::child(Path::new(&file)),
        _ => append(Path::new(&file), &script),
    }
}

fn append(file: &Path, script: &str) {
    let numbers: Vec<usize> = script.split([' ', ',']).filter_map(|word| word.parse().ok()).collect();
    let [commits, records, bytes, reopening] = numbers[..] else { panic!("four numbers: {script}") };
    let mut rng = Rng::seeded(1);
    let mut heads = SITES.map(Head::start_of);
    let mut store = SqliteStore::open(file).unwrap();
    for number in 0..commits {
        let head = &mut heads[number % SITES.len()];
        let count = 1 + rng.below(records);
        let payload = |_| {
            let len = 1 + rng.below(bytes);
            let mut payload = vec![u8::try_from(count).unwrap()];
            payload.resize_with(len, || rng.next_u64().to_le_bytes()[0]);
            payload
        };
        let commit = commit_on(head, (0..count).map(payload).collect::<Vec<_>>());
        *head = Head::after(&commit).unwrap();
        assert!(matches!(block_on(store.commit(commit)), Outcome::Committed));
        say_and_wait(&format!("{ACKNOWLEDGED}{} {}", head.site, head.version));
        if (number + 1) % reopening == 0 {
            block_on(store.close());
            store = SqliteStore::open(file).unwrap();
        }
    }
    block_on(store.close());
}

/// Prints a line, and waits until it was read.
pub fn say_and_wait(line: &str) {
    // The test harness has written the test's name before, without ending the line.
    println!("\n{line}");
    stdin().read_line(&mut String::new()).unwrap();
}
