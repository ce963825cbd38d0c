//! How fast the change log and a device's history are: `cargo run --release -p node --example history
//! [DEVICES [RECORDS]]`, 1,000,000 of each unless told otherwise.
//!
//! A store is filled in a temporary folder: devices, then a record a check-in, and between those, twenty times each, a
//! tag put on two fifths of the fleet, a rule edited that moves as many, and the tag deleted. Then its index is built,
//! found by the next start, and asked.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

mod fleet;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::{Conditions, DeviceNumber, Error, RuleId, TagFields, TagName, Timestamp, Version};
use node::{Node, NodeOptions, SystemClock};
use site::State;
use site::commands::{ChangeRule, CheckIns, CreateTag, DeleteTag, Retag, TagRef, Wanted};
use site::queries::changes::{Action, ChangeFilter, Object};
use store::Store;
use store_sqlite::SqliteStore;

use crate::fleet::{SITE, catalogue, check_in, resident_bytes, run, said, site};

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Commands on their way at once.
const CLIENTS: u32 = 256;
/// How often something is done to two fifths of the fleet.
const ROUNDS: u32 = 20;

#[tokio::main]
async fn main() {
    let argument =
        |place| std::env::args().nth(place).map_or(1_000_000, |text| text.parse().expect("a number"));
    let (devices, records): (u32, u32) = (argument(1), argument(2));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("fleetmark.db");
    {
        let node = Arc::new(started(&path).await);
        filled(&node, devices, records).await;
        Arc::into_inner(node).expect("no client is left").stop().await;
    }
    let store = Arc::new(SqliteStore::open(&path).expect("a store"));
    let node = started_on(Arc::<SqliteStore>::clone(&store)).await;
    let resident = resident_bytes().cast_signed();
    println!("          {} MiB resident after the start of {}", resident >> 20, site(&node).version());
    let start = Instant::now();
    while let Err(Error::Busy { .. }) = node.changes(SITE, &ChangeFilter::default(), 0, 1).await {}
    said("the index built, by who asks", start.elapsed());
    let (pages, bytes) = kept(&*store).await;
    println!("          {pages} pages of {:.1} MiB in all", bytes as f64 / f64::from(1 << 20));
    asked(&node, devices).await;
    println!("          {:+} MiB resident with it", (resident_bytes().cast_signed() - resident) >> 20);
    node.stop().await;
    drop((node, store));

    let node = started(&path).await;
    println!("after another start:");
    asked(&node, devices).await;
    println!("the same again:");
    asked(&node, devices).await;
    node.stop().await;
}

async fn started(path: &Path) -> Node {
    started_on(Arc::new(SqliteStore::open(path).expect("a store"))).await
}

async fn started_on(store: Arc<SqliteStore>) -> Node {
    let start = Instant::now();
    // No checkpoint but at the stop, and so no index but by who asks.
    let (checkpoint_bytes, checkpoint_after) = (u64::MAX, Duration::from_secs(86_400));
    let options = NodeOptions { checkpoint_bytes, checkpoint_after, ..NodeOptions::default() };
    let node = Node::start_with(store, Arc::new(SystemClock), options).await.expect("a node");
    said("start", start.elapsed());
    node
}

async fn filled(node: &Arc<Node>, devices: u32, records: u32) {
    let start = Instant::now();
    catalogue(node).await;
    for first in (0..devices).step_by(1000) {
        let items = (first..devices.min(first + 1000)).map(|device| check_in(device, 0)).collect();
        run(node, CheckIns::new(items)).await;
    }
    let rule = site(node).catalogue.rules.iter().next().expect("a rule").id;
    for round in 0..ROUNDS {
        let (first, last) = (records / ROUNDS * round, records / ROUNDS * (round + 1));
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let node = Arc::clone(node);
                tokio::spawn(async move {
                    for number in (first + client..last).step_by(CLIENTS as usize) {
                        let device = number.wrapping_mul(2_654_435_761) % devices;
                        run(&node, CheckIns::new(vec![check_in(device, number % 3)])).await;
                    }
                })
            })
            .collect();
        for client in clients {
            client.await.expect("a client");
        }
        fleet_wide(node, devices, round, rule).await;
    }
    said("devices, check-ins and commands on the fleet", start.elapsed());
}

