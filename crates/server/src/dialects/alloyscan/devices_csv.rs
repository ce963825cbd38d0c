//! The list of devices as CSV (alloyscan, Devices).

use std::borrow::Cow;
use std::sync::Arc;
use std::vec::IntoIter;

use domain::DeviceNumber;
use site::{DeviceRef, Site};
use wire::alloyscan::devices::ListedDevice;

use super::device_shown;
use crate::csv::{Csv, Rows};
use crate::failure::Failure;

/// So many devices are written before others have their turn.
const AT_ONCE: usize = 64;

/// The names of the columns.
pub(super) const NAMES: [&str; 14] = [
    "id",
    "name",
    "dnsName",
    "macAddress",
    "ipAddress",
    "serialNumber",
    "assetTag",
    "type",
    "lastSeen",
    "tags",
    "status",
    "classification",
    "nsdeviceuid",
    "userkey",
];

/// Devices of a site, in their order.
pub(super) struct DeviceRows {
    site: Arc<Site>,
    left: IntoIter<DeviceNumber>,
}

impl DeviceRows {
    pub(super) fn new(site: Arc<Site>, devices: Vec<DeviceNumber>) -> Self {
        Self { site, left: devices.into_iter() }
    }
}

impl Rows for DeviceRows {
    async fn write(&mut self, csv: &mut Csv) -> Result<bool, Failure> {
        for number in self.left.by_ref().take(AT_ONCE) {
            if let Some(device) = self.site.fleet.get(number) {
                csv.row(cells(&self.site, &device));
            }
        }
        Ok(self.left.len() > 0)
    }
}

/// What a device has in each column; nothing where the list has null.
fn cells<'a>(site: &'a Site, device: &DeviceRef<'a>) -> [Cow<'a, str>; NAMES.len()] {
    let listed = device_shown::listed(site, device);
    let outcome = device.outcome();
    let classification = outcome.classification.map(|id| site.catalogue.classifications.name(id));
    let tags = tags(&listed);
    [
        listed.id.into(),
        listed.name,
        listed.dns_name.unwrap_or_default(),
        listed.mac_address.unwrap_or_default(),
        listed.ip_address.unwrap_or_default(),
        listed.serial_number.unwrap_or_default(),
        listed.asset_tag.unwrap_or_default().into(),
        listed.kind.unwrap_or_default().into(),
        listed.last_seen.unwrap_or_default().into(),
        tags.into(),
        outcome.status.name().into(),
        classification.unwrap_or_default().into(),
        device.uid().into(),
        device.userkey().into(),
    ]
}

/// The names of its tags, with semicolons between.
fn tags(listed: &ListedDevice<'_>) -> String {
    let names: Vec<_> = listed.tags.iter().map(|tag| tag.name).collect();
    names.join("; ")
}
