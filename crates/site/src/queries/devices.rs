//! The devices of a site as a list (alloyscan, Devices): those that a filter has found, ordered, paged.

mod after_starts;
mod glance;
mod keys;
mod order;
mod rank;
mod runs;
mod select;
mod span;
#[cfg(test)]
mod tests;

use std::sync::atomic::AtomicBool;

pub use self::order::{DeviceKey, DeviceOrder};
use self::select::{Sampling, select};
use super::client_status::Page;
use super::device_filter::Found;
use crate::{DeviceRef, Site, Text};

/// A page of the devices that were found in `site`, in an order; those that it holds equal come in the order of their
/// ids. Once `stop` is true no more are looked at: what is answered then is worth nothing.
#[must_use]
pub fn page<'a>(
    site: &'a Site,
    found: &Found,
    order: DeviceOrder,
    page: Page,
    stop: &AtomicBool,
) -> Vec<DeviceRef<'a>> {
    select(site, found, order, page, Sampling::default(), stop)
}

/// Has all blocks keep their devices in the order of their names, which otherwise lists do, a few blocks for each page.
pub fn order_by_name(site: &Site) {
    for block in site.fleet.blocks() {
        if block.hostnames().sorted().empty() > 0 {
            block.uids().sorted();
        }
    }
}

/// What a list calls a device: the machine's name, or its uid until it has said one.
#[must_use]
pub fn name<'a>(device: &DeviceRef<'a>) -> Text<'a> {
    device.hostname().unwrap_or_else(|| device.uid())
}

/// What of a device is compared where that is a text.
fn text<'a>(by: DeviceKey, device: &DeviceRef<'a>) -> Text<'a> {
    match by {
        DeviceKey::SerialNumber => device.serial_number().unwrap_or_default(),
        _ => name(device),
    }
}
