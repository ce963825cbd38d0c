//! How fast a checkpoint is written, shared, read back and dropped, and how fast a log is pruned.
//!
//! `cargo run --release -p store-sqlite --example blobs -- [FOLDER] [MEBIBYTES]`
//!
//! Prints a block of lines for each size of blob. Everything is read from the page cache, as after a restart of the
//! process.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::{
    env, fs,
    hint::black_box,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use domain::SiteId;
use store::{
    Blob, BlobId, Head, Outcome, Store, StoreError,
    testing::{block_on, commit_on, manifest_on, powercut::Rng},
};
use store_sqlite::SqliteStore;

const SITE: SiteId = SiteId(1);
/// So many blobs are written and read at once.
const AT_ONCE: usize = 64;
/// One blob in so many differs in the second checkpoint.
const CHANGED: usize = 20;
const PRUNED: usize = 100_000;

fn main() -> Result<(), StoreError> {
    let mut arguments = env::args().skip(1);
    let within = arguments.next().map_or_else(env::temp_dir, PathBuf::from);
    let mebibytes = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(100);
    let folder = tempfile::tempdir_in(&within)
        .map_err(|error| StoreError::io(format!("make a folder in {}", within.display()), &error))?;
    for kibibytes in [4, 27, 256, 1024] {
        measure(&folder.path().join(format!("{kibibytes}.db")), mebibytes << 20, kibibytes << 10)?;
    }
    prune(&folder.path().join("pruned.db"))
}

/// Blobs of half to one and a half times this size, of noise.
fn blobs(total: usize, size: usize, rng: &mut Rng) -> Vec<Blob> {
    let mut left = total;
    let mut blobs = Vec::new();
    while left > 0 {
        let len = (size / 2 + rng.below(size)).min(left).min(store::MAX_BLOB_BYTES);
        let noise = (0..len.div_ceil(8)).flat_map(|_| rng.next_u64().to_le_bytes());
        blobs.push(Blob::new(noise.take(len).collect::<Vec<u8>>()));
        left -= len;
    }
    blobs
}

fn measure(path: &Path, total: usize, size: usize) -> Result<(), StoreError> {
    let mut rng = Rng::seeded(1);
    let mut parts = blobs(total, size, &mut rng);
    println!("{} MiB in {} blobs of about {} KiB", total >> 20, parts.len(), size >> 10);
    let report = |what: &str, bytes: usize, took: Duration| {
        let rate = bytes as f64 / took.as_secs_f64() / 1e6;
        println!("  {what:<22} {:>6} ms {rate:>7.0} MB/s", took.as_millis());
    };
    let store = SqliteStore::open(path)?;
    let first = Head { version: domain::Version(1), ..Head::start_of(SITE) };
    report("written", total, timed(|| write(&store, &first, &parts, &parts))?);

    let mut changed = Vec::new();
    for part in parts.iter_mut().step_by(CHANGED) {
        *part = Blob::new([&part.bytes()[..], b"!"].concat().split_off(1));
        changed.push(part.clone());
    }
    let second = Head { version: domain::Version(2), ..first };
    let bytes = changed.iter().map(|blob| blob.bytes().len()).sum();
    report("changes written", bytes, timed(|| write(&store, &second, &changed, &parts))?);
    report("dropped", bytes, timed(|| block_on(store.drop_checkpoints(SITE, vec![first.version])))?);
    block_on(store.close());
    let on_disk = fs::metadata(path.with_extension("db.checkpoints")).map_or(0, |file| file.len());
    println!("  on disk                {:>6.1} MiB", on_disk as f64 / f64::from(1 << 20));

    let store = SqliteStore::open(path)?;
    for _ in 0..3 {
        let took = timed(|| {
            let manifest = block_on(store.read_manifest(SITE, second.version))?;
            read(&store, &manifest.map(|manifest| manifest.blobs).unwrap_or_default())
        })?;
        report("read and hashed", total, took);
    }
    let hash = || {
        parts.iter().for_each(|blob| {
            black_box(BlobId::of(blob.bytes()));
        });
        Ok(())
    };
    report("hashed, one thread", total, timed(hash)?);
    block_on(store.close());
    Ok(())
}

fn write(store: &SqliteStore, head: &Head, new: &[Blob], all: &[Blob]) -> Result<(), StoreError> {
    for blobs in new.chunks(AT_ONCE) {
        block_on(store.write_blobs(SITE, blobs.to_vec()))?;
    }
    block_on(store.write_manifest(manifest_on(head, all)))
}

fn read(store: &SqliteStore, ids: &[BlobId]) -> Result<(), StoreError> {
    ids.chunks(AT_ONCE).try_for_each(|ids| block_on(store.read_blobs(SITE, ids.to_vec())).map(drop))
}

fn prune(path: &Path) -> Result<(), StoreError> {
    let store = SqliteStore::open(path)?;
    let mut head = Head::start_of(SITE);
    for _ in 0..PRUNED / 1000 {
        let commit = commit_on(&head, std::iter::repeat_n(vec![0x5A; 1200], 1000));
        head = Head::after(&commit).unwrap_or(head);
        if let Outcome::NotCommitted(error) | Outcome::Unknown(error) = block_on(store.commit(commit)) {
            return Err(error);
        }
    }
    block_on(store.write_manifest(manifest_on(&head, &[])))?;
    let took = timed(|| block_on(store.prune(SITE, head.version)))?;
    println!("{PRUNED} records of 1200 bytes pruned in {} ms", took.as_millis());
    let time = manifest_on(&head, &[]).info.time;
    let took = timed(|| block_on(store.version_at(SITE, time)).map(drop))?;
    println!("the version at a moment, of {PRUNED}: {} us", took.as_micros());
    block_on(store.close());
    Ok(())
}

fn timed(call: impl FnOnce() -> Result<(), StoreError>) -> Result<Duration, StoreError> {
    let started = Instant::now();
    call()?;
    Ok(started.elapsed())
}
