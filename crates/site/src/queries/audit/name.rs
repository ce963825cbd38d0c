//! What the events of the trail are called, in the words of the original (netskope-v2 §10).

use domain::{Change, InstanceChange};

/// The name of what a change did; `None` where it is no event of the trail: what devices report of themselves or
/// no longer do, and the founding, which a server does of its own accord.
pub(super) fn of_change(change: &Change) -> Option<&'static str> {
    Some(match change {
        Change::Founded { .. }
        | Change::DeviceAdded { .. }
        | Change::CheckedIn { .. }
        | Change::FactsWentStale { .. } => return None,
        Change::ClassificationAdded { .. } => "Create Classification",
        Change::ClassificationChanged { .. } => "Edit Classification",
        Change::ClassificationMoved { .. } => "Edit Classification Priority",
        Change::ClassificationRemoved { .. } => "Delete Classification",
        Change::RuleAdded { .. } => "Create Rule",
        Change::RuleChanged { .. } => "Edit Rule",
        Change::RuleRemoved { .. } => "Delete Rule",
        Change::TagAdded { .. } => "Create Device Tag",
        Change::TagChanged { .. } => "Edit Device Tag",
        Change::TagRemoved { .. } => "Delete Device Tag",
        Change::SegmentAdded { .. } => "Create Segment",
        Change::SegmentChanged { .. } => "Edit Segment",
        Change::SegmentRemoved { .. } => "Delete Segment",
        Change::DeviceEntered { .. } => "Create Device",
        Change::DeviceRemoved { .. } => "Delete Device",
        Change::Tagged { removed, .. } if removed.is_empty() => "Add Device Tags",
        Change::Tagged { added, .. } if added.is_empty() => "Remove Device Tags",
        Change::Tagged { .. } => "Replace Device Tags",
        Change::ExpiryChanged { .. } => "Change Device Tag Expiry",
        Change::Reclassified { .. } => "Reclassify Devices",
    })
}

pub(super) fn of_instance_change(change: &InstanceChange) -> &'static str {
    match change {
        InstanceChange::SiteAdded { .. } => "Create Site",
        InstanceChange::SiteChanged { .. } => "Edit Site Settings",
        InstanceChange::MaintenanceChanged { .. } => "Edit Server Maintenance",
        InstanceChange::TokenAdded { .. } => "Create Token",
        InstanceChange::TokenChanged { .. } => "Edit Token",
        InstanceChange::TokenRevoked { .. } => "Revoke Token",
        InstanceChange::AppRegistrationAdded { .. } => "Create App Registration",
        InstanceChange::AppRegistrationChanged { .. } => "Edit App Registration",
        InstanceChange::AppRegistrationRemoved { .. } => "Delete App Registration",
    }
}
