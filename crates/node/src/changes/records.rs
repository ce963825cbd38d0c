//! Reads single records of a log.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use domain::{Change, Report, SiteId, Version};
use site::{DecodeError, SiteRecord};
use store::{Chain, Hash, Record, StoreError, Stored};

use super::Failed;
use super::damage::{Damage, told};
use super::index::Index;
use crate::blocking::off_thread;
use crate::linked::linked_since;

/// Records that are no further apart are read together.
const GAP_MAX: u64 = 16;
/// Once the records of a page weigh so much in memory, no more are read.
const WEIGHT_MAX_BYTES: usize = 64 << 20;
/// About what an entry of a report's lists takes besides its texts.
const ENTRY_BYTES: usize = 192;

/// The last version that was pruned; 0 when none was.
pub(super) async fn pruned_through(index: &Index) -> Result<Version, Failed> {
    match index.store.records_since(index.site, Version(0), 1).await {
        Ok(_) => Ok(Version(0)),
        Err(StoreError::Pruned { through, .. }) => Ok(through),
        Err(error) => Err(Failed::Store(error)),
    }
}

/// The hash of a record of the log, also of one that was pruned; none beyond its end.
pub(super) async fn hash_at(index: &Index, version: Version) -> Result<Option<Hash>, Failed> {
    let before = Version(version.0.saturating_sub(1));
    match index.store.records_since(index.site, before, 1).await {
        Ok(read) => Ok(read.first().map(|stored| stored.record.hash)),
        Err(StoreError::Pruned { .. }) => {
            let read = index.store.pruned_since(index.site, before, 1).await?;
            Ok(read.first().map(|record| record.hash))
        }
        Err(error) => Err(Failed::Store(error)),
    }
}

/// These records, in the order asked for, newest first; the first of them always, and then as many as are not too large
/// to be held together. Each is held against the chain.
pub(super) async fn read(
    index: &Index,
    versions: &[Version],
    decode: impl Fn(&[u8]) -> Result<SiteRecord, DecodeError> + Copy + Send + 'static,
) -> Result<Vec<Found>, Failed> {
    let mut records = Vec::with_capacity(versions.len());
    let (site, mut room) = (index.site, WEIGHT_MAX_BYTES);
    for run in versions.chunk_by(|later, earlier| later.0 - earlier.0 <= GAP_MAX) {
        // Large records come in short runs: a run is read and weighed in parts.
        for part in run.chunks(16) {
            let read = read_run(index, part, room).await?;
            let (read, left) = off_thread(move || decoded(site, read, room, decode)).await;
            let is_whole = read.len() == part.len();
            records.extend(read);
            match left {
                Some(left) if is_whole => room = left,
                _ => return Ok(records),
            }
        }
    }
    Ok(records)
}

/// Records that are near each other, newest first; without the oldest of them when they weigh more than `room` together,
/// but the newest always.
async fn read_run(index: &Index, versions: &[Version], room: usize) -> Result<VecDeque<Linked>, Failed> {
    let (Some(last), Some(first)) = (versions.first(), versions.last()) else { return Ok(VecDeque::new()) };
    let mut wanted = VecDeque::with_capacity(versions.len());
    let (mut before, mut weight) = (None, 0);
    let mut at = Version(first.0 - 1);
    while at < *last {
        let limit = usize::try_from(last.0 - at.0).unwrap_or(usize::MAX);
        let (mut end, page) = match before {
            None => linked_since(&*index.store, index.site, at, limit).await?,
            Some(end) => (end, index.store.records_since(index.site, at, limit).await?),
        };
        if page.is_empty() {
            return Err(Failed::Missing(at.next()));
        }
        for Stored { record, .. } in page {
            let next = Chain { version: record.version, hash: record.hash };
            if versions.contains(&record.version) {
                weight += weight_stored(&record);
                wanted.push_front(Linked { before: end, record });
            }
            end = next;
        }
        (at, before) = (end.version, Some(end));
        // The store gives the oldest first, and they are the ones that can be done without.
        while weight > room && wanted.len() > 1 {
            weight -= wanted.pop_back().map_or(0, |linked: Linked| weight_stored(&linked.record));
        }
    }
    Ok(wanted)
}

/// A record, or that it is not what was committed.
pub(super) type Found = Result<Arc<SiteRecord>, Damage>;

/// A record, and where the log stood before it.
struct Linked {
    before: Chain,
    record: Record,
}

/// What is in the records, up to the one that exceeds `room`, and how much room there is after them; none when one did.
fn decoded(
    site: SiteId,
    read: VecDeque<Linked>,
    mut room: usize,
    decode: impl Fn(&[u8]) -> Result<SiteRecord, DecodeError>,
) -> (Vec<Found>, Option<usize>) {
    let mut records = Vec::with_capacity(read.len());
    for Linked { before, record: stored } in read {
        let found = told(site, before, &stored, &decode);
        let weight = found.as_ref().map_or(0, weight_of).max(weight_stored(&stored));
        records.push(found.map(Arc::new));
        match room.checked_sub(weight) {
            Some(left) => room = left,
            None => return (records, None),
        }
    }
    (records, Some(room))
}

/// The least that a record takes in memory once it is decoded.
fn weight_stored(stored: &Record) -> usize {
    (2 * stored.payload.len()).max(1024)
}

/// About what a record takes in memory.
fn weight_of(record: &SiteRecord) -> usize {
    let change = |change: &Change| match change {
        Change::Tagged { devices, .. } | Change::TagRemoved { devices, .. } => size_of_val(&devices[..]),
        Change::DeviceEntered { report, .. } | Change::CheckedIn { report, .. } => 1024 + weight_said(report),
        _ => 1024,
    };
    let moved = record.effects.moves.iter().map(|one| one.devices.serialized_size()).sum::<usize>();
    record.changes.iter().map(change).sum::<usize>() + moved
}

/// The texts of a report and what holds them.
fn weight_said(report: &Report) -> usize {
    fn count<T>(entries: Option<&Vec<T>>) -> usize {
        entries.map_or(0, Vec::len)
    }
    let Report { mac_addresses, facts, .. } = report;
    let entries = facts.processes.as_ref().map_or(0, BTreeMap::len)
        + facts.files.as_ref().map_or(0, BTreeMap::len)
        + count(facts.registry.as_ref())
        + count(facts.certificates.as_ref())
        + count(facts.antivirus.as_ref())
        + count(facts.disk_encryption.as_ref())
        + count(mac_addresses.as_ref());
    report.bytes() + entries * ENTRY_BYTES
}
