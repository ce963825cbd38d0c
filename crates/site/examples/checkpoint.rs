//! How large a site's checkpoint is and how long it takes: `cargo run --release -p site --example checkpoint [DEVICES]`,
//! 1,000,000 devices unless told otherwise; the fleet is that of the example `throughput`.
//!
//! Bytes and time of a full checkpoint, of incremental ones after check-ins, and of a restore on one and on two threads
//! with its parts decoded on as many. Medians of several runs; the parts are in memory, so that no store is measured.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod fleet;

use std::num::NonZeroUsize;
use std::time::Instant;

use site::Site;
use site::checkpoint::{PartKey, decode_header, decode_part, encode_header, parts, restore};

use crate::fleet::{catalogue, check_ins, run, spread};

/// That of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 7;

fn main() {
    let devices: u32 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number"));
    let mut site = catalogue();
    for first in (0..devices).step_by(1000) {
        run(&mut site, &mut check_ins((first..devices.min(first + 1000)).map(|device| (device, 0))));
    }

    let written = timed("full checkpoint on one thread", || encode(&site, None));
    let keys: Vec<_> = written.iter().map(|(key, _)| (*key, 1)).collect();
    let header = encode_header(&site, &keys);
    println!("{:>9.1} MiB, {} parts, header {} bytes", mebibytes(&written), written.len(), header.len());
    by_kind(&written);

    for threads in [1, 2] {
        let name = format!("decode and restore, threads: {threads}");
        let threads = NonZeroUsize::new(threads).expect("not zero");
        let restored = timed(&name, || read(&header, &written, threads));
        assert!(restored == site, "restored, the site differs");
    }

    let before = site.clone();
    for (name, state, count) in [
        ("1,000 check-ins, nothing new but the time", 0, 1000),
        ("1,000 check-ins, version and antivirus differ", 1, 1000),
        ("a tenth checks in, nothing new but the time", 0, devices / 10),
    ] {
        let mut later = before.clone();
        let all: Vec<_> = spread(devices, 1, count).collect();
        for some in all.chunks(1000) {
            run(&mut later, &mut check_ins(some.iter().map(|device| (*device, state))));
        }
        let written = timed(name, || encode(&later, Some(&before)));
        println!("{:>9.1} MiB, {} parts", mebibytes(&written), written.len());
    }
}

/// The parts that `earlier` does not share.
fn encode(site: &Site, earlier: Option<&Site>) -> Vec<(PartKey, Vec<u8>)> {
    let parts = parts(site).into_iter();
    let differing = parts.filter(|part| !earlier.is_some_and(|earlier| part.is_shared_with(earlier)));
    differing.map(|part| (part.key(), part.encode())).collect()
}

/// Decodes the parts on `threads` threads and joins them.
fn read(header: &[u8], written: &[(PartKey, Vec<u8>)], threads: NonZeroUsize) -> Site {
    let header = decode_header(header).expect("a header");
    let start = Instant::now();
    // Every so manieth part each: the kinds differ in size, and follow each other.
    let decoded = std::thread::scope(|scope| {
        let share = |first| {
            let own = written.iter().skip(first).step_by(threads.get());
            own.map(|(key, bytes)| decode_part(*key, bytes).expect("a part")).collect::<Vec<_>>()
        };
        let others: Vec<_> = (1..threads.get()).map(|first| scope.spawn(move || share(first))).collect();
        let mut decoded = share(0);
        decoded.extend(others.into_iter().flat_map(|other| other.join().expect("no panic")));
        decoded
    });
    let spent = start.elapsed().as_secs_f64() * 1e3;
    let site = restore(&header, decoded, threads).expect("a site");
    eprintln!("          decoding {spent:.0} ms of {:.0}", start.elapsed().as_secs_f64() * 1e3);
    site
}

/// Does a job some times over, prints the median and gives the last result.
fn timed<T>(name: &str, job: impl Fn() -> T) -> T {
    let mut spent = Vec::new();
    let mut last = None;
    for _ in 0..RUNS {
        drop(last.take());
        let start = Instant::now();
        last = Some(job());
        spent.push(start.elapsed().as_secs_f64() * 1e3);
    }
    spent.sort_by(f64::total_cmp);
    println!("{:>9.1} ms, best {:>7.1}  {name}", spent[RUNS / 2], spent[0]);
    last.expect("there was a run")
}

fn by_kind(written: &[(PartKey, Vec<u8>)]) {
    let kind = |key: &PartKey| key.to_string().split(" (").next().unwrap_or_default().to_owned();
    for some in written.chunk_by(|(a, _), (b, _)| kind(a) == kind(b)) {
        println!("{:>9.1} MiB  {}", mebibytes(some), kind(&some[0].0));
    }
}

#[expect(clippy::cast_precision_loss, reason = "rounded for display")]
fn mebibytes(written: &[(PartKey, Vec<u8>)]) -> f64 {
    written.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() as f64 / f64::from(1 << 20)
}
