//! Reads a call about the tags of many devices.

use domain::{DeviceName, Error, TAGS_PER_DEVICE_MAX, Timestamp, Violation};
use site::Site;
use site::commands::{BULK_DEVICES_MAX, TagRef, Terms, WantedDevice};
use site::queries::device_filter::DeviceFilter;
use wire::alloyscan::tags::NamedTag;
use wire::bulk_tags::{self, BulkTags};

use crate::dialects::alloyscan::{device_filter, named_tag, terms_form};
use crate::failure::Failure;
use crate::uuid_text::parsed_uuid;
use crate::violations::Violations;

/// Whose tags are to change.
pub(super) enum Devices {
    Named(Vec<WantedDevice>),
    Filter(DeviceFilter),
}

/// The tags to put on, those to take off, the devices, and the terms; what a filter names is looked up in `site`.
///
/// # Errors
/// Names everything that is wrong.
pub(super) fn read(
    body: &BulkTags,
    site: &Site,
    now: Timestamp,
) -> Result<(Vec<TagRef>, Vec<TagRef>, Devices, Terms), Failure> {
    let mut wrong = Violations::default();
    let (added, removed) = (body.add.as_deref().unwrap_or(&[]), body.remove.as_deref().unwrap_or(&[]));
    let add = tags("add", added, TAGS_PER_DEVICE_MAX as usize, &mut wrong);
    let remove = tags("remove", removed, BULK_DEVICES_MAX, &mut wrong);
    if added.is_empty() && removed.is_empty() {
        wrong.push(Violation::new("add", "no_tags", "add or remove must name a tag"));
    }
    let (source, expires_in) = (body.source.as_deref(), body.expires_in.as_deref());
    let terms = terms_form::read(source, body.expires_at.as_ref(), expires_in, now, &mut wrong);
    if added.is_empty() && (body.expires_at.is_some() || body.expires_in.is_some()) {
        let message = "only tags that are put on can end: name them in add";
        wrong.push(Violation::new("add", "nothing_ends", message));
    }
    let devices = match (&body.devices, &body.filter) {
        (Some(named), None) => Devices::Named(devices(named, &mut wrong)),
        (None, Some(said)) => {
            let filter = device_filter::read(said, "filter.", site, &mut wrong);
            if filter.is_empty() {
                let message = "filter must ask for something, such as {\"q\": \"build-\"}";
                wrong.push(Violation::new("filter", "empty", message));
            }
            Devices::Filter(filter)
        }
        _ => {
            wrong.finish()?;
            return Err(Error::invalid("devices", "ambiguous", "give one of devices and filter").into());
        }
    };
    wrong.finish()?;
    Ok((add, remove, devices, terms))
}

fn tags(member: &str, named: &[NamedTag], max: usize, wrong: &mut Violations) -> Vec<TagRef> {
    wrong.at_most(member, named.len(), max);
    let read = |(place, named)| named_tag::read(named, &format!("{member}[{place}]."), wrong);
    named.iter().enumerate().take(max).filter_map(read).collect()
}

fn devices(named: &[bulk_tags::WantedDevice], wrong: &mut Violations) -> Vec<WantedDevice> {
    wrong.at_most("devices", named.len(), BULK_DEVICES_MAX);
    let read = |(place, named)| device(named, &format!("devices[{place}]"), wrong);
    named.iter().enumerate().take(BULK_DEVICES_MAX).filter_map(read).collect()
}

fn device(named: &bulk_tags::WantedDevice, at: &str, wrong: &mut Violations) -> Option<WantedDevice> {
    match (&named.id, &named.nsdeviceuid, &named.userkey) {
        (Some(id), None, None) => {
            let id = parsed_uuid(id);
            if id.is_none() {
                let field = format!("{at}.id");
                let message = format!("{field} must be a UUID, as GET /api/v1/devices gives it");
                wrong.push(Violation::new(field, "uuid", message));
            }
            id.map(WantedDevice::Id)
        }
        (None, Some(uid), userkey) => match DeviceName::new(uid, userkey.as_deref()) {
            Ok(name) => Some(WantedDevice::Name(name)),
            Err((member, error)) => {
                wrong.push(error.at(format!("{at}.{member}")));
                None
            }
        },
        _ => {
            let message = format!("{at}: give an id, or an nsdeviceuid and perhaps a userkey");
            wrong.push(Violation::new(at, "ambiguous", message));
            None
        }
    }
}
