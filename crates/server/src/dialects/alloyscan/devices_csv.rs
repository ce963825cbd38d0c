//! The list of devices as CSV (alloyscan, Devices).

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::vec::IntoIter;

use domain::DeviceNumber;
use site::queries::client_status::Page;
use site::queries::device_filter::Found;
use site::queries::devices::{self, DeviceOrder};
use site::{DeviceRef, Site};
use wire::alloyscan::devices::ListedDevice;
use wire::moment::Moment;

use super::device_shown;
use super::device_texts::ListedTexts;
use crate::csv::{self, Csv};
use crate::failure::Failure;
use crate::heavy::Heavy;
use crate::paging::Rows;
use crate::uuid_text::uuid_text;

/// So many devices are looked up at once,
const BATCH: usize = 8192;
/// and so many of them written before others have their turn.
const AT_ONCE: usize = 64;

/// The names of the columns.
pub(super) const NAMES: [&str; 15] = [
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
    "firstSeen",
];

/// Devices that were found in a state of a site, in an order.
pub(super) struct DeviceRows {
    rows: Arc<Rows>,
    found: Arc<Found>,
    order: DeviceOrder,
    /// Those that were not looked up yet.
    rest: Page,
    ready: IntoIter<DeviceNumber>,
    heavy: Heavy,
}

impl DeviceRows {
    /// A part of them.
    pub(super) fn new(
        rows: Arc<Rows>,
        found: Arc<Found>,
        order: DeviceOrder,
        part: Page,
        heavy: Heavy,
    ) -> Self {
        let limit = found.total().saturating_sub(part.offset).min(part.limit);
        let rest = Page { limit, ..part };
        Self { rows, found, order, rest, ready: Vec::new().into_iter(), heavy }
    }

    async fn look_up(&mut self) -> Result<(), Failure> {
        let (rows, found, order) = (Arc::clone(&self.rows), Arc::clone(&self.found), self.order);
        let page = Page { limit: self.rest.limit.min(BATCH), ..self.rest };
        self.rest = Page { offset: page.offset + page.limit, limit: self.rest.limit - page.limit };
        let look_up = move |left: &AtomicBool| {
            let devices = devices::page(&rows.site, &found, order, page, left);
            devices.iter().map(DeviceRef::number).collect::<Vec<_>>()
        };
        self.ready = self.heavy.part_of_export(look_up).await?.into_iter();
        Ok(())
    }
}

impl csv::Rows for DeviceRows {
    async fn write(&mut self, csv: &mut Csv) -> Result<bool, Failure> {
        if self.ready.len() == 0 && self.rest.limit > 0 {
            self.look_up().await?;
        }
        let site = &self.rows.site;
        for number in self.ready.by_ref().take(AT_ONCE) {
            if let Some(device) = site.fleet.get(number) {
                csv.row(cells(site, &device, &ListedTexts::of(&device)));
            }
        }
        Ok(self.ready.len() > 0 || self.rest.limit > 0)
    }
}

/// What a device has in each column; nothing where the list has null.
fn cells<'a>(
    site: &'a Site,
    device: &DeviceRef<'a>,
    texts: &'a ListedTexts<'a>,
) -> [Cow<'a, str>; NAMES.len()] {
    let listed = device_shown::listed(site, device, texts);
    let moment = |at: Option<Moment>| at.map(|at| at.as_str().to_owned()).unwrap_or_default();
    let outcome = device.outcome();
    let classification = outcome.classification.map(|id| site.catalogue.classifications.name(id));
    let tags = tags(&listed);
    [
        uuid_text(listed.id).into(),
        listed.name.into(),
        listed.dns_name.unwrap_or_default().into(),
        listed.mac_address.unwrap_or_default().into(),
        listed.ip_address.unwrap_or_default().into(),
        listed.serial_number.unwrap_or_default().into(),
        listed.asset_tag.unwrap_or_default().into(),
        listed.kind.unwrap_or_default().into(),
        moment(listed.last_seen).into(),
        tags.into(),
        outcome.status.name().into(),
        classification.unwrap_or_default().into(),
        device.uid().into(),
        device.userkey().into(),
        moment(device_shown::first_seen(device)).into(),
    ]
}

/// The names of its tags, with semicolons between.
fn tags(listed: &ListedDevice<'_>) -> String {
    let names: Vec<_> = listed.tags.iter().map(|tag| tag.name).collect();
    names.join("; ")
}
