//! The functional areas as types (netskope-v2 §2).

use domain::Area;

/// An area that a right is in.
pub(crate) trait InArea: Send + Sync {
    /// Which.
    const AREA: Area;
}

/// Classifications and rules.
#[derive(Debug)]
pub(crate) struct DeviceClassification;

/// Devices, their tags, check-ins.
#[derive(Debug)]
pub(crate) struct Devices;

/// Status rows.
#[derive(Debug)]
pub(crate) struct ClientStatus;

impl InArea for DeviceClassification {
    const AREA: Area = Area::DeviceClassification;
}

impl InArea for Devices {
    const AREA: Area = Area::Devices;
}

impl InArea for ClientStatus {
    const AREA: Area = Area::ClientStatus;
}
