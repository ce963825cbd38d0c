//! The devices of a site as a list (alloyscan, Devices): those that a filter has found, ordered, paged.

mod after_starts;
mod glance;
mod keys;
mod narrow;
mod order;
mod quantiles;
mod rank;
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

/// Looks at the names of all devices, as lists by name otherwise do, a few blocks for each page. Before each block it asks
/// whether it is to stop.
pub fn look_at_names(site: &Site, is_stopped: impl Fn() -> bool) {
    quantiles::look_at_names(site, Sampling::default().quantiles, is_stopped);
}

/// Whether that was done for all devices, but for a few that have changed, which it is done for then.
#[must_use]
pub fn are_names_known(site: &Site) -> bool {
    quantiles::are_names_known(site)
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