/// A tag put on two fifths of the fleet and deleted, and a rule edited between.
async fn fleet_wide(node: &Node, devices: u32, round: u32, rule: RuleId) {
    let name = TagName::new(&format!("round {round}")).expect("a name");
    let fields = TagFields {
        name: name.clone(),
        description: domain::Description::new("").expect("a description"),
        colour: domain::Colour::Gray,
    };
    run(node, CreateTag::new(fields)).await;
    let tag = site(node).catalogue.tags.named(name.as_str()).expect("the tag").id;
    let two_fifths = (0..devices).filter(|device| device.wrapping_mul(2_654_435_761) % 5 < 2);
    let found = Wanted::Found(two_fifths.map(DeviceNumber).collect());
    let wanted = vec![TagRef::Id(site(node).tag_id(tag))];
    run(node, Retag::new(wanted, Vec::new(), found)).await;
    // Every second round it asks for what no device has.
    let process = if round.is_multiple_of(2) { "nobody.exe" } else { "edr.exe" };
    let text = format!(
        r#"{{"$and":[{{"$and":[{{"$or":[{{"min_os_version_check":{{"min_os_version":"10.0.1","edition":"Windows All"}}}}]}},
            {{"$or":[{{"process_check":{{"process":"{process}"}}}}]}}]}}]}}"#
    );
    let conditions = Some(Conditions::new(&text).expect("conditions"));
    run(node, ChangeRule { id: rule, name: None, label: None, os: None, conditions }).await;
    run(node, DeleteTag { id: tag, force: true }).await;
}

/// How many pages of the index there are, and what they weigh.
async fn kept(store: &dyn Store) -> (usize, usize) {
    let (mut after, mut count, mut bytes) = (Version(0), 0, 0);
    loop {
        let pages = store.index_pages(SITE, after, 100).await.expect("the index");
        let Some(last) = pages.last() else { return (count, bytes) };
        after = last.through;
        count += pages.len();
        bytes += pages.iter().map(|page| page.body.len()).sum::<usize>();
    }
}

async fn asked(node: &Node, devices: u32) {
    for device in [7, devices / 2, devices - 1] {
        let start = Instant::now();
        let page = node.device_history(SITE, DeviceNumber(device), 0, 50).await.expect("a history");
        let moved = page.records.iter().filter(|record| !record.effects.moves.is_empty()).count();
        said(
            &format!("a device's history: {} records, of 50 shown {moved} with moves", page.total),
            start.elapsed(),
        );
    }
    let time = site(node).time();
    let all = ChangeFilter::default();
    let hour = Timestamp::from_millis(time.millis() - 5_000);
    let filters = [
        ("all", all.clone(), 0),
        ("all, at 500,000", all.clone(), 500_000),
        ("devices", ChangeFilter { object: Some(Object::Device), ..all.clone() }, 0),
        (
            "tags deleted",
            ChangeFilter { object: Some(Object::Tag), action: Some(Action::Deleted), ..all.clone() },
            0,
        ),
        ("one user's", ChangeFilter { user: Some("bench".to_owned()), ..all.clone() }, 0),
        ("nobody's", ChangeFilter { user: Some("nobody".to_owned()), ..all.clone() }, 0),
        ("of the last 5 s", ChangeFilter { since: Some(hour), ..all.clone() }, 0),
        ("before those", ChangeFilter { until: Some(hour), ..all }, 0),
    ];
    for (what, filter, offset) in filters {
        let start = Instant::now();
        let page = node.changes(SITE, &filter, offset, 50).await.expect("entries");
        said(&format!("50 entries, {what}: {} of {}", page.entries.len(), page.total), start.elapsed());
    }
}
