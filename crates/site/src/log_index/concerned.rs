//! Which devices a record concerns: those whose history has it.

use domain::{Change, DeviceNumber};
use roaring::RoaringBitmap;

use super::builder::POSTED_MAX;
use crate::SiteRecord;
use crate::queries::changes::of_change;

/// The devices of a record.
pub(super) enum Concerned {
    /// At most [`POSTED_MAX`], in order.
    Few(Vec<u32>),
    /// Any number.
    Many(RoaringBitmap),
}

/// Whether a record is part of a device's history: a change of it names the device, or what followed from the changes
/// moved it. That a device checked in without saying anything new is no part of its history.
#[must_use]
pub fn concerns(record: &SiteRecord, device: DeviceNumber) -> bool {
    record.effects.moves.iter().any(|one| one.devices.contains(device.0))
        || record.changes.iter().any(|change| names(change).contains(&device))
}

/// The devices of a record.
pub(super) fn concerned(record: &SiteRecord) -> Concerned {
    let named = record.changes.iter().map(|change| names(change).len() as u64).sum::<u64>();
    let moved = record.effects.moves.iter().map(|one| one.devices.len()).sum::<u64>();
    if named + moved <= POSTED_MAX {
        let named = record.changes.iter().flat_map(names).map(|device| device.0);
        let moved = record.effects.moves.iter().flat_map(|one| &one.devices);
        let mut few: Vec<u32> = named.chain(moved).collect();
        few.sort_unstable();
        few.dedup();
        return Concerned::Few(few);
    }
    let mut many = RoaringBitmap::new();
    for one in &record.effects.moves {
        many |= &one.devices;
    }
    for change in &record.changes {
        many.extend(names(change).iter().map(|device| device.0));
    }
    // Runs are what makes "every device of a site" a few bytes.
    many.optimize();
    Concerned::Many(many)
}

/// The devices that a change is about.
fn names(change: &Change) -> &[DeviceNumber] {
    match change {
        Change::CheckedIn { .. } if of_change(change).is_none() => &[],
        Change::DeviceAdded { device, .. }
        | Change::DeviceRemoved { device, .. }
        | Change::DeviceEntered { device, .. }
        | Change::CheckedIn { device, .. } => std::slice::from_ref(device),
        Change::Tagged { devices, .. }
        | Change::TagRemoved { devices, .. }
        | Change::ExpiryChanged { devices, .. } => devices,
        Change::Founded { .. }
        | Change::ClassificationAdded { .. }
        | Change::ClassificationChanged { .. }
        | Change::ClassificationMoved { .. }
        | Change::ClassificationRemoved { .. }
        | Change::RuleAdded { .. }
        | Change::RuleChanged { .. }
        | Change::RuleRemoved { .. }
        | Change::TagAdded { .. }
        | Change::TagChanged { .. }
        | Change::SegmentAdded { .. }
        | Change::SegmentChanged { .. }
        | Change::SegmentRemoved { .. }
        | Change::FactsWentStale { .. }
        | Change::Reclassified { .. } => &[],
    }
}
