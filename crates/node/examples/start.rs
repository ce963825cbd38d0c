//! How fast a start and the past are: `cargo run --release -p node --example start [DEVICES [RECORDS]]`, 1,000,000 of
//! each unless told otherwise.
//!
//! A store is filled with devices in a temporary folder; then it is stopped, started, and asked about the past.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use domain::{
    Antivirus, Conditions, DeviceUid, FactText, Facts, Label, Os, OsVersion, Owner, ProcessFact, Report,
    RuleName, SiteId, Timestamp, UserKey,
};
use node::{Node, NodeOptions, Request, SystemClock};
use site::commands::{CheckIn, CheckIns, CreateClassifications, CreateRules, NewClassification, NewRule};
use site::{Command, Site, State};
use store_sqlite::SqliteStore;

/// As the server has it: what one thread decodes another frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SITE: SiteId = SiteId(1);
/// Commands on their way at once.
const CLIENTS: u32 = 256;

#[tokio::main]
async fn main() {
    let argument =
        |place| std::env::args().nth(place).map_or(1_000_000, |text| text.parse().expect("a number"));
    let (devices, records): (u32, u32) = (argument(1), argument(2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fleetmark.db");

    let node = started("start on an empty store", &path).await;
    catalogue(&node).await;
    for first in (0..devices).step_by(1000) {
        let items = (first..devices.min(first + 1000)).map(|device| check_in(device, 0)).collect();
        run(&node, CheckIns::new(items)).await;
    }
    stopped("stop, with a full checkpoint", node).await;

    let node = started("start from the checkpoint", &path).await;
    let items = (0..1000).map(|number| check_in(number * (devices / 1000).max(1), 1)).collect();
    run(&node, CheckIns::new(items)).await;
    stopped("stop, with a checkpoint of 1,000 check-ins", node).await;

    let node = Arc::new(started("start from that", &path).await);
    let start = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let node = Arc::clone(&node);
            tokio::spawn(async move {
                for number in (client..records).step_by(CLIENTS as usize) {
                    let device = number.wrapping_mul(2_654_435_761) % devices;
                    run(&node, CheckIns::new(vec![check_in(device, number % 3)])).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("a client");
    }
    said("check-ins, a record each", start.elapsed());
    let last = site(&node);
    asked("the moment before the last, from the checkpoint in memory", &node, last.time().plus_millis(-1))
        .await;
    stopped("stop, with a checkpoint of them", Arc::into_inner(node).expect("no client is left")).await;

    let node = started("start from that", &path).await;
    assert_eq!(site(&node).version(), last.version());
    let moment = last.time().plus_millis(-1);
    asked("the moment before the last, from a checkpoint on disk", &node, moment).await;
    asked("the same again", &node, moment).await;
    asked("a millisecond before that", &node, moment.plus_millis(-1)).await;
    asked("a second before that", &node, moment.plus_millis(-1001)).await;
    println!("          {} MiB resident", resident_bytes() >> 20);
    stopped("stop, with nothing to write", node).await;
}

async fn started(what: &str, path: &Path) -> Node {
    let start = Instant::now();
    let store = Arc::new(SqliteStore::open(path).expect("a store"));
    let opened = start.elapsed();
    // No checkpoint but at the stop.
    let (checkpoint_bytes, checkpoint_after) = (u64::MAX, Duration::from_secs(86_400));
    let options = NodeOptions { checkpoint_bytes, checkpoint_after, ..NodeOptions::default() };
    let node = Node::start_with(store, Arc::new(SystemClock), options).await.expect("a node");
    said(&format!("{what} (opening the file {:.0} ms)", opened.as_secs_f64() * 1e3), start.elapsed());
    node
}

async fn stopped(what: &str, node: Node) {
    let start = Instant::now();
    node.stop().await;
    said(what, start.elapsed());
    let stats = &node.stats().checkpoints;
    assert_eq!(stats.failed.get(), 0);
    if stats.written.get() > 0 {
        let (micros, bytes) = (stats.last_micros.get(), stats.last_bytes.get());
        println!(
            "          the checkpoint: {} ms, {:.1} MiB",
            micros / 1000,
            bytes as f64 / f64::from(1 << 20)
        );
    }
}

async fn asked(what: &str, node: &Node, at: Timestamp) {
    let start = Instant::now();
    let state = node.site_at(SITE, at).await.expect("a site");
    said(what, start.elapsed());
    assert!(state.time() <= at);
}

/// Prints how long something took, and how long the processors worked until then since the line before: on a busy
/// machine the second says more.
fn said(what: &str, spent: Duration) {
    static WORKED: AtomicU64 = AtomicU64::new(0);
    let worked = worked_millis();
    let before = WORKED.swap(worked, Ordering::Relaxed);
    println!("{:>9.1} ms, {:>6} ms of processors  {what}", spent.as_secs_f64() * 1e3, worked - before);
}

/// Time that this process had a processor, in steps of 10 ms.
fn worked_millis() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // After the name in parentheses; user and system time are the twelfth and thirteenth.
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

fn site(node: &Node) -> Arc<Site> {
    node.site(SITE).expect("the default site")
}

async fn run<C: Command<Site>>(node: &Node, command: C) {
    let request = Request { actor: Owner::new("bench").expect("an owner"), request_id: "7-a".into() };
    node.run(SITE, request, command).await.expect("nothing here is refused");
}

fn label(text: &str) -> Label {
    Label::new(text).expect("a label")
}

/// A device's check-in; `state` varies the version and the antivirus.
fn check_in(device: u32, state: u32) -> CheckIn {
    let number = device.wrapping_mul(2_654_435_761);
    let os = [Os::Windows, Os::Windows, Os::Windows, Os::Mac, Os::Linux][number as usize % 5];
    let product = ["Microsoft Defender", "CrowdStrike", "SentinelOne", "Sophos"]
        [number.wrapping_add(state) as usize % 4];
    let running = |name: &str| {
        let fact = ProcessFact { running: !number.is_multiple_of(3), signer: None };
        (FactText::new(name).expect("a name"), fact)
    };
    let report = Report {
        username: Some(label(&format!("user{device}@corp.example"))),
        hostname: Some(label(&format!("nskp-w11-{device}"))),
        os: Some(os),
        os_version: OsVersion::new(&format!("10.0.{}", 19045 + (number / 7 + state) % 40)).ok(),
        edition: (os == Os::Windows).then(|| label("Windows 11 Enterprise")),
        client_version: Some(label(&format!("135.1.{}.2611", number % 12))),
        device_make: Some(label(["Dell", "HP", "Lenovo"][number as usize % 3])),
        device_model: Some(label(&format!("Model {}", number % 60))),
        serial_number: Some(label(&format!("SN{device:08}"))),
        mac_addresses: Some(vec![label(&format!(
            "00:1a:2b:{:02x}:{:02x}:{:02x}",
            number & 255,
            device >> 8 & 255,
            device & 255
        ))]),
        ip_address: Some(std::net::IpAddr::from(number.to_be_bytes())),
        event: Some(label("Device Posture Change")),
        facts: Facts {
            domain: FactText::new(["corp.local", "lab.local", ""][number as usize / 5 % 3]).ok(),
            antivirus: Some(vec![Antivirus {
                product: label(product),
                up_to_date: Some(!number.is_multiple_of(9)),
            }]),
            processes: Some(["edr.exe", "vpn.exe"].map(running).into()),
            ..Facts::default()
        },
        ..Report::default()
    };
    let uid = format!("{number:08X}-012C-4F6B-A1D5-0000{device:08X}");
    let userkey = UserKey::new(&format!("user{device}@corp.example")).expect("a key");
    CheckIn { uid: DeviceUid::new(&uid).expect("a uid"), userkey, report }
}

/// Ten classifications with three rules each.
async fn catalogue(node: &Node) {
    let name = |level: u32| domain::ClassificationName::new(&format!("level {level}")).expect("a name");
    let new = |level| NewClassification { name: name(level), description: None };
    run(node, CreateClassifications::new((0..10).map(new).collect())).await;
    let rules = (0..10).flat_map(|level| (0..3).map(move |rule| (level, rule)));
    let new = |(level, rule): (u32, u32)| NewRule {
        name: RuleName::new(&format!("rule {level}.{rule}")).expect("a name"),
        label: name(level),
        os: Os::Windows,
        conditions: conditions(level, rule),
    };
    run(node, CreateRules(rules.map(new).collect())).await;
}

fn conditions(level: u32, rule: u32) -> Conditions {
    let (build, domain) = (19090 - level * 4, ["corp.local", "lab.local"][level as usize % 2]);
    let text = format!(
        r#"{{"$and":[{{"min_os_version_check":{{"min_os_version":"10.0.{build}","edition":"Windows All"}}}},
            {{"domain_check":{{"domains":["{domain}"]}}}},
            {{"$or":[{{"process_check":{{"process":"r{rule}.exe"}}}},{{"process_check":{{"process":"edr.exe"}}}}]}}]}}"#
    );
    Conditions::new(&text).expect("conditions")
}

fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() << 10
}
