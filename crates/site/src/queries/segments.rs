//! What devices the segments have.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

use domain::{DeviceNumber, SegmentId, Timestamp};
use rules::Device as _;

use super::sweep::sweep;
use crate::fleet::BlockRef;
use crate::{DeviceRef, Site};

/// So many blocks are looked at by one thread alone.
const BLOCKS_ALONE: usize = 8;

/// The devices of a segment, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Population {
    /// How many there are.
    pub devices: u32,
    /// When one of them was last heard; the epoch when there is none.
    pub last_seen: Timestamp,
}

/// Whether a device is on a segment.
#[must_use]
pub fn is_on(site: &Site, device: &DeviceRef<'_>, segment: SegmentId) -> bool {
    of(site, device) == Some(segment)
}

/// The segment on which a device is.
#[must_use]
pub fn of(site: &Site, device: &DeviceRef<'_>) -> Option<SegmentId> {
    site.catalogue.segments.of(device.ip_address(), device.domain())
}

/// The devices of every segment that has any, counted in one pass over the fleet; cut short once `stop` is true.
#[must_use]
pub fn populations(site: &Site, stop: &AtomicBool) -> HashMap<SegmentId, Population> {
    let visit = |found: &mut HashMap<SegmentId, Population>, block: BlockRef<'_>| {
        for place in block.devices().iter() {
            let device = block.device(place);
            if let Some(segment) = of(site, &device) {
                let of_segment = found.entry(segment).or_default();
                of_segment.devices += 1;
                of_segment.last_seen = of_segment.last_seen.max(device.seen_at());
            }
        }
        ControlFlow::Continue(())
    };
    let blocks: Vec<_> =
        if site.catalogue.segments.is_empty() { Vec::new() } else { site.fleet.blocks().collect() };
    let (mut found, more) = sweep(&blocks, BLOCKS_ALONE, Some(stop), HashMap::new, visit);
    for (segment, more) in more.into_iter().flatten() {
        let of_segment: &mut Population = found.entry(segment).or_default();
        of_segment.devices += more.devices;
        of_segment.last_seen = of_segment.last_seen.max(more.last_seen);
    }
    found
}

/// The devices of one segment that are not excepted, ascending by number; cut short once `stop` is true.
#[must_use]
pub fn members(
    site: &Site,
    segment: SegmentId,
    wanted: impl Fn(&DeviceRef<'_>) -> bool + Sync,
    stop: &AtomicBool,
) -> Vec<DeviceNumber> {
    let visit = |found: &mut Vec<DeviceNumber>, block: BlockRef<'_>| {
        let devices = block.devices();
        let devices = devices.iter().map(|place| block.device(place));
        let devices = devices.filter(|device| wanted(device) && is_on(site, device, segment));
        found.extend(devices.map(|device| device.number()));
        ControlFlow::Continue(())
    };
    let blocks: Vec<_> = site.fleet.blocks().collect();
    let (mut found, more) = sweep(&blocks, BLOCKS_ALONE, Some(stop), Vec::new, visit);
    found.extend(more.into_iter().flatten());
    found.sort_unstable();
    found
}
