//! What came of a call about the tags of many devices.

use std::borrow::Cow;

use domain::{DeviceNumber, TagId};
use site::Site;
use site::commands::{Retagged, RetaggedDevice};
use wire::bulk_tags::{BulkTagged, BulkTags, DeviceRefusal, TaggedDevice, ToldDevice};

use crate::uuid_text::uuid_text;

/// Told of `site`, as it is with this or would be.
pub(super) fn shown<'a>(site: &'a Site, body: &'a BulkTags, retagged: &Retagged) -> BulkTagged<'a> {
    let Retagged { total, changed, failed, devices } = retagged;
    let items = devices.iter().map(|outcome| item(site, body, outcome)).collect();
    BulkTagged { items, total: *total, changed: *changed, failed: *failed }
}

fn item<'a>(site: &'a Site, body: &'a BulkTags, outcome: &RetaggedDevice) -> TaggedDevice<'a> {
    let names = |tags: &[TagId]| {
        let tags = tags.iter().filter_map(|tag| site.catalogue.tags.get(*tag));
        tags.map(|tag| tag.fields.name.as_str()).collect()
    };
    let refused = |device, code, message: String| TaggedDevice {
        device,
        added: Vec::new(),
        removed: Vec::new(),
        error: Some(DeviceRefusal { code, message }),
    };
    match outcome {
        RetaggedDevice::Done { device, added, removed } => TaggedDevice {
            device: known(site, *device),
            added: names(added),
            removed: names(removed),
            error: None,
        },
        RetaggedDevice::Full { device, tags, limit } => {
            let message = format!("the device would carry {tags} tags; at most {limit} are allowed");
            refused(known(site, *device), "tags_per_device", message)
        }
        RetaggedDevice::Unknown { place, user } => {
            let mut named = named(body, *place);
            if let Some(user) = user {
                named.userkey = Some(user.to_string().into());
            }
            refused(named, "not_found", "the site has no such device".to_owned())
        }
    }
}

fn known(site: &Site, number: DeviceNumber) -> ToldDevice<'_> {
    let device = site.fleet.get(number);
    ToldDevice {
        id: Some(uuid_text(site.device_id(number)).into()),
        nsdeviceuid: device.as_ref().map(|device| device.uid().into()),
        userkey: device.as_ref().map(|device| device.userkey().into()),
    }
}

/// As the body names it.
fn named(body: &BulkTags, place: usize) -> ToldDevice<'_> {
    let Some(device) = body.devices.as_ref().and_then(|devices| devices.get(place)) else {
        return ToldDevice::default();
    };
    ToldDevice {
        id: device.id.as_deref().map(Cow::Borrowed),
        nsdeviceuid: device.nsdeviceuid.as_deref().map(Cow::Borrowed),
        userkey: device.userkey.as_deref().map(Cow::Borrowed),
    }
}
