//! How much memory a fleet takes, and where: `cargo run --release -p site --example memory [DEVICES]`, 1,000,000 unless
//! told otherwise.
//!
//! The devices are of the sort that `fleetmark simulate` makes: random UUIDs, people's names, serial numbers, one or two
//! hardware addresses, certificates with thumbprints, files and processes. Bytes a device are told part by part, after
//! check-ins and after a restore from a checkpoint, with what the process has resident then.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

#[expect(dead_code, reason = "other examples use the rest of it")]
mod fleet;
mod varied;

use std::num::NonZeroUsize;
use std::time::Instant;

use site::Site;
use site::checkpoint::{decode_header, decode_part, encode_header, parts, restore};
use site::commands::CheckIns;

use crate::fleet::{catalogue, run};
use crate::varied::check_in;

/// That of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let devices: u64 = std::env::args().nth(1).map_or(1_000_000, |text| text.parse().expect("a number"));
    let before = resident_bytes();
    let mut site = catalogue();
    for first in (0..devices).step_by(1000) {
        let items = (first..devices.min(first + 1000)).map(check_in).collect();
        let held = site.clone();
        run(&mut site, &mut CheckIns::new(items));
        drop(held);
    }
    tell("after check-ins", &site, devices, before);

    let written: Vec<_> = parts(&site).iter().map(|part| (part.key(), part.encode())).collect();
    let keys: Vec<_> = written.iter().map(|(key, _)| (*key, 1)).collect();
    let header = encode_header(&site, &keys);
    println!("checkpoint: {} MiB", written.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() >> 20);
    let before = resident_bytes();
    let threads = NonZeroUsize::new(2).expect("not zero");
    let start = Instant::now();
    let header = decode_header(&header).expect("a header");
    let decoded = written.iter().map(|(key, bytes)| decode_part(*key, bytes).expect("a part")).collect();
    let spent = start.elapsed();
    let restored = restore(&header, decoded, threads).expect("a site");
    println!("decoded on one thread in {spent:.0?}, joined on two in {:.0?}", start.elapsed() - spent);
    assert!(restored == site, "restored, the site differs");
    tell("after a restore", &restored, devices, before);
}

#[expect(clippy::cast_precision_loss, reason = "rounded for display")]
fn tell(when: &str, site: &Site, devices: u64, before: u64) {
    let resident = resident_bytes().saturating_sub(before);
    let parts = site.fleet.footprint();
    let all: usize = parts.iter().map(|(_, bytes)| bytes).sum();
    let each = |bytes: u64| bytes as f64 / devices as f64;
    println!("{when}: {} MiB resident, {:.1} bytes a device", resident >> 20, each(resident));
    for (name, bytes) in parts.iter().filter(|(_, bytes)| *bytes > 0) {
        println!("{:>9.1}  {name}", each(*bytes as u64));
    }
    println!("{:>9.1}  together", each(all as u64));
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() << 10
}
